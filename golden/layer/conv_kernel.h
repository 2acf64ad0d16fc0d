// Blocks of dot products, the inner loop of the golden convolution. Internal to golden/.
#pragma once

#include <cstddef>
#include <cstdint>

namespace aslog::golden {

/// Rows of weights and activations are padded with zeros to a multiple of this many values.
inline constexpr std::size_t kDotBlock = 32;

/// sums[c * pixels + p] = sum over k < length of weights[c * length + k] * patches[p * length + k].
/// Exact if no partial sum of the products leaves the type of the sums; length % kDotBlock = 0.
void dotProducts(const std::int16_t* weights, std::size_t channels, const std::int16_t* patches,
                 std::size_t pixels, std::size_t length, std::int32_t* sums);
void dotProducts(const std::int64_t* weights, std::size_t channels, const std::int64_t* patches,
                 std::size_t pixels, std::size_t length, std::int64_t* sums);

/// The same for products that lose their `dropped` lowest bits: the sum of
/// signs[...] * floor(magnitudes[...] * patches[...] / 2^dropped). Activations and magnitudes are
/// not negative, signs 1 or -1. Of 16 bits: products below 2^16, dropped >= 1.
void cutDotProducts(const std::int16_t* magnitudes, const std::int16_t* signs, std::size_t channels,
                    const std::int16_t* patches, std::size_t pixels, std::size_t length,
                    int dropped, std::int32_t* sums);
void cutDotProducts(const std::int64_t* magnitudes, const std::int64_t* signs, std::size_t channels,
                    const std::int64_t* patches, std::size_t pixels, std::size_t length,
                    int dropped, std::int64_t* sums);

}  // namespace aslog::golden
