#include "golden/arithmetic/format.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <string>

#include "golden/arithmetic/integers.h"
#include "golden/arithmetic/require.h"

namespace aslog::golden {
namespace {

constexpr std::int64_t kLargestLevel = std::int64_t{1} << 20;  // of a given table
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

[[noreturn]] void refuseLevels(const std::string& why) {
    throw std::invalid_argument("levels: " + why);
}

Level levelOf(std::int64_t value) {
    if (value == 0) {
        return {0, 0, 0};
    }
    const auto bits = static_cast<std::uint64_t>(value);
    const int shift = std::countr_zero(bits);
    const std::uint64_t odd = bits >> shift;
    if (value < 0 || value > kLargestLevel || (odd != 1 && odd != 3)) {
        refuseLevels(std::to_string(value) + " is not 0, 2^k or 3*2^k, or above " +
                     std::to_string(kLargestLevel));
    }
    return {value, static_cast<int>(odd), shift};
}

std::vector<Level> givenLevels(const FormatSpec& spec) {
    const std::size_t most = std::size_t{1} << (spec.weightBits - 1);
    if (spec.levels.size() > most || spec.levels.size() <= most / 2) {
        refuseLevels(std::to_string(spec.levels.size()) + " of them; codes of " +
                     std::to_string(spec.weightBits) + " bits have " +
                     std::to_string(most / 2 + 1) + " to " + std::to_string(most));
    }
    std::vector<Level> levels;
    for (const std::int64_t value : spec.levels) {
        if (!levels.empty() && value <= levels.back().value) {
            refuseLevels(std::to_string(value) + " behind " + std::to_string(levels.back().value) +
                         " does not ascend");
        }
        levels.push_back(levelOf(value));
    }
    return levels;
}

std::vector<Level> buildLevels(const FormatSpec& spec) {
    if (!spec.levels.empty()) {
        return givenLevels(spec);
    }
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
    if (spec.levels.empty()) {
        requireRange("sqrt2_steps", spec.sqrt2Steps, 0,
                     nonZeroLevels(spec.weightBits, spec.zero) - 1);
    }
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
    requireRange("dropped_bits", spec.droppedBits, 0, productBits_ - 1);
    plan_ = planElement(levels_, spec.weightBits, spec.activationBits);

    levelOfIndex_.resize(std::size_t{1} << (spec.weightBits - 1));
    for (std::size_t level = 0; level < levels_.size(); ++level) {
        levelOfIndex_[plan_.placements[level].index] = level;
    }
}

std::vector<std::int64_t> SlogFormat::values() const {
    std::vector<std::int64_t> values;
    for (const Level& level : levels_) {
        values.push_back(level.value);
    }
    return values;
}

Code SlogFormat::encode(bool negative, std::size_t levelIndex) const {
    const bool sign = negative && levels_.at(levelIndex).value != 0;
    const std::uint32_t signBit = sign ? 1U << (spec_.weightBits - 1) : 0U;
    return Code{signBit | plan_.placements.at(levelIndex).index};
}

bool SlogFormat::isLegal(Code code) const {
    const std::uint32_t signBit = 1U << (spec_.weightBits - 1);
    const std::uint32_t index = bitsOf(code) & ~signBit;
    return index < levelOfIndex_.size() && levelOfIndex_[index].has_value();
}

std::int64_t SlogFormat::decode(Code code) const {
    if (!isLegal(code)) {
        throw std::out_of_range("no level has the code " + std::to_string(bitsOf(code)));
    }
    const std::uint32_t signBit = 1U << (spec_.weightBits - 1);
    const std::uint32_t index = bitsOf(code) & ~signBit;
    const std::int64_t magnitude = levels_[levelOfIndex_[index].value()].value;
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
