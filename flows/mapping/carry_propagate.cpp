#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include <fmt/format.h>

#include "flows/library/adder_cells.h"
#include "flows/mapping/carry_save.h"
#include "support/error.h"

namespace aslog::flows {

using namespace gates;

namespace {

std::set<Bit> usedBits(const Module& module) {
    std::set<Bit> used;
    for (const Port& port : module.ports) {
        used.insert(port.bits.begin(), port.bits.end());
    }
    for (const Cell& cell : module.cells) {
        for (const auto& [pin, bits] : cell.connections) {
            const bool output = cell.type == "$alu" && (pin == "X" || pin == "Y" || pin == "CO");
            if (!output) {
                used.insert(bits.begin(), bits.end());
            }
        }
    }
    return used;
}

// One $alu: Y = A + (B ^ BI) + CI, X = A ^ B ^ BI, CO = the carry out of each bit.
class Alu {
  public:
    Alu(const Cell& cell, const std::set<Bit>& used) : cell_(cell), used_(used) {
        x_ = bits("X");
        y_ = bits("Y");
        carries_ = bits("CO");
        a_ = extended("A", "A_SIGNED");
        b_ = extended("B", "B_SIGNED");
        const bool isUsual = bits("CI").size() == 1 && bits("BI").size() == 1 &&
                             x_.size() == y_.size() && carries_.size() == y_.size();
        if (!isUsual) {
            throw support::Error(
                fmt::format("the $alu {} of yosys has ports of unusual widths", cell_.name));
        }
    }

    void build(AdderCells& cells, std::size_t ripple) {
        const Bit invert = bits("BI").front();
        for (std::size_t i = 0; i < y_.size(); ++i) {
            b_[i] = cells.differ(b_[i], invert);
            if (used_.contains(x_[i])) {
                cells.connect(x_[i], cells.differ(a_[i], b_[i]));
            }
        }
        Bit carry = bits("CI").front();
        ripple = std::min(ripple, y_.size());
        for (std::size_t i = 0; i < ripple; ++i) {
            const bool wantsCarry = i + 1 < y_.size() || used_.contains(carries_[i]);
            const AdderCells::Sum sum = cells.fullAdder(a_[i], b_[i], carry, wantsCarry);
            connectUsed(cells, y_[i], sum.sum);
            connectUsed(cells, carries_[i], sum.carry);
            carry = sum.carry;
        }
        if (ripple < y_.size()) {
            addPrefix(cells, ripple, carry);
        }
    }

  private:
    const std::vector<Bit>& bits(const std::string& port) const {
        const std::vector<Bit>* found = cell_.connection(port);
        if (found == nullptr || found->empty()) {
            throw support::Error(
                fmt::format("the $alu {} of yosys has no port {}", cell_.name, port));
        }
        return *found;
    }

    std::vector<Bit> extended(const std::string& port, const std::string& isSigned) const {
        std::vector<Bit> word = bits(port);
        const auto found = cell_.parameters.find(isSigned);
        const bool repeatsSign = found != cell_.parameters.end() && found->second.ends_with('1');
        word.resize(y_.size(), repeatsSign ? word.back() : kZero);
        return word;
    }

    void connectUsed(AdderCells& cells, Bit target, Bit source) const {
        if (used_.contains(target)) {
            cells.connect(target, source);
        }
    }

    void addPrefix(AdderCells& cells, std::size_t low, Bit carry) {
        std::vector<Bit> propagate;
        std::vector<Bit> generate;
        std::vector<Bit> carries;
        for (std::size_t i = low; i < y_.size(); ++i) {
            propagate.push_back(cells.differ(a_[i], b_[i]));
            generate.push_back(cells.both(a_[i], b_[i]));
            carries.push_back(cells.newBit());
            connectUsed(cells, carries_[i], carries.back());
            const Bit in = i == low ? carry : carries[carries.size() - 2];
            connectUsed(cells, y_[i], cells.differ(propagate.back(), in));
        }
        cells.addCell("$lcu", {{"P", propagate}, {"G", generate}, {"CI", {carry}}, {"CO", carries}},
                      {{"WIDTH", fmt::format("{:032b}", propagate.size())}});
    }

    const Cell& cell_;
    const std::set<Bit>& used_;
    std::vector<Bit> a_;
    std::vector<Bit> b_;
    std::vector<Bit> x_;
    std::vector<Bit> y_;
    std::vector<Bit> carries_;
};

}  // namespace

void mapAdders(Module& module, int rippleBits) {
    const std::set<Bit> used = usedBits(module);
    Bit nextBit = module.unusedBit();
    std::vector<Cell> adders;
    const auto isAdder = [](const Cell& cell) { return cell.type == "$alu"; };
    std::copy_if(module.cells.begin(), module.cells.end(), std::back_inserter(adders), isAdder);
    std::erase_if(module.cells, isAdder);
    for (const Cell& cell : adders) {
        AdderCells cells(module, cell.name + ".add", nextBit);
        Alu(cell, used).build(cells, static_cast<std::size_t>(rippleBits));
    }
}

void requireNoArithmetic(const Module& module, const std::string& name) {
    static const std::set<std::string> arithmetic = {
        "$add",  "$alu",     "$div", "$divfloor", "$fa",  "$ge",  "$gt",  "$le", "$lt",
        "$macc", "$macc_v2", "$mod", "$modfloor", "$mul", "$neg", "$pow", "$sub"};
    for (const Cell& cell : module.cells) {
        if (arithmetic.contains(cell.type)) {
            throw support::Error(
                fmt::format("{} holds the {} {}, which would not be built from the library's full "
                            "adders; the sums of this version of yosys are not understood",
                            name, cell.type, cell.name));
        }
    }
}

}  // namespace aslog::flows
