#include "tb/streams/parameters.h"

#include <algorithm>
#include <cmath>

#include "golden/arithmetic/bce.h"
#include "golden/arithmetic/integers.h"

namespace aslog::tb {
namespace {

using golden::lowMask;
using golden::Numerics;
using golden::PcfParameters;
using golden::signExtend;

std::int64_t drawOffset(int outputBits, Random& random) {
    const std::int64_t limit = std::int64_t{1} << static_cast<unsigned>(outputBits + 1);
    switch (random.below(6)) {
        case 0:
            return limit - 1;
        case 1:
            return -limit;
        case 2:
            return 0;
        default:
            return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * limit))) -
                   limit;
    }
}

/// A correction sum whose result before the clamp is about `result`, or 0 if there is none.
std::int64_t correctionSumFor(double result, const Numerics& numerics,
                              const PcfParameters& parameters) {
    const double sum =
        std::ldexp(result - static_cast<double>(parameters.offset), parameters.shift) /
        static_cast<double>(parameters.scale);
    const double limit = std::ldexp(1.0, numerics.correctionBits - 1);
    return std::abs(sum) < limit * 0.99 ? static_cast<std::int64_t>(std::floor(sum)) : 0;
}

PcfParameters drawAimed(const Numerics& numerics, Random& random) {
    PcfParameters parameters;
    parameters.scale = std::max<std::uint64_t>(1, drawWord(numerics.scaleBits, random));
    parameters.shift = random.between(numerics.shiftMin, numerics.shiftMax);
    parameters.offset = drawOffset(numerics.outputBits, random);
    return parameters;
}

}  // namespace

std::uint64_t drawWord(int bits, Random& random) {
    const std::uint64_t mask = lowMask(bits);
    switch (random.below(12)) {
        case 0:
            return 0;
        case 1:
            return mask & 1U;
        case 2:
            return mask;
        case 3:
            return mask & (std::uint64_t{1} << random.below(static_cast<std::uint64_t>(bits)));
        case 4:
            return mask >> 1U;
        default:
            return random.next() & mask;
    }
}

PcfParameters drawParameters(const Numerics& numerics, std::uint64_t accRaw,
                             std::uint64_t windowSum, Random& random) {
    PcfParameters parameters = drawAimed(numerics, random);
    if (numerics.muFormat) {
        const auto codes = std::uint64_t{1}
                           << static_cast<unsigned>(numerics.muFormat->weightBits());
        parameters.mu = golden::Code{static_cast<std::uint32_t>(random.below(codes))};
    }
    const int bits = numerics.correctionBits;
    if (random.oneIn(6)) {
        parameters.scale = drawWord(numerics.scaleBits, random);
        parameters.bias = signExtend(drawWord(bits, random), bits);
        return parameters;
    }
    const auto range =
        static_cast<double>(std::uint64_t{1} << static_cast<unsigned>(numerics.outputBits));
    std::int64_t target = 0;
    for (int attempt = 0; attempt < 8 && target == 0; ++attempt) {
        // In halves, so that rounding boundaries are met.
        const double result =
            std::floor((static_cast<double>(random.below(4096)) / 2048.0 - 0.5) * range * 2.0) /
            2.0;
        target = correctionSumFor(result, numerics, parameters);
        parameters.shift =
            target == 0 ? random.between(numerics.shiftMin, parameters.shift) : parameters.shift;
    }
    target += random.between(-1, 1);
    const std::int64_t unbiased = golden::correctionSum(numerics, accRaw, windowSum, parameters);
    parameters.bias =
        signExtend(static_cast<std::uint64_t>(target) - static_cast<std::uint64_t>(unbiased), bits);
    return parameters;
}

golden::ClampRange drawClamp(int outputBits, Random& random) {
    const auto top = static_cast<std::uint32_t>(lowMask(outputBits));
    if (random.oneIn(2)) {
        return {0, top};
    }
    const auto low = static_cast<std::uint32_t>(random.below(top + 1));
    const auto high = static_cast<std::uint32_t>(random.below(top + 1));
    return {std::min(low, high), std::max(low, high)};
}

}  // namespace aslog::tb
