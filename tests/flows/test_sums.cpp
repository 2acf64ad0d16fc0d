// Sums and adders that the flow builds by itself, against integer arithmetic.

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "flows/library/adder_cells.h"
#include "flows/mapping/carry_save.h"
#include "gates/netlist.h"
#include "tests/catch.h"

namespace {

using aslog::flows::kFullAdder;
using aslog::flows::kHalfAdder;
using aslog::flows::kRippleOnly;
using aslog::flows::mapAdders;
using aslog::flows::mapSums;
using aslog::gates::Bit;
using aslog::gates::Cell;
using aslog::gates::isConstant;
using aslog::gates::kOne;
using aslog::gates::kZero;
using aslog::gates::Module;

using Values = std::map<Bit, bool>;

// Evaluates the gates of a combinational module until nothing changes.
class Evaluator {
  public:
    Evaluator(const Module& module, Values values) : values_(std::move(values)) {
        values_[kZero] = false;
        values_[kOne] = true;
        bool changed = true;
        while (changed) {
            changed = false;
            for (const Cell& cell : module.cells) {
                changed = evaluate(cell) || changed;
            }
        }
    }

    // Every bit must have got a value.
    std::uint64_t word(const std::vector<Bit>& bits) const {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bits.size(); ++i) {
            value |= static_cast<std::uint64_t>(values_.at(bits[i]) ? 1 : 0) << i;
        }
        return value;
    }

  private:
    bool known(const Cell& cell, const std::string& pin, bool& value) const {
        const auto found = values_.find(cell.connection(pin)->front());
        value = found != values_.end() && found->second;
        return found != values_.end();
    }

    bool set(Bit bit, bool value) { return values_.emplace(bit, value).second; }

    // True if a net got its value.
    bool evaluate(const Cell& cell) {
        if (cell.type == "$lcu") {
            return evaluateCarries(cell);
        }
        bool a = false;
        bool b = false;
        bool c = false;
        if (cell.type == kFullAdder || cell.type == kHalfAdder) {
            const bool full = cell.type == kFullAdder;
            if (!known(cell, "a_i", a) || !known(cell, "b_i", b) ||
                (full && !known(cell, "c_i", c))) {
                return false;
            }
            const int sum = int{a} + int{b} + int{c};
            const bool first = set(cell.connection("sum_o")->front(), (sum & 1) != 0);
            return set(cell.connection("carry_o")->front(), sum > 1) || first;
        }
        const bool unary = cell.type == "$_NOT_" || cell.type == "$_BUF_";
        if (!known(cell, "A", a) || (!unary && !known(cell, "B", b))) {
            return false;
        }
        const std::map<std::string, bool> results = {{"$_NOT_", !a},     {"$_BUF_", a},
                                                     {"$_AND_", a && b}, {"$_OR_", a || b},
                                                     {"$_XOR_", a != b}, {"$_XNOR_", a == b}};
        return set(cell.connection("Y")->front(), results.at(cell.type));
    }

    bool evaluateCarries(const Cell& cell) {
        bool carry = false;
        bool changed = false;
        if (!known(cell, "CI", carry)) {
            return false;
        }
        const std::vector<Bit>& outputs = *cell.connection("CO");
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const auto p = values_.find((*cell.connection("P"))[i]);
            const auto g = values_.find((*cell.connection("G"))[i]);
            if (p == values_.end() || g == values_.end()) {
                return changed;
            }
            carry = g->second || (p->second && carry);
            changed = set(outputs[i], carry) || changed;
        }
        return changed;
    }

    Values values_;
};

struct RandomTerm {
    bool isSigned = false;
    bool isSubtracted = false;
    std::vector<Bit> a;
    std::vector<Bit> b;
};

std::int64_t valueOf(const Values& values, const std::vector<Bit>& bits, bool isSigned) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < bits.size(); ++i) {
        const bool bit = isConstant(bits[i]) ? bits[i] == kOne : values.at(bits[i]);
        const std::int64_t weight = std::int64_t{1} << i;
        value += bit ? (isSigned && i + 1 == bits.size() ? -weight : weight) : 0;
    }
    return value;
}

