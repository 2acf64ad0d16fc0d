// Parameters of the PCF unit that make its result worth comparing.
#pragma once

#include <cstdint>

#include "golden/arithmetic/numerics.h"
#include "golden/arithmetic/requantiser.h"
#include "tb/streams/random.h"

namespace aslog::tb {

/// For a window with these sums: mostly parameters whose result lies near the output range or near
/// a rounding boundary, now and then corners of every field, or anything.
[[nodiscard]] golden::PcfParameters drawParameters(const golden::Numerics& numerics,
                                                   std::uint64_t accRaw, std::uint64_t windowSum,
                                                   Random& random);

/// The whole output range, a part of it, or a single value.
[[nodiscard]] golden::ClampRange drawClamp(int outputBits, Random& random);

/// Mostly anything, now and then 0, 1, the largest, or one bit.
[[nodiscard]] std::uint64_t drawWord(int bits, Random& random);

}  // namespace aslog::tb
