#include "flows/mapping/sum_proof.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::flows {

using namespace gates;

namespace {

// Which products of up to two bits are added how often, modulo 2^width. The pair (kOne, kOne) is
// the constant, (kOne, b) the bit b alone. Two such sums are equal for all values of their bits
// exactly if they have the same coefficients.
class Polynomial {
  public:
    explicit Polynomial(std::size_t width)
        : mask_(width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1) {}

    void add(std::uint64_t count, Bit a, Bit b = kOne) {
        if (a == kZero || b == kZero) {
            return;
        }
        const std::pair<Bit, Bit> key = normal(a, b);
        std::uint64_t& now = counts_[key];
        now = (now + count) & mask_;
        if (now == 0) {
            counts_.erase(key);
        }
    }

    // How often the bit is added alone; it is no longer in the sum after that. False if it is a
    // factor of a product.
    bool take(Bit bit, std::uint64_t& count) {
        const auto isProduct = [bit](const auto& each) {
            return each.first.first != kOne &&
                   (each.first.first == bit || each.first.second == bit);
        };
        if (std::any_of(counts_.begin(), counts_.end(), isProduct)) {
            return false;
        }
        const auto found = counts_.find(normal(bit, kOne));
        count = found == counts_.end() ? 0 : found->second;
        counts_.erase(normal(bit, kOne));
        return true;
    }

    std::uint64_t twice(std::uint64_t count) const { return (2 * count) & mask_; }
    bool operator==(const Polynomial& other) const { return counts_ == other.counts_; }

  private:
    // A bit times itself is the bit.
    static std::pair<Bit, Bit> normal(Bit a, Bit b) {
        if (a == b) {
            return {kOne, a};
        }
        return {std::min(a, b), std::max(a, b)};
    }

    std::map<std::pair<Bit, Bit>, std::uint64_t> counts_;
    std::uint64_t mask_;
};

bool isSumCell(const Cell& cell) {
    return cell.type == "$macc" || cell.type == "$macc_v2";
}

// The lowest bit of a parameter is its last character.
std::uint64_t numberAt(const std::string& text, std::size_t bit, std::size_t bits) {
    std::uint64_t value = 0;
    for (std::size_t i = bits; i-- > 0;) {
        value = 2 * value + (text.at(text.size() - 1 - bit - i) == '1' ? 1 : 0);
    }
    return value;
}

// What a sum of words must be, read from its parameters.
class Expected {
  public:
    explicit Expected(const Cell& cell) : cell_(cell), polynomial_(pin("Y").size()) {}

    Polynomial value() {
        if (cell_.type == "$macc") {
            readOldForm();
        } else {
            readNewForm();
        }
        return polynomial_;
    }

  private:
    const std::vector<Bit>& pin(const char* name) const {
        const std::vector<Bit>* bits = cell_.connection(name);
        if (bits == nullptr) {
            throw support::Error(fmt::format("it has no port {}", name));
        }
        return *bits;
    }

    void readOldForm() {
        const std::string& config = cell_.parameters.at("CONFIG");
        const std::size_t size = numberAt(config, 0, 4);
        const std::vector<Bit>& a = pin("A");
        std::size_t next = 0;
        for (std::size_t at = 4; next < a.size(); at += 2 + 2 * size) {
            const std::uint64_t kind = numberAt(config, at, 2);
            const std::size_t lengthA = numberAt(config, at + 2, size);
            const std::size_t lengthB = numberAt(config, at + 2 + size, size);
            const bool isSigned = (kind & 1) != 0;
            const std::vector<Bit> first = part(a, next, lengthA);
            const std::vector<Bit> second = part(a, next + lengthA, lengthB);
            next += lengthA + lengthB;
            addProduct(first, isSigned, second.empty() ? std::vector<Bit>{kOne} : second,
                       isSigned && !second.empty(), (kind & 2) != 0);
        }
        for (const Bit bit : pin("B")) {
            polynomial_.add(1, bit);
        }
    }

    void readNewForm() {
        std::size_t nextA = 0;
        std::size_t nextB = 0;
        for (std::size_t i = 0; i < number("NPRODUCTS"); ++i) {
            const std::vector<Bit> first = nextWord("A", i, nextA);
            const std::vector<Bit> second = nextWord("B", i, nextB);
            addProduct(first, flag("A_SIGNED", i), second, flag("B_SIGNED", i),
                       flag("PRODUCT_NEGATED", i));
        }
        std::size_t nextC = 0;
        for (std::size_t i = 0; i < number("NADDENDS"); ++i) {
            addProduct(nextWord("C", i, nextC), flag("C_SIGNED", i), {kOne}, false,
                       flag("ADDEND_NEGATED", i));
        }
    }

