#include "golden/arithmetic/element.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "golden/arithmetic/integers.h"
#include "golden/arithmetic/require.h"

namespace aslog::golden {

int PartialProductLayout::bitsBelow(int k) const {
    int sum = 0;
    for (int below = 0; below < k; ++below) {
        sum += bitsOf(below);
    }
    return sum;
}

Element::Element(ElementTraits traits, const Values& values) : traits_(std::move(traits)) {
    const int most = windowWeight() != 0 ? bitWidth(static_cast<std::uint64_t>(windowWeight())) - 1
                                         : layout().bits - 1;
    requireRange("dropped_bits", dropped(), 0, std::min(most, layout().bits - 1));
    meanings_.resize(values.size());
    for (std::uint32_t bits = 0; bits < values.size(); ++bits) {
        if (values[bits]) {
            meanings_[bits] = {.legal = true, .value = *values[bits]};
            codes_.push_back(Code{bits});
        }
    }
}

void Element::deriveFromWords() {
    std::vector<Code> codeOfRows(static_cast<std::size_t>(rows()));
    std::vector<std::uint32_t> qOfRows(codeOfRows.size());
    const auto rawOf = [&](Code code, std::uint32_t q) {
        std::ranges::fill(codeOfRows, code);
        std::ranges::fill(qOfRows, q);
        return static_cast<std::int64_t>(raw(codeOfRows, qOfRows));
    };
    constant_ = rows() > 1 ? rawOf(codes_.front(), 0) : 0;
    // Among the q with the same low bits a raw word is linear in q, so largest at one of their two
    // ends.
    const auto classes = static_cast<std::uint32_t>(lowMask(lossBits())) + 1;
    const std::uint32_t lastOfEach = activationMax() - (classes - 1);
    std::int64_t smallestIdle = INT64_MAX;
    for (const Code code : codes_) {
        Meaning& meaning = meanings_[bitsOf(code)];
        const std::int64_t idle = rawOf(code, 0);
        meaning.offset = idle - constant_;
        if (meaning.offset < smallestIdle) {
            smallestIdle = meaning.offset;
            fillCode_ = code;
        }
        std::int64_t largest = idle;
        for (std::uint32_t low = 0; low < classes; ++low) {
            largest = std::max({largest, rawOf(code, low), rawOf(code, lastOfEach + low)});
        }
        meaning.largest = largest - constant_;
        rawMax_ = std::max(rawMax_, static_cast<std::uint64_t>(largest));
    }
}

std::uint32_t Element::activationMax() const {
    return static_cast<std::uint32_t>(lowMask(traits_.activationBits));
}

int Element::laneBits() const {
    if (rows() > 1) {
        return activationBits() + 1;
    }
    int bits = 0;
    for (const int multiple : multiples()) {
        bits += bitWidth(static_cast<std::uint64_t>(multiple) * activationMax());
    }
    return std::max(bits, 1);
}

std::uint64_t Element::laneWord(std::span<const std::uint32_t> q) const {
    if (rows() > 1) {
        return std::uint64_t{q[0]} + q[1];
    }
    std::uint64_t word = 0;
    for (std::size_t i = multiples().size(); i-- > 0;) {
        const auto multiple = static_cast<std::uint64_t>(multiples()[i]);
        word = word << bitWidth(multiple * activationMax()) | multiple * q[0];
    }
    return word;
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
        sum += partialProduct(codes, q, k) << layout().placeOf(k);
    }
    return sum;
}

std::int64_t Element::product(std::span<const Code> codes, std::span<const std::uint32_t> q) const {
    const std::int64_t weight = windowWeight() >> dropped();
    std::int64_t sum = static_cast<std::int64_t>(raw(codes, q)) - constant();
    for (std::size_t row = 0; row < codes.size(); ++row) {
        sum += weight * q[row] - offset(codes[row]);
    }
    return sum;
}

std::int64_t Element::loss(std::span<const Code> codes, std::span<const std::uint32_t> q) const {
    std::int64_t whole = 0;
    for (std::size_t row = 0; row < codes.size(); ++row) {
        whole += value(codes[row]) * q[row];
    }
    return whole - product(codes, q) * (std::int64_t{1} << dropped());
}

int Element::lossBits() const {
    return std::min(dropped(), activationBits());  // 2^dropped more of a q adds whole units
}

int Element::rawBits() const {
    return bitWidth(rawMax_);
}

SlogElement::SlogElement(SlogFormat format)
    : Element({.name = "slogii",
               .weightBits = format.weightBits(),
               .activationBits = format.activationBits(),
               .layout = {1, format.productBits(), 0, format.spec().droppedBits},
               .multiples = std::ranges::any_of(format.plan().sources,
                                                [](const Source& s) { return s.odd == 3; })
                                ? std::vector<int>{3}
                                : std::vector<int>{},
               .isSignMagnitude = true},
              [&format] {
                  Values values(std::size_t{2} << (format.weightBits() - 1));
                  for (std::uint32_t bits = 0; bits < values.size(); ++bits) {
                      if (format.isLegal(Code{bits})) {
                          values[bits] = format.decode(Code{bits});
                      }
                  }
                  return values;
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
    deriveFromWords();
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
