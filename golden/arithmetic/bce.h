// Bias correction: the window sum S, the product mu * S and the correction sum t.
// Definition: docs/arithmetic.md, sections 5 and 6.
#pragma once

#include <cstdint>

#include "golden/arithmetic/numerics.h"
#include "golden/arithmetic/requantiser.h"

namespace aslog::golden {

/// raw_mu = mu * S + K_mu(mu), the output of the element on the window sum.
[[nodiscard]] std::uint64_t rawMu(const SlogFormat& muFormat, Code mu, std::uint64_t windowSum);

/// K_mu(mu) = negative ? 2^W - 1 : 0.
[[nodiscard]] std::int64_t muOffset(const SlogFormat& muFormat, Code mu);

/// t_c = (acc_raw + windowWeight * S) * 2^f + raw_mu + B_c, signed, modulo 2^T.
[[nodiscard]] std::int64_t correctionSum(const Numerics& numerics, std::uint64_t accRaw,
                                         std::uint64_t windowSum, const PcfParameters& parameters);

/// B_c = b_c - 2^f * sumOffsets - K_mu(mu), modulo 2^T, sign-extended.
/// `sumOffsets` is the sum of K(code) over all rows of all tiles, rows without a tap included, and
/// of the constants of all elements.
[[nodiscard]] std::int64_t foldBias(const Numerics& numerics, std::int64_t bias,
                                    std::int64_t sumOffsets, Code mu);

}  // namespace aslog::golden