    std::uint64_t number(const char* parameter) const {
        const std::string& text = cell_.parameters.at(parameter);
        return numberAt(text, 0, std::min<std::size_t>(text.size(), 32));
    }

    bool flag(const char* parameter, std::size_t index) const {
        return numberAt(cell_.parameters.at(parameter), index, 1) != 0;
    }

    std::vector<Bit> nextWord(const std::string& port, std::size_t index, std::size_t& next) const {
        const std::string& widths = cell_.parameters.at(port + "_WIDTHS");
        const std::size_t length = numberAt(widths, 16 * index, 16);
        const std::vector<Bit> word = part(pin(port.c_str()), next, length);
        next += length;
        return word;
    }

    static std::vector<Bit> part(const std::vector<Bit>& bits, std::size_t from,
                                 std::size_t count) {
        if (from + count > bits.size()) {
            throw support::Error("its words are longer than its port");
        }
        const auto first = bits.begin() + static_cast<std::ptrdiff_t>(from);
        return {first, first + static_cast<std::ptrdiff_t>(count)};
    }

    void addProduct(const std::vector<Bit>& a, bool aSigned, const std::vector<Bit>& b,
                    bool bSigned, bool isSubtracted) {
        for (std::size_t i = 0; i < a.size(); ++i) {
            for (std::size_t k = 0; k < b.size() && i + k < 64; ++k) {
                const bool aNegative = aSigned && i + 1 == a.size();
                const bool bNegative = bSigned && k + 1 == b.size();
                const std::uint64_t weight = std::uint64_t{1} << (i + k);
                const bool isNegative = (aNegative != bNegative) != isSubtracted;
                polynomial_.add(isNegative ? ~weight + 1 : weight, a[i], b[k]);
            }
        }
    }

    const Cell& cell_;
    Polynomial polynomial_;
};

class Walk {
  public:
    // `made`: the cells that the builder added.
    explicit Walk(const std::vector<const Cell*>& made) {
        for (const Cell* cell : made) {
            for (const auto& [pin, bits] : cell->connections) {
                if (isOutput(*cell, pin)) {
                    for (const Bit bit : bits) {
                        if (!driver_.emplace(bit, cell).second) {
                            throw support::Error(fmt::format("net {} has two drivers", bit));
                        }
                    }
                }
            }
        }
    }

    // The sum of the bits of `y` in terms of nets that the builder did not make.
    Polynomial terms(const std::vector<Bit>& y) {
        Polynomial sum(y.size());
        for (std::size_t i = 0; i < y.size(); ++i) {
            sum.add(std::uint64_t{1} << i, y[i]);
            visit(y[i]);
        }
        std::for_each(order_.rbegin(), order_.rend(),
                      [&](const Cell* cell) { replace(*cell, sum); });
        return sum;
    }

  private:
    static bool isOutput(const Cell& cell, const std::string& pin) {
        return cell.type == "$alu" ? pin == "Y" || pin == "X" || pin == "CO"
                                   : pin == "Y" || pin == "sum_o" || pin == "carry_o";
    }

    static Bit bit(const Cell& cell, const char* pin) {
        const std::vector<Bit>* bits = cell.connection(pin);
        if (bits == nullptr || bits->size() != 1) {
            throw support::Error(fmt::format("{} has no pin {}", cell.name, pin));
        }
        return bits->front();
    }

    // Cells in the order of their signals.
    void visit(Bit net) {
        const auto driver = driver_.find(net);
        if (driver == driver_.end() || !seen_.insert(driver->second).second) {
            return;
        }
        for (const auto& [pin, bits] : driver->second->connections) {
            if (!isOutput(*driver->second, pin)) {
                for (const Bit each : bits) {
                    visit(each);
                }
            }
        }
        order_.push_back(driver->second);
    }

    static std::uint64_t taken(const Cell& cell, Bit net, Polynomial& sum) {
        std::uint64_t count = 0;
        if (!sum.take(net, count)) {
            throw support::Error(fmt::format("{} drives a factor of a product", cell.name));
        }
        return count;
    }

    static void replace(const Cell& cell, Polynomial& sum) {
        if (cell.type == "$alu") {
            replaceLastAdder(cell, sum);
        } else if (cell.type == "aslog_cell_fa" || cell.type == "aslog_cell_ha") {
            replaceAdder(cell, sum);
        } else {
            replaceGate(cell, sum);
        }
    }

    // a + b + c = sum + 2 * carry
    static void replaceAdder(const Cell& cell, Polynomial& sum) {
        const std::uint64_t count = taken(cell, bit(cell, "sum_o"), sum);
        if (taken(cell, bit(cell, "carry_o"), sum) != sum.twice(count)) {
            throw support::Error(
                fmt::format("the carry of {} does not count twice its sum", cell.name));
        }
        sum.add(count, bit(cell, "a_i"));
        sum.add(count, bit(cell, "b_i"));
        if (cell.type == "aslog_cell_fa") {
            sum.add(count, bit(cell, "c_i"));
        }
    }

