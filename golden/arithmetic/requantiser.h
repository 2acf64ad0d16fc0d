// Requantisation of one correction sum to an output activation.
// Definition: docs/arithmetic.md, section 7.
#pragma once

#include <cstdint>

#include "golden/arithmetic/format.h"
#include "golden/arithmetic/integers.h"

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

/// v = floor(t * scale / 2^shift + 1/2), exact; shift >= 1 and |t * scale| < 2^126.
[[nodiscard]] Int128 scaleAndRound(std::int64_t t, std::uint64_t scale, int shift);

/// v saturated to outputBits + 3 signed bits, as the hardware does before the offset is added.
[[nodiscard]] std::int64_t saturateScaled(Int128 v, int outputBits);

/// y = clamp(v + o_c, low, high).
[[nodiscard]] std::uint32_t requantise(std::int64_t t, const PcfParameters& parameters,
                                       const ClampRange& clamp, int outputBits);

}  // namespace aslog::golden
