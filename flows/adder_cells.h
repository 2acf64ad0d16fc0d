// Makes the gates and full adders that sums consist of. With constant inputs, or where the carry is
// not wanted, it makes less than a full adder.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flows/netlist.h"

namespace aslog::flows {

// Cells of sums; flows/tech/<name>/cells.v maps them to the library.
inline constexpr const char* kFullAdder = "aslog_cell_fa";  // a_i, b_i, c_i -> sum_o, carry_o
inline constexpr const char* kHalfAdder = "aslog_cell_ha";  // a_i, b_i -> sum_o, carry_o

class AdderCells {
  public:
    // Cells are added to `module`, their names start with `prefix`, their nets are numbered from
    // `nextBit`, which is moved on.
    AdderCells(Module& module, std::string prefix, Bit& nextBit)
        : module_(module), prefix_(std::move(prefix)), nextBit_(nextBit) {}

    struct Sum {
        Bit sum = kZero;
        Bit carry = kZero;  // 0 if it was not wanted
    };

    // a + b + c. Faster from c than from a and b in most libraries.
    Sum fullAdder(Bit a, Bit b, Bit c, bool wantsCarry);

    Bit invert(Bit a);
    Bit both(Bit a, Bit b);    // a & b
    Bit either(Bit a, Bit b);  // a | b
    Bit differ(Bit a, Bit b);  // a ^ b

    // target := source
    void connect(Bit target, Bit source);

    Bit newBit() { return nextBit_++; }
    void addCell(const std::string& type,
                 std::vector<std::pair<std::string, std::vector<Bit>>> connections,
                 std::map<std::string, std::string> parameters = {});

  private:
    Bit gate(const std::string& type, std::vector<Bit> inputs);

    Module& module_;
    std::string prefix_;
    Bit& nextBit_;
    int count_ = 0;
};

}  // namespace aslog::flows