    static void replaceGate(const Cell& cell, Polynomial& sum) {
        const std::uint64_t count = taken(cell, bit(cell, "Y"), sum);
        const std::uint64_t minus = ~count + 1;
        const Bit a = bit(cell, "A");
        if (cell.type == "$_BUF_") {
            sum.add(count, a);
            return;
        }
        if (cell.type == "$_NOT_") {
            sum.add(count, kOne);
            sum.add(minus, a);
            return;
        }
        const Bit b = bit(cell, "B");
        if (cell.type == "$_AND_") {
            sum.add(count, a, b);
        } else if (cell.type == "$_OR_") {
            sum.add(count, a);
            sum.add(count, b);
            sum.add(minus, a, b);
        } else if (cell.type == "$_XOR_" || cell.type == "$_XNOR_") {
            const bool inverts = cell.type == "$_XNOR_";
            sum.add(inverts ? count : 0, kOne);
            sum.add(inverts ? minus : count, a);
            sum.add(inverts ? minus : count, b);
            sum.add(inverts ? 2 * count : 2 * minus, a, b);
        } else {
            throw support::Error(fmt::format("{} is a {}", cell.name, cell.type));
        }
    }

    // Y = A + B: the bits of Y count 1, 2, 4 ... times the first of them.
    static void replaceLastAdder(const Cell& cell, Polynomial& sum) {
        if (bit(cell, "CI") != kZero || bit(cell, "BI") != kZero) {
            throw support::Error(fmt::format("{} is no plain adder", cell.name));
        }
        const std::vector<Bit>& y = *cell.connection("Y");
        std::uint64_t count = taken(cell, y.front(), sum);
        const std::uint64_t first = count;
        for (std::size_t i = 1; i < y.size(); ++i) {
            count = sum.twice(count);
            if (taken(cell, y[i], sum) != count) {
                throw support::Error(
                    fmt::format("the bits of {} do not count as those of a word", cell.name));
            }
        }
        // A carry out of the highest bit would be lost, unless it counts nothing.
        if (sum.twice(count) != 0) {
            throw support::Error(fmt::format("{} loses its carry", cell.name));
        }
        for (const char* pin : {"A", "B"}) {
            const std::vector<Bit>& word = *cell.connection(pin);
            if (word.size() != y.size()) {
                throw support::Error(fmt::format("{} extends its operands", cell.name));
            }
            std::uint64_t weight = first;
            for (const Bit each : word) {
                sum.add(weight, each);
                weight = sum.twice(weight);
            }
        }
    }

    std::map<Bit, const Cell*> driver_;
    std::set<const Cell*> seen_;
    std::vector<const Cell*> order_;
};

std::string textOf(const Cell& cell) {
    std::string text = cell.type;
    for (const auto& [pin, bits] : cell.connections) {
        text += fmt::format(" {}:{}", pin, fmt::join(bits, ","));
    }
    for (const auto& [name, value] : cell.parameters) {
        text += fmt::format(" {}={}", name, value);
    }
    return text;
}

// Cells of `gates` that are not in `words`; all others must be the same in both.
std::vector<const Cell*> addedCells(const Module& words, const Module& gates) {
    std::map<std::string, std::string> before;
    for (const Cell& cell : words.cells) {
        if (!isSumCell(cell)) {
            before[cell.name] = textOf(cell);
        }
    }
    std::vector<const Cell*> added;
    for (const Cell& cell : gates.cells) {
        const auto found = before.find(cell.name);
        if (found == before.end()) {
            added.push_back(&cell);
        } else if (found->second != textOf(cell)) {
            throw support::Error(fmt::format("the cell {} has changed", cell.name));
        } else {
            before.erase(found);
        }
    }
    if (!before.empty()) {
        throw support::Error(fmt::format("the cell {} is lost", before.begin()->first));
    }
    return added;
}

}  // namespace

int proveSums(const Module& words, const Module& gates, const std::string& name) {
    std::string sum = "its other cells";
    int count = 0;
    try {
        const std::vector<const Cell*> added = addedCells(words, gates);
        for (const Cell& cell : words.cells) {
            if (isSumCell(cell)) {
                sum = "the sum " + cell.name;
                if (!(Walk(added).terms(*cell.connection("Y")) == Expected(cell).value())) {
                    throw support::Error("it does not add up to its terms");
                }
                ++count;
            }
        }
    } catch (const std::exception& error) {
        throw support::Error(
            fmt::format("the adders of {} are not its words, {}: {}", name, sum, error.what()));
    }
    return count;
}

}  // namespace aslog::flows
