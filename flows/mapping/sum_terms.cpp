#include "flows/mapping/sum_terms.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::flows {

using namespace gates;

namespace {

constexpr std::size_t kWidthBits = 16;  // of each number in the *_WIDTHS of a $macc_v2

[[noreturn]] void fail(const Cell& cell, const std::string& reason) {
    throw support::Error(
        fmt::format("the {} {} of yosys is not understood: {}", cell.type, cell.name, reason));
}

// Takes numbers off a parameter, from its lowest bit on.
class ParameterReader {
  public:
    ParameterReader(const Cell& cell, std::string name) : cell_(cell), name_(std::move(name)) {
        const auto found = cell.parameters.find(name_);
        if (found == cell.parameters.end()) {
            fail(cell, "no " + name_);
        }
        bits_.assign(found->second.rbegin(), found->second.rend());
    }

    std::size_t take(std::size_t count) {
        if (position_ + count > bits_.size()) {
            fail(cell_, name_ + " is too short");
        }
        std::size_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            value |= static_cast<std::size_t>(bits_[position_++] == '1' ? 1 : 0) << i;
        }
        return value;
    }

    bool takeFlag() { return take(1) != 0; }
    std::size_t takeAll() { return take(std::min<std::size_t>(bits_.size(), 32)); }

  private:
    const Cell& cell_;
    std::string name_;
    std::string bits_;  // bit 0 first
    std::size_t position_ = 0;
};

// Takes words off a port, from its lowest bit on.
class PortReader {
  public:
    PortReader(const Cell& cell, std::string port)
        : cell_(cell), port_(std::move(port)), bits_(portOf(cell, port_)) {}

    std::vector<Bit> take(std::size_t count) {
        if (position_ + count > bits_.size()) {
            fail(cell_, fmt::format("port {} is too short", port_));
        }
        const auto first = bits_.begin() + static_cast<std::ptrdiff_t>(position_);
        position_ += count;
        return {first, first + static_cast<std::ptrdiff_t>(count)};
    }

    bool isAtEnd() const { return position_ == bits_.size(); }

  private:
    const Cell& cell_;
    std::string port_;
    const std::vector<Bit>& bits_;
    std::size_t position_ = 0;
};

// Words of a port of a $macc_v2 with their signs.
class Operands {
  public:
    Operands(const Cell& cell, const std::string& port)
        : bits_(cell, port), widths_(cell, port + "_WIDTHS"), signs_(cell, port + "_SIGNED") {}

    void next(std::vector<Bit>& word, bool& isSigned) {
        word = bits_.take(widths_.take(kWidthBits));
        isSigned = signs_.takeFlag();
    }

    bool isAtEnd() const { return bits_.isAtEnd(); }

  private:
    PortReader bits_;
    ParameterReader widths_;
    ParameterReader signs_;
};

// docs of yosys 0.23, kernel/macc.h: CONFIG has a length of 4 bits, then of each term its sign, its
// direction and the lengths of its words; bits to be added alone stand at port B.
std::vector<SumTerm> termsOfConfig(const Cell& cell) {
    ParameterReader config(cell, "CONFIG");
    PortReader words(cell, "A");
    const std::size_t lengthBits = config.take(4);
    std::vector<SumTerm> terms;
    while (!words.isAtEnd()) {
        SumTerm& term = terms.emplace_back();
        term.aSigned = term.bSigned = config.takeFlag();
        term.isSubtracted = config.takeFlag();
        const std::size_t lengthA = config.take(lengthBits);
        const std::size_t lengthB = config.take(lengthBits);
        term.a = words.take(lengthA);
        term.b = words.take(lengthB);
        if (term.a.empty()) {
            fail(cell, "an empty term");
        }
    }
    for (const Bit bit : portOf(cell, "B")) {
        terms.push_back({false, false, false, {bit}, {}});
    }
    return terms;
}

// Products of the words at A and B, then words at C.
std::vector<SumTerm> termsOfLists(const Cell& cell) {
    std::vector<SumTerm> terms;
    Operands a(cell, "A");
    Operands b(cell, "B");
    Operands c(cell, "C");
    ParameterReader negatedProducts(cell, "PRODUCT_NEGATED");
    ParameterReader negatedAddends(cell, "ADDEND_NEGATED");
    for (std::size_t n = ParameterReader(cell, "NPRODUCTS").takeAll(); n > 0; --n) {
        SumTerm& term = terms.emplace_back();
        a.next(term.a, term.aSigned);
        b.next(term.b, term.bSigned);
        term.isSubtracted = negatedProducts.takeFlag();
        if (term.a.empty() || term.b.empty()) {
            fail(cell, "an empty factor");
        }
    }
    for (std::size_t n = ParameterReader(cell, "NADDENDS").takeAll(); n > 0; --n) {
        SumTerm& term = terms.emplace_back();
        c.next(term.a, term.aSigned);
        term.isSubtracted = negatedAddends.takeFlag();
    }
    if (!a.isAtEnd() || !b.isAtEnd() || !c.isAtEnd()) {
        fail(cell, "a port is longer than its words");
    }
    return terms;
}

}  // namespace

bool isSum(const Cell& cell) {
    return cell.type == "$macc" || cell.type == "$macc_v2";
}

std::vector<SumTerm> termsOf(const Cell& sum) {
    return sum.type == "$macc" ? termsOfConfig(sum) : termsOfLists(sum);
}

const std::vector<Bit>& portOf(const Cell& sum, const std::string& port) {
    const std::vector<Bit>* bits = sum.connection(port);
    if (bits == nullptr) {
        fail(sum, "no port " + port);
    }
    return *bits;
}

}  // namespace aslog::flows
