// Makes the gates and full adders that sums consist of. With constant inputs, or where the carry is
// not wanted, it makes less than a full adder.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gates/netlist.h"

namespace aslog::flows {

// Cells of sums; flows/tech/<name>/cells.v maps them to the library.
inline constexpr const char* kFullAdder = "aslog_cell_fa";  // a_i, b_i, c_i -> sum_o, carry_o
inline constexpr const char* kHalfAdder = "aslog_cell_ha";  // a_i, b_i -> sum_o, carry_o

class AdderCells {
  public:
    // Cells are added to `module`, their names start with `prefix`, their nets are numbered from
    // `nextBit`, which is moved on.
    AdderCells(gates::Module& module, std::string prefix, gates::Bit& nextBit)
        : module_(module), prefix_(std::move(prefix)), nextBit_(nextBit) {}

    struct Sum {
        gates::Bit sum = gates::kZero;
        gates::Bit carry = gates::kZero;  // 0 if it was not wanted
    };

    // a + b + c. Faster from c than from a and b in most libraries.
    Sum fullAdder(gates::Bit a, gates::Bit b, gates::Bit c, bool wantsCarry);

    gates::Bit invert(gates::Bit a);
    gates::Bit both(gates::Bit a, gates::Bit b);    // a & b
    gates::Bit either(gates::Bit a, gates::Bit b);  // a | b
    gates::Bit differ(gates::Bit a, gates::Bit b);  // a ^ b

    // target := source
    void connect(gates::Bit target, gates::Bit source);

    gates::Bit newBit() { return nextBit_++; }
    void addCell(const std::string& type,
                 std::vector<std::pair<std::string, std::vector<gates::Bit>>> connections,
                 std::map<std::string, std::string> parameters = {});

  private:
    gates::Bit gate(const std::string& type, std::vector<gates::Bit> inputs);

    gates::Module& module_;
    std::string prefix_;
    gates::Bit& nextBit_;
    int count_ = 0;
};

}  // namespace aslog::flows