// Appends a number to the configuration of a $macc, its lowest bit first.
void append(std::string& config, std::size_t value, std::size_t bits) {
    for (std::size_t i = 0; i < bits; ++i) {
        config += ((value >> i) & 1) != 0 ? '1' : '0';
    }
}

// A $macc of random terms, in a module with the sum as its output.
class RandomSum {
  public:
    explicit RandomSum(unsigned seed) : random_(seed) {
        constexpr std::size_t kLengthBits = 5;
        const std::size_t width = 1 + random_() % 20;
        const std::size_t count = 1 + random_() % 9;
        std::string config;
        std::vector<Bit> a;
        append(config, kLengthBits, 4);
        for (std::size_t i = 0; i < count; ++i) {
            RandomTerm term;
            term.isSigned = random_() % 2 != 0;
            term.isSubtracted = random_() % 3 == 0;
            term.a = word(1 + random_() % 9);
            term.b = random_() % 3 == 0 ? word(1 + random_() % 6) : std::vector<Bit>();
            append(config, term.isSigned ? 1 : 0, 1);
            append(config, term.isSubtracted ? 1 : 0, 1);
            append(config, term.a.size(), kLengthBits);
            append(config, term.b.size(), kLengthBits);
            a.insert(a.end(), term.a.begin(), term.a.end());
            a.insert(a.end(), term.b.begin(), term.b.end());
            terms_.push_back(term);
        }
        const std::vector<Bit> single = word(random_() % 4);
        for (const Bit bit : single) {
            terms_.push_back({false, false, {bit}, {}});
        }
        while (sum_.size() < width) {
            sum_.push_back(next_++);
        }
        module_.ports.push_back({"y", true, sum_});
        module_.cells.push_back({"sum",
                                 "$macc",
                                 {{"A", a}, {"B", single}, {"Y", sum_}},
                                 {{"CONFIG", std::string(config.rbegin(), config.rend())}}});
    }

    const Module& module() const { return module_; }

    // Compares the built sum with the terms for random inputs; returns how often it agreed.
    int agreements(const Module& built, int trials) {
        const std::uint64_t mask = (std::uint64_t{1} << sum_.size()) - 1;
        int count = 0;
        for (int i = 0; i < trials; ++i) {
            Values values;
            for (const Bit bit : inputs_) {
                values[bit] = random_() % 2 != 0;
            }
            std::int64_t expected = 0;
            for (const RandomTerm& term : terms_) {
                const std::int64_t value =
                    valueOf(values, term.a, term.isSigned) *
                    (term.b.empty() ? 1 : valueOf(values, term.b, term.isSigned));
                expected += term.isSubtracted ? -value : value;
            }
            const bool agrees = Evaluator(built, values).word(sum_) ==
                                (static_cast<std::uint64_t>(expected) & mask);
            count += agrees ? 1 : 0;
        }
        return count;
    }

  private:
    // New inputs, constants, now and then a repeated bit, as a sign extension has them.
    std::vector<Bit> word(std::size_t bits) {
        std::vector<Bit> result;
        for (std::size_t i = 0; i < bits; ++i) {
            const auto kind = random_() % 10;
            if (kind < 2) {
                result.push_back(kind == 0 ? kZero : kOne);
            } else if (kind == 2 && !result.empty()) {
                result.push_back(result.back());
            } else {
                inputs_.push_back(next_);
                result.push_back(next_++);
            }
        }
        return result;
    }

    std::mt19937 random_;
    Bit next_ = 2;
    std::vector<Bit> inputs_;
    std::vector<RandomTerm> terms_;
    std::vector<Bit> sum_;
    Module module_;
};

int countOf(const Module& module, const std::string& type) {
    int count = 0;
    for (const Cell& cell : module.cells) {
        count += cell.type == type ? 1 : 0;
    }
    return count;
}

std::vector<Bit> newWord(Bit& next, std::size_t bits) {
    std::vector<Bit> result;
    while (result.size() < bits) {
        result.push_back(next++);
    }
    return result;
}

}  // namespace

