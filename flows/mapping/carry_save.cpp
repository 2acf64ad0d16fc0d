#include "flows/mapping/carry_save.h"

#include <algorithm>
#include <iterator>
#include <queue>
#include <utility>

#include <fmt/format.h>

#include "flows/library/adder_cells.h"
#include "flows/mapping/sum_terms.h"

namespace aslog::flows {

using namespace gates;

namespace {

// Delays of a full adder in units of that from a or b to sum: those of common libraries agree in
// their order, and only the order counts here.
constexpr double kSumDelay = 1.0;
constexpr double kSumFromC = 0.85;
constexpr double kCarryDelay = 0.75;
constexpr double kCarryFromC = 0.7;
constexpr double kAndDelay = 0.4;

struct Arrival {
    double time = 0;
    Bit bit = kZero;
    // The queue hands out the earliest; equal times in the order of their nets.
    bool operator<(const Arrival& other) const {
        return std::pair(time, bit) > std::pair(other.time, other.bit);
    }
};

// Two's complement without its repeated sign bits, unsigned without its leading zeros. Of a word as
// wide as the sum it does not matter whether it is signed.
void trim(std::vector<Bit>& word, bool& isSigned, std::size_t sumBits) {
    isSigned = isSigned || word.size() >= sumBits;
    word.resize(std::min(word.size(), sumBits));
    while (isSigned && word.size() > 1 && word[word.size() - 1] == word[word.size() - 2]) {
        word.pop_back();
    }
    if (isSigned && !word.empty() && word.back() == kZero) {
        isSigned = false;
    }
    while (!isSigned && !word.empty() && word.back() == kZero) {
        word.pop_back();
    }
}

class SumBuilder {
  public:
    SumBuilder(AdderCells cells, std::vector<Bit> output)
        : cells_(std::move(cells)),
          output_(std::move(output)),
          weights_(output_.size()),
          constant_(output_.size(), false) {}

    void add(SumTerm term) {
        bool aSigned = term.aSigned;
        bool bSigned = term.bSigned;
        trim(term.a, aSigned, output_.size());
        if (term.b.empty()) {
            for (std::size_t i = 0; i < term.a.size(); ++i) {
                const bool isSign = aSigned && i + 1 == term.a.size();
                addBit(term.a[i], i, isSign != term.isSubtracted, 0);
            }
            return;
        }
        trim(term.b, bSigned, output_.size());
        for (std::size_t i = 0; i < term.a.size(); ++i) {
            for (std::size_t k = 0; k < term.b.size(); ++k) {
                const bool aSign = aSigned && i + 1 == term.a.size();
                const bool bSign = bSigned && k + 1 == term.b.size();
                if (i + k < output_.size()) {
                    addBit(cells_.both(term.a[i], term.b[k]), i + k,
                           (aSign != bSign) != term.isSubtracted, kAndDelay);
                }
            }
        }
    }

    void finish() {
        for (std::size_t weight = 0; weight < output_.size(); ++weight) {
            if (constant_[weight]) {
                weights_[weight].push({-1, kOne});
            }
        }
        for (std::size_t weight = 0; weight < output_.size(); ++weight) {
            while (weights_[weight].size() > 2) {
                reduce(weight);
            }
        }
        addLastAdder();
    }

  private:
    using Queue = std::priority_queue<Arrival>;

    // Adds bit * 2^weight or, if negative, -bit * 2^weight = ~bit * 2^weight - 2^weight.
    void addBit(Bit bit, std::size_t weight, bool isNegative, double time) {
        if (weight >= output_.size() || bit == kZero) {
            return;
        }
        if (bit == kOne) {
            addConstant(weight, isNegative);
        } else {
            weights_[weight].push({time, isNegative ? cells_.invert(bit) : bit});
            if (isNegative) {
                addConstant(weight, true);
            }
        }
    }

    // constant +- 2^weight, modulo the width of the sum.
    void addConstant(std::size_t weight, bool isNegative) {
        for (std::size_t i = weight; i < constant_.size(); ++i) {
            constant_[i] = !constant_[i];
            if (constant_[i] != isNegative) {
                return;  // no carry or borrow
            }
        }
    }

    Arrival pop(std::size_t weight) {
        const Arrival first = weights_[weight].top();
        weights_[weight].pop();
        return first;
    }

    // One full adder on the three earliest bits; the latest of them goes to the fast input.
    void reduce(std::size_t weight) {
        const Arrival a = pop(weight);
        const Arrival b = pop(weight);
        const Arrival c = pop(weight);
        const bool wantsCarry = weight + 1 < output_.size();
        const AdderCells::Sum sum = cells_.fullAdder(a.bit, b.bit, c.bit, wantsCarry);
        weights_[weight].push({std::max(b.time + kSumDelay, c.time + kSumFromC), sum.sum});
        if (wantsCarry) {
            weights_[weight + 1].push(
                {std::max(b.time + kCarryDelay, c.time + kCarryFromC), sum.carry});
        }
    }

    // The two rows that are left. What stands alone below them needs no adder.
    void addLastAdder() {
        std::size_t low = 0;
        while (low < output_.size() && weights_[low].size() < 2) {
            cells_.connect(output_[low], weights_[low].empty() ? kZero : weights_[low].top().bit);
            ++low;
        }
        std::vector<Bit> a;
        std::vector<Bit> b;
        for (std::size_t weight = low; weight < output_.size(); ++weight) {
            a.push_back(weights_[weight].empty() ? kZero : pop(weight).bit);
            b.push_back(weights_[weight].empty() ? kZero : pop(weight).bit);
        }
        if (!a.empty()) {
            addAlu(a, b, {output_.begin() + static_cast<std::ptrdiff_t>(low), output_.end()});
        }
    }

    void addAlu(const std::vector<Bit>& a, const std::vector<Bit>& b, const std::vector<Bit>& y) {
        const auto binary = [](std::size_t value) { return fmt::format("{:032b}", value); };
        std::vector<Bit> x;
        std::vector<Bit> carries;
        for (std::size_t i = 0; i < y.size(); ++i) {
            x.push_back(cells_.newBit());
            carries.push_back(cells_.newBit());
        }
        cells_.addCell("$alu",
                       {{"A", a},
                        {"B", b},
                        {"CI", {kZero}},
                        {"BI", {kZero}},
                        {"X", x},
                        {"Y", y},
                        {"CO", carries}},
                       {{"A_SIGNED", binary(0)},
                        {"B_SIGNED", binary(0)},
                        {"A_WIDTH", binary(a.size())},
                        {"B_WIDTH", binary(b.size())},
                        {"Y_WIDTH", binary(y.size())}});
    }

    AdderCells cells_;
    std::vector<Bit> output_;
    std::vector<Queue> weights_;  // bits of weight 2^i that are still to be added
    std::vector<bool> constant_;  // bit i of the sum of all constants
};

}  // namespace

void mapSums(Module& module) {
    std::vector<Cell> sums;
    Bit nextBit = module.unusedBit();
    std::copy_if(module.cells.begin(), module.cells.end(), std::back_inserter(sums), isSum);
    std::erase_if(module.cells, isSum);
    for (const Cell& cell : sums) {
        SumBuilder builder(AdderCells(module, cell.name, nextBit), portOf(cell, "Y"));
        for (SumTerm& term : termsOf(cell)) {
            builder.add(std::move(term));
        }
        builder.finish();
    }
}

}  // namespace aslog::flows
