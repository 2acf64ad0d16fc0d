#include "golden/arithmetic/format.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "golden/arithmetic/integers.h"
#include "golden/arithmetic/require.h"

namespace aslog::golden {
namespace {

constexpr int kMaxProductBits = 62;  // leaves room for a sign and for sums of two in 64 bits

int nonZeroLevels(int weightBits, bool zero) {
    return (1 << (weightBits - 1)) - (zero ? 1 : 0);
}

/// The table on the half-octave axis of section 1, from the top (taken as 0) downwards.
std::vector<int> halfOctavesBelowTop(const FormatSpec& spec) {
    std::vector<int> steps;
    int h = 0;
    for (int i = 0; i < nonZeroLevels(spec.weightBits, spec.zero); ++i) {
        steps.push_back(h);
        h -= i < spec.sqrt2Steps ? 1 : 2;
    }
    return steps;
}

/// The smallest even top for which every h is an integer level: h >= 0 if even, h >= 3 if odd.
int topHalfOctave(const std::vector<int>& belowTop) {
    int top = 0;
    for (const int h : belowTop) {
        top = std::max(top, h % 2 == 0 ? -h : 3 - h);
    }
    return top;
}

std::vector<Level> buildLevels(const FormatSpec& spec) {
    const std::vector<int> belowTop = halfOctavesBelowTop(spec);
    const int top = topHalfOctave(belowTop);
    std::vector<Level> levels;
    for (const int below : belowTop) {
        const int h = top + below;
        const int odd = h % 2 == 0 ? 1 : 3;
        const int shift = odd == 1 ? h / 2 : (h - 3) / 2;
        levels.push_back({std::int64_t{odd} << shift, odd, shift});
    }
    if (spec.zero) {
        levels.push_back({0, 0, 0});
    }
    std::reverse(levels.begin(), levels.end());
    return levels;
}

}  // namespace

SlogFormat::SlogFormat(const FormatSpec& spec) : spec_(spec) {
    requireRange("weight_bits", spec.weightBits, 3, 6);
    requireRange("sqrt2_steps", spec.sqrt2Steps, 0, nonZeroLevels(spec.weightBits, spec.zero) - 1);
    requireRange("activation_bits", spec.activationBits, 1, 32);
    levels_ = buildLevels(spec);

    const Int128 top = Int128{levels_.back().value} * Int128{lowMask(spec.activationBits)};
    if (top > Int128{lowMask(kMaxProductBits)}) {
        throw std::invalid_argument("activation_bits is " + std::to_string(spec.activationBits) +
                                    ": the product with the top level " +
                                    std::to_string(levels_.back().value) + " needs more than " +
                                    std::to_string(kMaxProductBits) + " bits");
    }
    productBits_ = bitWidth(static_cast<std::uint64_t>(top));
    plan_ = planElement(levels_, spec.weightBits, spec.activationBits);

    levelOfIndex_.resize(levels_.size());
    for (std::size_t level = 0; level < levels_.size(); ++level) {
        levelOfIndex_[plan_.placements[level].index] = level;
    }
}

Code SlogFormat::encode(bool negative, std::size_t levelIndex) const {
    const bool sign = negative && levels_.at(levelIndex).value != 0;
    const std::uint32_t signBit = sign ? 1U << (spec_.weightBits - 1) : 0U;
    return Code{signBit | plan_.placements.at(levelIndex).index};
}

std::int64_t SlogFormat::decode(Code code) const {
    const std::uint32_t signBit = 1U << (spec_.weightBits - 1);
    const std::uint32_t index = bitsOf(code) & ~signBit;
    const std::int64_t magnitude = levels_[levelOfIndex_.at(index)].value;
    return (bitsOf(code) & signBit) != 0 ? -magnitude : magnitude;
}

Code SlogFormat::quantise(double x) const {
    if (std::isnan(x)) {
        throw std::invalid_argument("quantise: not a number");
    }
    const double magnitude = std::fabs(x);
    std::size_t level = 0;
    while (level + 1 < levels_.size()) {
        // Levels are below 2^33, so their midpoint is exact and a tie is a tie.
        const auto sum = static_cast<double>(levels_[level].value + levels_[level + 1].value);
        if (magnitude <= sum / 2) {
            break;
        }
        ++level;
    }
    return encode(x < 0, level);
}

std::uint64_t SlogFormat::rawMax() const {
    return lowMask(productBits_);
}

std::vector<FormatSpec> SlogFormat::all(int activationBits) {
    std::vector<FormatSpec> specs;
    for (int bits = 3; bits <= 6; ++bits) {
        for (const bool zero : {false, true}) {
            for (int steps = 0; steps < nonZeroLevels(bits, zero); ++steps) {
                specs.push_back({bits, steps, zero, activationBits});
            }
        }
    }
    return specs;
}

}  // namespace aslog::golden
