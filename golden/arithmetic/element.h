// Arithmetic elements: weight codes times activations, as the column's adder tree sees them.
// Law of every element, over the rows that it serves, never negative:
//   raw = sum((value(code) - windowWeight) * q + offset(code)) + constant
// With dropped columns raw counts 2^dropped and the law holds but for what is cut off the words.
// Definition: docs/arithmetic.md, sections 3 (SLogII, dropped columns) and 8 (baselines).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "golden/arithmetic/format.h"

namespace aslog::golden {

/// The words that an element hands to the tree: raw = sum over k of word k * 2^placeOf(k).
/// Concatenated, word 0 least significant, they are the output `p_o` of the RTL element.
struct PartialProductLayout {
    int count;        // number of words
    int bits;         // width of a whole word
    int shift;        // distance between the weights of neighbouring words, in bits
    int dropped = 0;  // columns of the product, from the lowest, that no word has; < bits

    /// Low bits of word k that are not there.
    [[nodiscard]] int cutOf(int k) const { return k * shift < dropped ? dropped - k * shift : 0; }
    [[nodiscard]] int bitsOf(int k) const { return bits - cutOf(k); }
    /// Weight of the lowest bit of word k that is there, in columns above the dropped ones.
    [[nodiscard]] int placeOf(int k) const { return k * shift + cutOf(k) - dropped; }
    /// Bits of the words below word k; of all for k = count.
    [[nodiscard]] int bitsBelow(int k) const;
    friend bool operator==(const PartialProductLayout&, const PartialProductLayout&) = default;
};

/// What an element is apart from the meaning of its codes.
struct ElementTraits {
    std::string name;
    int weightBits;      // width of a code
    int activationBits;  // width of q
    PartialProductLayout layout;
    int rows = 1;  // neighbouring rows that one element serves
    /// Added to each weight by way of the window sum S: 0, or a power of two, at least 2^dropped.
    std::int64_t windowWeight = 0;
    /// Odd multiples of q, above 1, that a lane forms for the elements of all columns, ascending:
    /// none, 3, or 3, 5 and 7. For elements of two rows the lane forms q0 + q1 instead.
    std::vector<int> multiples = {};
    /// One word, the magnitude of the product, complemented as a whole if the code is negative.
    bool isSignMagnitude = false;
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
    /// Lowest columns of the product that are cut off its words.
    [[nodiscard]] int dropped() const { return traits_.layout.dropped; }
    [[nodiscard]] bool isSignMagnitude() const { return traits_.isSignMagnitude; }
    /// The raw word of an element of several rows with all q = 0; 0 for an element of one row.
    [[nodiscard]] std::int64_t constant() const { return constant_; }

    [[nodiscard]] const std::vector<int>& multiples() const { return traits_.multiples; }

    /// What a lane hands to the elements beside q, as a port `t_i` holds it: q0 + q1; the
    /// multiples, each as wide as it can be, the smallest lowest; 0 in one bit if there is none.
    [[nodiscard]] int laneBits() const;
    [[nodiscard]] std::uint64_t laneWord(std::span<const std::uint32_t> q) const;

    /// All legal codes, ascending. The functions below take these only.
    [[nodiscard]] const std::vector<Code>& codes() const { return codes_; }
    [[nodiscard]] bool isLegal(Code code) const;

    /// The weight w that a code stands for.
    [[nodiscard]] std::int64_t value(Code code) const { return meaning(code).value; }

    /// K(code): the raw word with q = 0, less constant().
    [[nodiscard]] std::int64_t offset(Code code) const { return meaning(code).offset; }

    /// The most that a row with this code adds to a raw word, over all q; constant() not included.
    [[nodiscard]] std::int64_t largestTerm(Code code) const { return meaning(code).largest; }

    /// The code of exactly this value (the smallest code, if there are several).
    /// Throws std::invalid_argument if there is none.
    [[nodiscard]] Code encodeValue(std::int64_t weight) const;

    /// The code of rows without a tap: with q = 0 it adds least to the raw word, 0 where possible.
    /// Of several such codes the smallest.
    [[nodiscard]] Code fillCode() const { return fillCode_; }

    [[nodiscard]] const PartialProductLayout& layout() const { return traits_.layout; }

    /// Word k < layout().count, as the hardware forms it of a code and an activation for each of
    /// rows(), without the columns that are dropped. Codes must be legal, q <= activationMax().
    [[nodiscard]] std::uint64_t partialProduct(std::span<const Code> codes,
                                               std::span<const std::uint32_t> q, int k) const {
        return word(codes, q, k) >> layout().cutOf(k);
    }
    /// The same for an element of one row.
    [[nodiscard]] std::uint64_t partialProduct(Code code, std::uint32_t q, int k) const {
        return partialProduct({&code, 1}, {&q, 1}, k);
    }
    /// partialProduct() with all columns.
    [[nodiscard]] std::uint64_t wholeWord(std::span<const Code> codes,
                                          std::span<const std::uint32_t> q, int k) const {
        return word(codes, q, k);
    }
    [[nodiscard]] std::vector<std::uint64_t> partialProducts(Code code, std::uint32_t q) const;

    /// The sum of the partial products, each at its place; in units of 2^dropped().
    [[nodiscard]] std::uint64_t raw(std::span<const Code> codes,
                                    std::span<const std::uint32_t> q) const;
    [[nodiscard]] std::uint64_t raw(Code code, std::uint32_t q) const {
        return raw({&code, 1}, {&q, 1});
    }

    /// What the element adds to acc_c, in units of 2^dropped(): sum(value(code) * q), cut as its
    /// words are; the share of the window sum S is included.
    [[nodiscard]] std::int64_t product(std::span<const Code> codes,
                                       std::span<const std::uint32_t> q) const;

    /// What dropping columns takes from sum(value(code) * q), in units of 1.
    [[nodiscard]] std::int64_t loss(std::span<const Code> codes,
                                    std::span<const std::uint32_t> q) const;

    /// Lowest bits of each q that loss() depends on, and no others.
    [[nodiscard]] int lossBits() const;

    /// Largest raw word of an element over all legal codes and activations, and its width.
    [[nodiscard]] std::uint64_t rawMax() const { return rawMax_; }
    [[nodiscard]] int rawBits() const;

  protected:
    /// What a code stands for; none if it is not legal. Indexed by the code, 2^weightBits of them.
    using Values = std::vector<std::optional<std::int64_t>>;

    /// Throws std::invalid_argument, naming dropped_bits, if so many columns can not be dropped.
    Element(ElementTraits traits, const Values& values);

    /// To be called once, at the end of the constructor of each element: asks for its words.
    void deriveFromWords();

  private:
    [[nodiscard]] virtual std::uint64_t word(std::span<const Code> codes,
                                             std::span<const std::uint32_t> q, int k) const = 0;
    struct Meaning {
        bool legal = false;
        std::int64_t value = 0;
        std::int64_t offset = 0;
        std::int64_t largest = 0;
    };
    [[nodiscard]] const Meaning& meaning(Code code) const;

    ElementTraits traits_;
    std::vector<Meaning> meanings_;
    std::vector<Code> codes_;
    std::int64_t constant_ = 0;
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
