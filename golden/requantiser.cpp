#include "golden/requantiser.h"

#include <algorithm>
#include <stdexcept>

namespace aslog::golden {

Int128 scaleAndRound(std::int64_t t, std::uint64_t scale, int shift) {
    if (shift < 1 || shift > 126 || scale >> 62 != 0) {
        throw std::invalid_argument("scaleAndRound: shift or scale out of range");
    }
    std::int64_t narrow = 0;
    if (shift < 64 && !__builtin_mul_overflow(t, static_cast<std::int64_t>(scale), &narrow)) {
        narrow >>= shift - 1;
        return (narrow >> 1) + (narrow & 1);  // (narrow + 1) >> 1 without its overflow
    }
    const Int128 product = Int128{t} * Int128{scale};
    return ((product >> (shift - 1)) + 1) >> 1;
}

std::int64_t saturateScaled(Int128 v, int outputBits) {
    const Int128 limit = Int128{1} << (outputBits + 2);
    return static_cast<std::int64_t>(std::clamp<Int128>(v, -limit, limit - 1));
}

std::uint32_t requantise(std::int64_t t, const PcfParameters& parameters, const ClampRange& clamp,
                         int outputBits) {
    const Int128 v = scaleAndRound(t, parameters.scale, parameters.shift);
    const std::int64_t y = saturateScaled(v, outputBits) + parameters.offset;
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(y, std::int64_t{clamp.low}, std::int64_t{clamp.high}));
}

}  // namespace aslog::golden
