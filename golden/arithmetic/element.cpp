#include "golden/arithmetic/element.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "golden/arithmetic/integers.h"

namespace aslog::golden {

Element::Element(ElementTraits traits, std::vector<Meaning> meanings)
    : traits_(std::move(traits)), meanings_(std::move(meanings)) {
    std::int64_t smallestIdle = INT64_MAX;
    std::int64_t largest = 0;  // term of a row
    for (std::uint32_t bits = 0; bits < meanings_.size(); ++bits) {
        const Meaning& meaning = meanings_[bits];
        if (!meaning.legal) {
            continue;
        }
        codes_.push_back(Code{bits});
        if (meaning.offset < smallestIdle) {
            smallestIdle = meaning.offset;
            fillCode_ = Code{bits};
        }
        // A term is linear in q: its largest value is at one of the two ends.
        const std::int64_t atMax =
            (meaning.value - windowWeight()) * activationMax() + meaning.offset;
        largest = std::max({largest, meaning.offset, atMax});
    }
    rawMax_ = static_cast<std::uint64_t>(largest * rows() + constant());
}

std::uint32_t Element::activationMax() const {
    return static_cast<std::uint32_t>(lowMask(traits_.activationBits));
}

bool Element::isLegal(Code code) const {
    return bitsOf(code) < meanings_.size() && meanings_[bitsOf(code)].legal;
}

const Element::Meaning& Element::meaning(Code code) const {
    if (!isLegal(code)) {
        throw std::out_of_range(name() + ": illegal code " + std::to_string(bitsOf(code)));
    }
    return meanings_[bitsOf(code)];
}

Code Element::encodeValue(std::int64_t weight) const {
    for (const Code code : codes_) {
        if (value(code) == weight) {
            return code;
        }
    }
    throw std::invalid_argument(name() + " has no code for the weight " + std::to_string(weight));
}

std::vector<std::uint64_t> Element::partialProducts(Code code, std::uint32_t q) const {
    std::vector<std::uint64_t> words;
    words.reserve(static_cast<std::size_t>(layout().count));
    for (int k = 0; k < layout().count; ++k) {
        words.push_back(partialProduct(code, q, k));
    }
    return words;
}

std::uint64_t Element::raw(std::span<const Code> codes, std::span<const std::uint32_t> q) const {
    std::uint64_t sum = 0;
    for (int k = 0; k < layout().count; ++k) {
        sum += word(codes, q, k) << (k * layout().shift);
    }
    return sum;
}

int Element::rawBits() const {
    return bitWidth(rawMax_);
}

SlogElement::SlogElement(SlogFormat format)
    : Element({.name = "slogii",
               .weightBits = format.weightBits(),
               .activationBits = format.activationBits(),
               .layout = {1, format.productBits(), 0}},
              [&format] {
                  const std::uint32_t signBit = 1U << (format.weightBits() - 1);
                  const auto offset = static_cast<std::int64_t>(format.rawMax());
                  std::vector<Meaning> meanings;
                  for (std::uint32_t bits = 0; bits < 2 * signBit; ++bits) {
                      const bool negative = (bits & signBit) != 0;
                      meanings.push_back(
                          format.isLegal(Code{bits})
                              ? Meaning{true, format.decode(Code{bits}), negative ? offset : 0}
                              : Meaning{});
                  }
                  return meanings;
              }()),
      format_(std::move(format)) {
    const ElementPlan& plan = format_.plan();
    selections_.resize(std::size_t{1} << (weightBits() - 1));
    for (std::size_t level = 0; level < plan.placements.size(); ++level) {
        const Placement& place = plan.placements[level];
        if (format_.levels()[level].odd != 0) {
            const Source& source = plan.sources[static_cast<std::size_t>(place.source)];
            selections_[place.index] = {static_cast<std::uint32_t>(source.odd), source.shift,
                                        place.finalShift};
        }
    }
}

std::uint64_t SlogElement::word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                int /*k*/) const {
    // Formed as the hardware does, from source and final shift, not from the level's value.
    const std::uint32_t code = bitsOf(codes.front());
    const std::uint32_t signBit = 1U << (weightBits() - 1);
    const Selection& selection = selections_[code & ~signBit];
    const std::uint64_t source = (std::uint64_t{q.front()} * selection.odd) << selection.shift;
    const std::uint64_t product = source << selection.finalShift;
    return (code & signBit) != 0 ? product ^ format_.rawMax() : product;
}

}  // namespace aslog::golden
