#include "flows/library/adder_cells.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace aslog::flows {

using namespace gates;

AdderCells::Sum AdderCells::fullAdder(Bit a, Bit b, Bit c, bool wantsCarry) {
    std::array<Bit, 3> in = {a, b, c};
    std::stable_partition(in.begin(), in.end(), isConstant);
    if (isConstant(in[1])) {  // two constants at least
        const int ones = (in[0] == kOne ? 1 : 0) + (in[1] == kOne ? 1 : 0);
        const Bit carries[] = {kZero, in[2], kOne};
        return {ones == 1 ? invert(in[2]) : in[2], wantsCarry ? carries[ones] : kZero};
    }
    if (in[0] == kOne) {
        return {gate("$_XNOR_", {in[1], in[2]}), wantsCarry ? either(in[1], in[2]) : kZero};
    }
    if (!wantsCarry) {
        return {in[0] == kZero ? differ(in[1], in[2]) : differ(differ(a, b), c), kZero};
    }
    const Sum result = {newBit(), newBit()};
    if (in[0] == kZero) {
        addCell(kHalfAdder, {{"a_i", {in[1]}},
                             {"b_i", {in[2]}},
                             {"sum_o", {result.sum}},
                             {"carry_o", {result.carry}}});
    } else {
        addCell(kFullAdder, {{"a_i", {a}},
                             {"b_i", {b}},
                             {"c_i", {c}},
                             {"sum_o", {result.sum}},
                             {"carry_o", {result.carry}}});
    }
    return result;
}

Bit AdderCells::invert(Bit a) {
    return isConstant(a) ? (a == kOne ? kZero : kOne) : gate("$_NOT_", {a});
}

Bit AdderCells::both(Bit a, Bit b) {
    if (isConstant(a) || isConstant(b)) {
        return a == kZero || b == kZero ? kZero : (a == kOne ? b : a);
    }
    return a == b ? a : gate("$_AND_", {a, b});
}

Bit AdderCells::either(Bit a, Bit b) {
    if (isConstant(a) || isConstant(b)) {
        return a == kOne || b == kOne ? kOne : (a == kZero ? b : a);
    }
    return a == b ? a : gate("$_OR_", {a, b});
}

Bit AdderCells::differ(Bit a, Bit b) {
    if (isConstant(a) || isConstant(b)) {
        const Bit other = isConstant(a) ? b : a;
        return (isConstant(a) ? a : b) == kOne ? invert(other) : other;
    }
    return a == b ? kZero : gate("$_XOR_", {a, b});
}

void AdderCells::connect(Bit target, Bit source) {
    addCell("$_BUF_", {{"A", {source}}, {"Y", {target}}});
}

void AdderCells::addCell(const std::string& type,
                         std::vector<std::pair<std::string, std::vector<Bit>>> connections,
                         std::map<std::string, std::string> parameters) {
    module_.cells.push_back({fmt::format("{}.{}", prefix_, count_++), type, std::move(connections),
                             std::move(parameters)});
}

Bit AdderCells::gate(const std::string& type, std::vector<Bit> inputs) {
    const Bit output = newBit();
    std::vector<std::pair<std::string, std::vector<Bit>>> connections = {{"A", {inputs[0]}}};
    if (inputs.size() > 1) {
        connections.push_back({"B", {inputs[1]}});
    }
    connections.push_back({"Y", {output}});
    addCell(type, std::move(connections));
    return output;
}

}  // namespace aslog::flows