TEST_CASE("A carry-save tree equals the sum of its terms, whatever their signs and widths") {
    for (unsigned seed = 0; seed < 400; ++seed) {
        RandomSum sum(seed);
        for (const int ripple : {kRippleOnly, 3, 0}) {
            INFO("seed " << seed << ", ripple " << ripple);
            Module built = sum.module();
            mapSums(built);
            mapAdders(built, ripple);
            CHECK(countOf(built, "$macc") + countOf(built, "$alu") == 0);
            CHECK(sum.agreements(built, 8) == 8);
        }
    }
}

TEST_CASE("A tree needs no more full adders than it removes bits") {
    Module module;
    std::string config;
    append(config, 4, 4);
    std::vector<Bit> a;
    Bit next = 2;
    for (int word = 0; word < 16; ++word) {
        append(config, 0, 2);   // unsigned, added
        append(config, 12, 4);  // 12 bits
        append(config, 0, 4);   // no factor
        const std::vector<Bit> bits = newWord(next, 12);
        a.insert(a.end(), bits.begin(), bits.end());
    }
    const std::vector<Bit> y = newWord(next, 16);
    module.ports = {{"a", false, a}, {"y", true, y}};
    module.cells.push_back({"sum",
                            "$macc",
                            {{"A", a}, {"B", {}}, {"Y", y}},
                            {{"CONFIG", std::string(config.rbegin(), config.rend())}}});
    mapSums(module);
    mapAdders(module, kRippleOnly);
    CHECK(countOf(module, kFullAdder) <= 16 * 12 - 16);
    CHECK(countOf(module, kHalfAdder) <= 4);
}

TEST_CASE("An adder keeps its carries, its inverted operand and its signs") {
    std::mt19937 random(7);
    for (int trial = 0; trial < 300; ++trial) {
        INFO("trial " << trial);
        Bit next = 2;
        const std::size_t width = 1 + random() % 12;
        const std::vector<Bit> a = newWord(next, 1 + random() % width);
        const std::vector<Bit> b = newWord(next, 1 + random() % width);
        const std::vector<Bit> y = newWord(next, width);
        const std::vector<Bit> x = newWord(next, width);
        const std::vector<Bit> carries = newWord(next, width);
        const Bit invert = random() % 2 != 0 ? kOne : kZero;
        const bool isSigned = random() % 2 != 0;
        const std::string sign = isSigned ? "1" : "0";
        Module module;
        module.ports = {{"y", true, y}, {"x", true, x}, {"co", true, carries}};
        module.cells.push_back({"add",
                                "$alu",
                                {{"A", a},
                                 {"B", b},
                                 {"CI", {invert}},
                                 {"BI", {invert}},
                                 {"X", x},
                                 {"Y", y},
                                 {"CO", carries}},
                                {{"A_SIGNED", sign}, {"B_SIGNED", sign}}});
        mapAdders(module, static_cast<int>(random() % (width + 2)));
        Values values;
        for (Bit bit = 2; bit < y.front(); ++bit) {
            values[bit] = random() % 2 != 0;
        }
        const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
        const auto left = static_cast<std::uint64_t>(valueOf(values, a, isSigned)) & mask;
        const auto plain = static_cast<std::uint64_t>(valueOf(values, b, isSigned)) & mask;
        const std::uint64_t right = invert == kOne ? ~plain & mask : plain;
        const std::uint64_t sum = left + right + (invert == kOne ? 1 : 0);
        const Evaluator evaluator(module, values);
        CHECK(evaluator.word(y) == (sum & mask));
        CHECK(evaluator.word(x) == (left ^ right));
        CHECK((evaluator.word(carries) >> (width - 1)) == (sum >> width));
    }
}

TEST_CASE("A sum that is not understood is refused") {
    Module module;
    module.cells = {{"sum", "$macc", {{"A", {2, 3}}, {"B", {}}, {"Y", {4}}}, {}}};
    CHECK_THROWS(mapSums(module));
    module.cells = {{"sum", "$macc", {{"A", {2, 3}}, {"B", {}}, {"Y", {4}}}, {{"CONFIG", "1"}}}};
    CHECK_THROWS(mapSums(module));
}
