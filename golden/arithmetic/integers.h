// Small exact integer helpers shared by the golden model.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace aslog::golden {

__extension__ using Int128 = __int128;

/// Bits needed to write `value` in binary; bitWidth(0) = 0.
[[nodiscard]] constexpr int bitWidth(std::uint64_t value) {
    return static_cast<int>(std::bit_width(value));
}

/// The largest unsigned number of `bits` bits, 0 <= bits <= 64.
[[nodiscard]] constexpr std::uint64_t lowMask(int bits) {
    return bits <= 0 ? 0 : ~std::uint64_t{0} >> (64 - bits);
}

/// Reads the low `bits` bits of `word` as two's complement, 1 <= bits <= 64.
[[nodiscard]] constexpr std::int64_t signExtend(std::uint64_t word, int bits) {
    const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
    return static_cast<std::int64_t>(((word & lowMask(bits)) ^ sign) - sign);
}

/// The quotient rounded up, of a dividend that is not negative and a positive divisor.
template <std::integral Dividend, std::integral Divisor>
[[nodiscard]] constexpr auto ceilDivide(Dividend dividend, Divisor divisor) {
    return (dividend + divisor - 1) / divisor;
}

/// Elements of an array of these sizes, none of them negative.
[[nodiscard]] constexpr std::size_t product(int a, int b, int c = 1) {
    return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

}  // namespace aslog::golden
