#include "ptq/linear/gram.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "support/interrupt.h"
#include "support/processor.h"

namespace aslog::ptq {
namespace {

constexpr std::size_t kTile = 4;  // lines of a side
constexpr std::size_t kBytesOf512 = 64;

using TileSums = std::array<std::int64_t, kTile * kTile>;

// Sums of products of 4 lines at `a`, of which the sums are known, with 4 at `b`; `length` a
// multiple of 64.
using TileOf = TileSums (*)(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride,
                            std::size_t length, const std::int64_t* sumsOfA);

TileSums tileBaseline(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride,
                      std::size_t length, const std::int64_t* /*sumsOfA*/) {
    TileSums sums{};
    for (std::size_t i = 0; i < kTile; ++i) {
        for (std::size_t j = 0; j < kTile; ++j) {
            const std::uint8_t* x = a + i * stride;
            const std::uint8_t* y = b + j * stride;
            std::int32_t sum = 0;
            for (std::size_t k = 0; k < length; ++k) {
                sum += std::int32_t{x[k]} * std::int32_t{y[k]};
            }
            sums[i * kTile + j] = sum;
        }
    }
    return sums;
}

#ifdef __x86_64__

std::int64_t sumOf(const void* lanes, std::size_t count) {
    std::array<std::int32_t, 16> numbers{};
    std::memcpy(numbers.data(), lanes, count * sizeof(numbers[0]));
    return std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0});
}

[[gnu::target("avx2")]] __m256i sixteenBytes(const std::uint8_t* from) {
    return _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

[[gnu::target("avx2")]] TileSums tileAvx2(const std::uint8_t* a, const std::uint8_t* b,
                                          std::size_t stride, std::size_t length,
                                          const std::int64_t* /*sumsOfA*/) {
    constexpr std::size_t kBytes = 16;
    TileSums sums{};
    // Two lines of a at a time: all sums stay in registers.
    for (std::size_t half = 0; half < kTile; half += 2) {
        __m256i lanes[2][kTile];
        for (auto& row : lanes) {
            std::fill(std::begin(row), std::end(row), _mm256_setzero_si256());
        }
        for (std::size_t k = 0; k < length; k += kBytes) {
            const __m256i first = sixteenBytes(a + half * stride + k);
            const __m256i second = sixteenBytes(a + (half + 1) * stride + k);
            for (std::size_t j = 0; j < kTile; ++j) {
                const __m256i y = sixteenBytes(b + j * stride + k);
                lanes[0][j] = _mm256_add_epi32(lanes[0][j], _mm256_madd_epi16(first, y));
                lanes[1][j] = _mm256_add_epi32(lanes[1][j], _mm256_madd_epi16(second, y));
            }
        }
        for (std::size_t i = 0; i < 2; ++i) {
            for (std::size_t j = 0; j < kTile; ++j) {
                sums[(half + i) * kTile + j] = sumOf(&lanes[i][j], 8);
            }
        }
    }
    return sums;
}

// The instruction takes one of its operands as signed: b - 128, and 128 times the sum of a is
// added.
[[gnu::target("avx512f,avx512bw,avx512vnni")]] TileSums tileAvx512Vnni(
    const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::size_t length,
    const std::int64_t* sumsOfA) {
    const __m512i middle = _mm512_set1_epi8(static_cast<char>(-128));
    __m512i lanes[kTile][kTile];
    for (auto& row : lanes) {
        for (__m512i& lane : row) {
            lane = _mm512_setzero_si512();
        }
    }
    for (std::size_t k = 0; k < length; k += kBytesOf512) {
        __m512i y[kTile];
        for (std::size_t j = 0; j < kTile; ++j) {
            y[j] = _mm512_xor_si512(_mm512_loadu_si512(b + j * stride + k), middle);
        }
        for (std::size_t i = 0; i < kTile; ++i) {
            const __m512i x = _mm512_loadu_si512(a + i * stride + k);
            for (std::size_t j = 0; j < kTile; ++j) {
                lanes[i][j] = _mm512_dpbusd_epi32(lanes[i][j], x, y[j]);
            }
        }
    }
    TileSums sums{};
    for (std::size_t i = 0; i < kTile; ++i) {
        for (std::size_t j = 0; j < kTile; ++j) {
            sums[i * kTile + j] = sumOf(&lanes[i][j], 16) + 128 * sumsOfA[i];
        }
    }
    return sums;
}

#endif

TileOf tileFor([[maybe_unused]] support::Instructions instructions) {
#ifdef __x86_64__
    if (instructions == support::Instructions::Avx512Vnni) {
        return tileAvx512Vnni;
    }
    if (instructions == support::Instructions::Avx2) {
        return tileAvx2;
    }
#endif
    return tileBaseline;
}

std::size_t roundedUp(std::size_t value, std::size_t unit) {
    return (value + unit - 1) / unit * unit;
}

}  // namespace

ByteLines::ByteLines(std::size_t lines, std::size_t length)
    : lines_(lines), step_(roundedUp(length, kBytesOf512)) {
    if (length > kLongest) {
        throw std::invalid_argument(
            fmt::format("lines of {} bytes; at most {} are allowed", length, kLongest));
    }
    bytes_.resize(roundedUp(lines, kTile) * step_);
}

void ByteLines::addGram(double factor, Eigen::MatrixXd& products, Eigen::VectorXd& sums) const {
    const TileOf tileOf = tileFor(support::instructions());
    std::vector<std::int64_t> lineSums(roundedUp(lines_, kTile));
    for (std::size_t i = 0; i < lines_; ++i) {
        lineSums[i] = std::accumulate(line(i), line(i) + step_, std::uint32_t{0});
        sums[static_cast<Eigen::Index>(i)] += factor * static_cast<double>(lineSums[i]);
    }
    for (std::size_t j = 0; j < lines_; j += kTile) {
        support::throwIfInterrupted();
        for (std::size_t i = j; i < lines_; i += kTile) {
            const TileSums tile = tileOf(line(i), line(j), step_, step_, &lineSums[i]);
            for (std::size_t column = j; column < std::min(j + kTile, lines_); ++column) {
                for (std::size_t row = std::max(i, column); row < std::min(i + kTile, lines_);
                     ++row) {
                    products(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)) +=
                        factor * static_cast<double>(tile[(row - i) * kTile + column - j]);
                }
            }
        }
    }
}

}  // namespace aslog::ptq
