// Requantisation of one correction sum to an output activation.
// Definition: docs/arithmetic.md, section 7.
#pragma once

#include <cstdint>

#include "golden/arithmetic/format.h"
#include "golden/arithmetic/integers.h"
#include "golden/arithmetic/numerics.h"

namespace aslog::golden {

/// What one lane of a parameter beat carries.
struct PcfParameters {
    std::uint64_t scale = 0;  // M_c
    int shift = 1;            // s_c itself, not s_c - shiftMin
    std::int64_t offset = 0;  // o_c = r + z_y, |o_c| <= 2^(outputBits+1)
    std::int64_t bias = 0;    // B_c, the T-bit two's complement, sign-extended
    Code mu{};                // mu_c; unused without bias correction
};

struct ClampRange {
    std::uint32_t low = 0;
    std::uint32_t high = 255;
    friend bool operator==(const ClampRange&, const ClampRange&) = default;
};

/// floor(t * scale / 2^shift + 1/2), exact; shift >= 1 and |t * scale| < 2^126.
[[nodiscard]] Int128 scaleAndRound(std::int64_t t, std::uint64_t scale, int shift);

/// u_c = floor(t / 2^p), p = s_c - scaleBits - kGuardBits, saturated to numerics.shiftedBits();
/// p may be negative. Throws std::invalid_argument if `shift` is not 1 ... 126.
[[nodiscard]] std::int64_t shiftAndSaturate(std::int64_t t, int shift, const Numerics& numerics);

/// y = clamp(v + o_c, low, high), v = floor(u_c * M_c / 2^(scaleBits + kGuardBits) + 1/2).
[[nodiscard]] std::uint32_t requantise(std::int64_t t, const PcfParameters& parameters,
                                       const ClampRange& clamp, const Numerics& numerics);

}  // namespace aslog::golden
