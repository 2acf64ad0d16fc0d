// docs/arithmetic.md, section 7.
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include "golden/arithmetic/numerics.h"
#include "golden/arithmetic/requantiser.h"
#include "tests/catch.h"

namespace {

using aslog::golden::ClampRange;
using aslog::golden::Int128;
using aslog::golden::Numerics;
using aslog::golden::PcfParameters;
using aslog::golden::requantise;
using aslog::golden::scaleAndRound;
using aslog::golden::shiftAndSaturate;

Numerics widths(int scaleBits, int outputBits) {
    Numerics numerics;
    numerics.scaleBits = scaleBits;
    numerics.outputBits = outputBits;
    return numerics;
}

/// floor(n / d) by schoolbook division, d > 0.
Int128 floorDivide(Int128 n, Int128 d) {
    return n / d - (n < 0 && n % d != 0 ? 1 : 0);
}

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

TEST_CASE("A sum is shifted to scale_bits and two places, rounded down and saturated") {
    const Numerics n = widths(6, 8);  // places = s - 8, u has 14 bits
    CHECK(n.shiftedBits() == 14);
    CHECK(shiftAndSaturate(1000, 8, n) == 1000);
    CHECK(shiftAndSaturate(1000, 9, n) == 500);
    CHECK(shiftAndSaturate(-1, 9, n) == -1);
    CHECK(shiftAndSaturate(-7, 10, n) == -2);
    CHECK(shiftAndSaturate(3, 1, n) == 3 * 128);
    CHECK(shiftAndSaturate(8191, 8, n) == 8191);
    CHECK(shiftAndSaturate(8192, 8, n) == 8191);
    CHECK(shiftAndSaturate(-8192, 8, n) == -8192);
    CHECK(shiftAndSaturate(-8193, 8, n) == -8192);
    CHECK(shiftAndSaturate(std::numeric_limits<std::int64_t>::max(), 1, widths(62, 16)) ==
          (1 << 21) - 1);
    CHECK(shiftAndSaturate(std::numeric_limits<std::int64_t>::min(), 126, n) == -1);
    CHECK_THROWS_AS(shiftAndSaturate(1, 0, n), std::invalid_argument);
    CHECK_THROWS_AS(shiftAndSaturate(1, 127, n), std::invalid_argument);

    std::mt19937_64 random(3);
    int unsaturated = 0;
    for (int i = 0; i < 20000; ++i) {
        const Numerics drawn =
            widths(1 + static_cast<int>(random() % 16), 1 + static_cast<int>(random() % 16));
        const int shift = 1 + static_cast<int>(random() % 60);
        const auto t = static_cast<std::int64_t>(random()) >> (10 + random() % 54);
        const Int128 limit = Int128{1} << (drawn.outputBits + 5);
        const Int128 u = floorDivide(Int128{t} << (drawn.scaleBits + 2), Int128{1} << shift);
        const Int128 expected = u < -limit ? -limit : u >= limit ? limit - 1 : u;
        REQUIRE(shiftAndSaturate(t, shift, drawn) == expected);
        unsaturated += u == expected ? 1 : 0;
    }
    CHECK(unsaturated > 5000);
    CHECK(unsaturated < 19000);
}

TEST_CASE("Saturation never changes an output whose scale has its highest bit set") {
    std::uint64_t comparisons = 0;
    std::uint64_t saturated = 0;
    std::uint64_t mismatches = 0;
    for (const int outputBits : {1, 4, 8, 16}) {
        const std::int64_t range = std::int64_t{1} << outputBits;
        const Numerics n = widths(6, outputBits);
        const auto top = static_cast<std::uint32_t>(range - 1);
        for (const std::uint64_t scale : {32, 33, 47, 63}) {
            for (std::int64_t edge = -80; edge <= 80; ++edge) {
                for (std::int64_t near = -2; near <= 2; ++near) {
                    // u = t with this shift; 32 ranges are where it saturates
                    const std::int64_t t = edge * range + near;
                    saturated += shiftAndSaturate(t, 8, n) == t ? 0 : 1;
                    const Int128 v = roundHalfUp(Int128{t} * scale, 256);
                    for (const std::int64_t offset : {-2 * range, std::int64_t{0}, 2 * range}) {
                        for (const ClampRange& clamp :
                             {ClampRange{0, top}, ClampRange{top, top}, ClampRange{top / 2, top}}) {
                            const PcfParameters parameters{scale, 8, offset, 0, {}};
                            const std::uint32_t y = requantise(t, parameters, clamp, n);
                            mismatches += y == clampDirectly(v, offset, clamp) ? 0 : 1;
                            ++comparisons;
                        }
                    }
                }
            }
        }
    }
    CHECK(comparisons == std::uint64_t{4} * 4 * 161 * 5 * 9);
    CHECK(saturated > 1000);
    CHECK(mismatches == 0);
}

TEST_CASE("Shifting first is off by one at most, and even on average") {
    std::mt19937_64 random(4);
    const Numerics n = widths(6, 8);
    const ClampRange clamp{0, 255};
    int off = 0;
    double sum = 0;
    constexpr int draws = 100000;
    for (int i = 0; i < draws; ++i) {
        const std::uint64_t scale = 32 + random() % 32;
        const std::int64_t t = static_cast<std::int64_t>(random() % (200 << 12)) - (100 << 12);
        const PcfParameters parameters{scale, 18, 128, 0, {}};
        const std::int64_t exact = static_cast<std::int64_t>(scaleAndRound(t, scale, 18)) + 128;
        const std::int64_t y = requantise(t, parameters, clamp, n);
        REQUIRE((y == exact || y == exact - 1));
        off += y == exact ? 0 : 1;
        // What docs/quantisation.md adds to b_c takes the mean away, but for that of ties: scales
        // that end in zeros have many.
        sum += static_cast<double>(requantise(t + ((1 << 10) - 1) / 2, parameters, clamp, n)) -
               static_cast<double>(exact);
    }
    CHECK(off > draws / 20);
    CHECK(off < draws / 7);
    CHECK(std::abs(sum / draws) < 0.01);
}

TEST_CASE("Scaling refuses what would not be exact") {
    CHECK_THROWS_AS(scaleAndRound(1, 1, 0), std::invalid_argument);
    CHECK_THROWS_AS(scaleAndRound(1, 1, 127), std::invalid_argument);
    CHECK_THROWS_AS(scaleAndRound(1, std::uint64_t{1} << 62, 1), std::invalid_argument);
}
