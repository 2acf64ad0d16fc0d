// docs/arithmetic.md, section 7.
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include "golden/arithmetic/requantiser.h"
#include "tests/catch.h"

namespace {

using aslog::golden::ClampRange;
using aslog::golden::Int128;
using aslog::golden::PcfParameters;
using aslog::golden::requantise;
using aslog::golden::saturateScaled;
using aslog::golden::scaleAndRound;

/// floor(n / d + 1/2) of an exact fraction by schoolbook division, d > 0.
Int128 roundHalfUp(Int128 n, Int128 d) {
    const Int128 twice = 2 * n + d;
    const Int128 quotient = twice / (2 * d);
    const bool isInexact = twice % (2 * d) != 0;
    return twice < 0 && isInexact ? quotient - 1 : quotient;
}

std::uint32_t clampDirectly(Int128 v, std::int64_t offset, const ClampRange& clamp) {
    const Int128 y = v + offset;
    if (y < Int128{clamp.low}) {
        return clamp.low;
    }
    return y > Int128{clamp.high} ? clamp.high : static_cast<std::uint32_t>(y);
}

}  // namespace

TEST_CASE("Rounding is half up, towards plus infinity") {
    CHECK(scaleAndRound(5, 1, 1) == 3);    //  2.5
    CHECK(scaleAndRound(-5, 1, 1) == -2);  // -2.5
    CHECK(scaleAndRound(-1, 1, 1) == 0);   // -0.5
    CHECK(scaleAndRound(1, 1, 1) == 1);    //  0.5
    CHECK(scaleAndRound(-3, 1, 1) == -1);  // -1.5
    CHECK(scaleAndRound(-7, 1, 2) == -2);  // -1.75
    CHECK(scaleAndRound(-5, 1, 2) == -1);  // -1.25
    CHECK(scaleAndRound(-6, 1, 2) == -1);  // -1.5
    CHECK(scaleAndRound(-1, 1, 60) == 0);
}

TEST_CASE("Scaling agrees with exact fractions, small numbers exhaustively") {
    std::uint64_t mismatches = 0;
    std::uint64_t comparisons = 0;
    for (int shift = 1; shift <= 6; ++shift) {
        for (std::int64_t t = -130; t <= 130; ++t) {
            for (std::uint64_t scale = 0; scale <= 20; ++scale) {
                const Int128 expected = roundHalfUp(Int128{t} * Int128{scale}, Int128{1} << shift);
                mismatches += scaleAndRound(t, scale, shift) == expected ? 0 : 1;
                ++comparisons;
            }
        }
    }
    CHECK(comparisons == std::uint64_t{6} * 261 * 21);
    CHECK(mismatches == 0);
}

TEST_CASE("Scaling agrees with exact fractions over the whole range of t, scale and shift") {
    std::mt19937_64 random(2);
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    for (int i = 0; i < 20000; ++i) {
        const auto scale = random() >> (32 + random() % 32);
        const int shift = 1 + static_cast<int>(random() % 62);
        auto t = static_cast<std::int64_t>(random()) >> (random() % 64);
        if (i % 16 == 0) {
            t = i % 32 == 0 ? most : least;
        } else if (i % 16 == 1) {  // a tie, or next to one
            const auto half = static_cast<std::int64_t>(std::uint64_t{1} << (shift - 1));
            t = (t >> 2) / half * half + static_cast<std::int64_t>(random() % 3) - 1;
        }
        const Int128 expected = roundHalfUp(Int128{t} * Int128{scale}, Int128{1} << shift);
        REQUIRE(scaleAndRound(t, scale, shift) == expected);
    }
}

TEST_CASE("Saturation before the offset never changes an output") {
    std::uint64_t comparisons = 0;
    std::uint64_t mismatches = 0;
    for (const int outputBits : {1, 4, 8, 16}) {
        const std::int64_t range = std::int64_t{1} << outputBits;
        std::vector<std::int64_t> corners;
        for (const std::int64_t edge : {std::int64_t{0}, range, 2 * range, 4 * range, 8 * range}) {
            for (std::int64_t near = -2; near <= 2; ++near) {
                corners.push_back(edge + near);
                corners.push_back(-edge + near);
            }
        }
        corners.push_back(std::int64_t{1} << 61);
        corners.push_back(-(std::int64_t{1} << 61));
        const auto top = static_cast<std::uint32_t>(range - 1);
        for (const std::int64_t v : corners) {
            for (const std::int64_t offset : {-2 * range, -range, std::int64_t{-1}, std::int64_t{0},
                                              std::int64_t{1}, range, 2 * range - 1, 2 * range}) {
                for (const ClampRange& clamp : {ClampRange{0, top}, ClampRange{top, top},
                                                ClampRange{0, 0}, ClampRange{top / 2, top}}) {
                    // v itself, by scale 2 and shift 1
                    const PcfParameters parameters{2, 1, offset, 0, {}};
                    const std::uint32_t y = requantise(v, parameters, clamp, outputBits);
                    mismatches += y == clampDirectly(v, offset, clamp) ? 0 : 1;
                    ++comparisons;
                }
            }
        }
    }
    CHECK(comparisons == std::uint64_t{4} * 52 * 8 * 4);
    CHECK(mismatches == 0);
}

TEST_CASE("The saturated value has output_bits + 3 bits") {
    CHECK(saturateScaled(1023, 8) == 1023);
    CHECK(saturateScaled(1024, 8) == 1023);
    CHECK(saturateScaled(-1024, 8) == -1024);
    CHECK(saturateScaled(-1025, 8) == -1024);
    CHECK(saturateScaled(Int128{1} << 100, 8) == 1023);
    CHECK(saturateScaled(-(Int128{1} << 100), 8) == -1024);
}

TEST_CASE("Scaling refuses what would not be exact") {
    CHECK_THROWS_AS(scaleAndRound(1, 1, 0), std::invalid_argument);
    CHECK_THROWS_AS(scaleAndRound(1, 1, 127), std::invalid_argument);
    CHECK_THROWS_AS(scaleAndRound(1, std::uint64_t{1} << 62, 1), std::invalid_argument);
}
