// A Boolean function of named variables, as Liberty files write them: "(A & !B) + C'", "S*I0 D".
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aslog::gates {

// Operators of Liberty, from the one that binds most: ! and the ' behind an operand, ^, & * and a
// blank between operands, | and +. Constants 0 and 1.
class BooleanFunction {
  public:
    enum class Operation { Constant, Variable, Not, And, Or, Xor };
    struct Node {
        Operation operation = Operation::Constant;
        std::size_t first = 0;   // Constant: 0 or 1; Variable: its index; otherwise a node before
        std::size_t second = 0;  // of And, Or, Xor: a node before
    };

    // Constant 0.
    BooleanFunction() : nodes_(1) {}

    // Of the variables `names`, whose indices are their places in the list. Throws
    // support::InputError that names the text if it is no function, or one of other variables.
    static BooleanFunction parse(std::string_view text, std::span<const std::string> names);

    // Operands stand before the operators that use them; the last node is the result.
    const std::vector<Node>& nodes() const { return nodes_; }

    // 64 evaluations at once: bit i of the result belongs to bit i of every value.
    std::uint64_t evaluate(std::span<const std::uint64_t> values) const;

    // Whether the text names the variable, even if the result does not depend on it.
    bool mentions(std::size_t variable) const;

    // As an expression of C++ and Verilog alike, with these texts for the variables and for the
    // constants 0 and 1; every operator in its own parentheses.
    std::string render(const std::function<std::string(std::size_t)>& variable,
                       const std::string& zero, const std::string& one) const;

  private:
    std::vector<Node> nodes_;
};

}  // namespace aslog::gates
