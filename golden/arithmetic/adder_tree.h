// The adder tree of a column, word for word: the sum of all raw words.
// Definition: docs/arithmetic.md, sections 3 and 4.
#pragma once

#include <cstdint>
#include <span>

#include "golden/arithmetic/element.h"

namespace aslog::golden {

/// The sum of the raw words of all elements, each of element.rows() neighbouring rows. The spans
/// are of equal length, a multiple of these.
[[nodiscard]] std::uint64_t columnSum(const Element& element, std::span<const Code> codes,
                                      std::span<const std::uint8_t> q);

/// What a column adds to acc_c, in units of 2^element.dropped(): the sum of the products of all
/// elements, each of element.rows() neighbouring taps. Rows of the last element that have no tap
/// add nothing. The spans are of equal length.
[[nodiscard]] std::int64_t productSum(const Element& element, std::span<const Code> codes,
                                      std::span<const std::uint8_t> q);

/// The sum of q, one step of the window sum S.
[[nodiscard]] std::uint64_t activationSum(std::span<const std::uint8_t> q);

}  // namespace aslog::golden
