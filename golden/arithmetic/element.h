// Arithmetic elements: weight codes times activations, as the column's adder tree sees them.
// Law of every element, over the rows that it serves, never negative:
//   raw = sum((value(code) - windowWeight) * q + offset(code)) + constant
// Definition: docs/arithmetic.md, sections 3 (SLogII) and 8 (baselines).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
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

/// What an element is apart from the meaning of its codes.
struct ElementTraits {
    std::string name;
    int weightBits;      // width of a code
    int activationBits;  // width of q
    PartialProductLayout layout;
    int rows = 1;  // neighbouring rows that one element serves
    /// Added to each weight by way of the window sum S: 0, or a power of two.
    std::int64_t windowWeight = 0;
    /// What the words add up to beside the terms of the rows.
    std::int64_t constant = 0;
};

class Element {
  public:
    virtual ~Element() = default;
    Element(const Element&) = delete;
    Element& operator=(const Element&) = delete;

    [[nodiscard]] const std::string& name() const { return traits_.name; }
    [[nodiscard]] int weightBits() const { return traits_.weightBits; }
    [[nodiscard]] int activationBits() const { return traits_.activationBits; }
    [[nodiscard]] std::uint32_t activationMax() const;
    [[nodiscard]] int rows() const { return traits_.rows; }
    [[nodiscard]] std::int64_t windowWeight() const { return traits_.windowWeight; }
    [[nodiscard]] std::int64_t constant() const { return traits_.constant; }

    /// All legal codes, ascending. The functions below take these only.
    [[nodiscard]] const std::vector<Code>& codes() const { return codes_; }
    [[nodiscard]] bool isLegal(Code code) const;

    /// The weight w that a code stands for.
    [[nodiscard]] std::int64_t value(Code code) const { return meaning(code).value; }

    /// K(code), at most rawMax(); constant() not included.
    [[nodiscard]] std::int64_t offset(Code code) const { return meaning(code).offset; }

    /// The code of exactly this value (the smallest code, if there are several).
    /// Throws std::invalid_argument if there is none.
    [[nodiscard]] Code encodeValue(std::int64_t weight) const;

    /// The code of rows without a tap: with q = 0 it adds least to the raw word, 0 where possible.
    /// Of several such codes the smallest.
    [[nodiscard]] Code fillCode() const { return fillCode_; }

    [[nodiscard]] const PartialProductLayout& layout() const { return traits_.layout; }

    /// Word k < layout().count, as the hardware forms it of a code and an activation for each of
    /// rows(). Codes must be legal, q <= activationMax().
    [[nodiscard]] std::uint64_t partialProduct(std::span<const Code> codes,
                                               std::span<const std::uint32_t> q, int k) const {
        return word(codes, q, k);
    }
    /// The same for an element of one row.
    [[nodiscard]] std::uint64_t partialProduct(Code code, std::uint32_t q, int k) const {
        return word({&code, 1}, {&q, 1}, k);
    }
    [[nodiscard]] std::vector<std::uint64_t> partialProducts(Code code, std::uint32_t q) const;

    /// The sum of the partial products, each at its place.
    [[nodiscard]] std::uint64_t raw(std::span<const Code> codes,
                                    std::span<const std::uint32_t> q) const;
    [[nodiscard]] std::uint64_t raw(Code code, std::uint32_t q) const {
        return raw({&code, 1}, {&q, 1});
    }

    /// Largest raw word of an element over all legal codes and activations, and its width.
    [[nodiscard]] std::uint64_t rawMax() const { return rawMax_; }
    [[nodiscard]] int rawBits() const;

  protected:
    struct Meaning {
        bool legal = false;
        std::int64_t value = 0;
        std::int64_t offset = 0;
    };

    /// `meanings` is indexed by the code and has 2^weightBits entries.
    Element(ElementTraits traits, std::vector<Meaning> meanings);

  private:
    [[nodiscard]] virtual std::uint64_t word(std::span<const Code> codes,
                                             std::span<const std::uint32_t> q, int k) const = 0;
    [[nodiscard]] const Meaning& meaning(Code code) const;

    ElementTraits traits_;
    std::vector<Meaning> meanings_;
    std::vector<Code> codes_;
    Code fillCode_{};
    std::uint64_t rawMax_ = 0;
};

/// The element of a SLogII format; the codes of its levels are legal. Name "slogii".
class SlogElement final : public Element {
  public:
    explicit SlogElement(const FormatSpec& spec) : SlogElement(SlogFormat(spec)) {}
    explicit SlogElement(SlogFormat format);

    [[nodiscard]] const SlogFormat& format() const { return format_; }

  private:
    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int k) const override;

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
