// Arithmetic elements: a weight code times an activation, as the column's adder tree sees it.
// Law of every element: raw(code, q) = value(code) * q + offset(code), never negative.
// Definition: docs/arithmetic.md, sections 3 (SLogII) and 8 (baselines).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "golden/arithmetic/format.h"

namespace aslog::golden {

/// The words that an element hands to the tree: raw = sum over k of word k * 2^(k * shift).
/// Concatenated, word 0 least significant, they are the output `p_o` of the RTL element.
struct PartialProductLayout {
    int count;  // number of words
    int bits;   // width of each word
    int shift;  // distance between the weights of neighbouring words, in bits
};

class Element {
  public:
    virtual ~Element() = default;
    Element(const Element&) = delete;
    Element& operator=(const Element&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] int weightBits() const { return weightBits_; }  // width of a code
    [[nodiscard]] int activationBits() const { return activationBits_; }
    [[nodiscard]] std::uint32_t activationMax() const;

    /// All legal codes, ascending. The functions below take these only.
    [[nodiscard]] const std::vector<Code>& codes() const { return codes_; }
    [[nodiscard]] bool isLegal(Code code) const;

    /// The weight w that a code stands for.
    [[nodiscard]] std::int64_t value(Code code) const { return meaning(code).value; }

    /// K(code), at most rawMax().
    [[nodiscard]] std::int64_t offset(Code code) const { return meaning(code).offset; }

    /// The code of exactly this value (the smallest code, if there are several).
    /// Throws std::invalid_argument if there is none.
    [[nodiscard]] Code encodeValue(std::int64_t weight) const;

    /// The code of rows without a tap: with q = 0 it gives the smallest raw word, 0 where possible.
    /// Of several such codes the smallest.
    [[nodiscard]] Code fillCode() const { return fillCode_; }

    [[nodiscard]] const PartialProductLayout& layout() const { return layout_; }

    /// Word k < layout().count, as the hardware forms it. Codes must be legal, q <=
    /// activationMax().
    [[nodiscard]] virtual std::uint64_t partialProduct(Code code, std::uint32_t q, int k) const = 0;
    [[nodiscard]] std::vector<std::uint64_t> partialProducts(Code code, std::uint32_t q) const;

    /// The sum of the partial products, each at its place.
    [[nodiscard]] std::uint64_t raw(Code code, std::uint32_t q) const;

    /// Largest raw word over all legal codes and activations, and its width.
    [[nodiscard]] std::uint64_t rawMax() const { return rawMax_; }
    [[nodiscard]] int rawBits() const;

  protected:
    struct Meaning {
        bool legal = false;
        std::int64_t value = 0;
        std::int64_t offset = 0;
    };

    /// `meanings` is indexed by the code and has 2^weightBits entries.
    Element(std::string name, int weightBits, int activationBits, PartialProductLayout layout,
            std::vector<Meaning> meanings);

  private:
    [[nodiscard]] const Meaning& meaning(Code code) const;

    std::string name_;
    int weightBits_;
    int activationBits_;
    PartialProductLayout layout_;
    std::vector<Meaning> meanings_;
    std::vector<Code> codes_;
    Code fillCode_{};
    std::uint64_t rawMax_ = 0;
};

/// The element of a SLogII format; every code of weightBits bits is legal. Name "slogii".
class SlogElement final : public Element {
  public:
    explicit SlogElement(const FormatSpec& spec) : SlogElement(SlogFormat(spec)) {}
    explicit SlogElement(SlogFormat format);

    [[nodiscard]] const SlogFormat& format() const { return format_; }
    [[nodiscard]] std::uint64_t partialProduct(Code code, std::uint32_t q, int k) const override;

  private:
    /// Controls of one magnitude index; odd = 0 selects nothing.
    struct Selection {
        std::uint32_t odd = 0;
        int shift = 0;
        int finalShift = 0;
    };

    SlogFormat format_;
    std::vector<Selection> selections_;  // by magnitude index
};

}  // namespace aslog::golden
