#include "golden/arithmetic/requantiser.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace aslog::golden {
namespace {

/// scaleAndRound where the product fits 64 bits; nearly every sum of a real layer takes this way.
std::optional<std::int64_t> scaleAndRoundNarrow(std::int64_t t, std::uint64_t scale, int shift) {
    std::int64_t product = 0;
    if (shift >= 64 || __builtin_mul_overflow(t, static_cast<std::int64_t>(scale), &product)) {
        return std::nullopt;
    }
    product >>= shift - 1;
    return (product >> 1) + (product & 1);  // (product + 1) >> 1 without its overflow
}

void requireExact(std::uint64_t scale, int shift) {
    if (shift < 1 || shift > 126 || scale >> 62 != 0) {
        throw std::invalid_argument("requantisation: shift or scale out of range");
    }
}

template <typename Integer>
std::int64_t saturate(Integer u, int bits) {
    const Integer limit = Integer{1} << (bits - 1);
    return static_cast<std::int64_t>(std::clamp<Integer>(u, -limit, limit - 1));
}

}  // namespace

Int128 scaleAndRound(std::int64_t t, std::uint64_t scale, int shift) {
    requireExact(scale, shift);
    if (const auto narrow = scaleAndRoundNarrow(t, scale, shift)) {
        return *narrow;
    }
    const Int128 product = Int128{t} * Int128{scale};
    return ((product >> (shift - 1)) + 1) >> 1;
}

std::int64_t shiftAndSaturate(std::int64_t t, int shift, const Numerics& numerics) {
    requireExact(0, shift);
    const int places = shift - numerics.scaleBits - kGuardBits;
    return places >= 0 ? saturate(t >> std::min(places, 63), numerics.shiftedBits())
                       : saturate(Int128{t} * (Int128{1} << -places), numerics.shiftedBits());
}

std::uint32_t requantise(std::int64_t t, const PcfParameters& parameters, const ClampRange& clamp,
                         const Numerics& numerics) {
    const std::int64_t u = shiftAndSaturate(t, parameters.shift, numerics);
    // Of at most outputBits + 4 bits, since M_c < 2^scaleBits.
    const auto v = static_cast<std::int64_t>(
        scaleAndRound(u, parameters.scale, numerics.scaleBits + kGuardBits));
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(
        v + parameters.offset, std::int64_t{clamp.low}, std::int64_t{clamp.high}));
}

}  // namespace aslog::golden
