// docs/arithmetic.md, sections 4 to 7: widths.
#include <cstdint>
#include <memory>
#include <stdexcept>

#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/numerics.h"
#include "tests/catch.h"

namespace {

using aslog::golden::deriveNumerics;
using aslog::golden::FormatSpec;
using aslog::golden::makeBaseline;
using aslog::golden::MuSpec;
using aslog::golden::Numerics;
using aslog::golden::NumericsSpec;
using aslog::golden::SlogElement;

NumericsSpec specOf(std::int64_t maxTaps) {
    NumericsSpec spec;
    spec.maxTaps = maxTaps;
    return spec;
}

}  // namespace

TEST_CASE("Widths follow from the element and the largest layer") {
    const auto element = std::make_shared<SlogElement>(FormatSpec{4, 4, true, 8});
    NumericsSpec spec = specOf(4608);
    spec.mu = MuSpec{4, 4, 6};
    spec.shiftMin = 4;
    spec.shiftMax = 35;
    const Numerics numerics = deriveNumerics(element, spec);
    CHECK(numerics.accumulatorBits == 25);  // 4095 * 4608 = 18,869,760
    CHECK(numerics.windowSumBits == 21);    // 255 * 4608 = 1,175,040
    CHECK(numerics.correctionBits == 25 + 6 + 2);
    CHECK(numerics.shiftBits == 5);
    REQUIRE(numerics.muFormat.has_value());
    CHECK(numerics.muFormat->activationBits() == 21);
    CHECK(numerics.muFormat->productBits() == 25);  // 16 * (2^21 - 1)

    const Numerics plain = deriveNumerics(makeBaseline("int8_plain", 8), specOf(4608));
    CHECK(plain.accumulatorBits == 29);  // 65,153 * 4608 = 300,225,024
    CHECK(plain.fractionBits == 0);
    CHECK(plain.correctionBits == 31);
    CHECK_FALSE(plain.muFormat.has_value());
}

TEST_CASE("A stated accumulator width is taken") {
    NumericsSpec spec = specOf(9);
    spec.accumulatorBits = 24;
    CHECK(deriveNumerics(makeBaseline("int4_booth", 8), spec).accumulatorBits == 24);
    CHECK(deriveNumerics(makeBaseline("int4_booth", 8), spec).correctionBits == 26);
}

TEST_CASE("Widths that the model can not hold are refused") {
    const auto widest = std::make_shared<SlogElement>(FormatSpec{6, 1, false, 8});
    NumericsSpec spec = specOf(std::int64_t{1} << 21);
    spec.mu = MuSpec{4, 0, 4};
    CHECK_THROWS_AS(deriveNumerics(widest, spec), std::invalid_argument);  // T = 61 + 4 + 2
    spec.mu->fractionBits = 1;
    CHECK_NOTHROW(deriveNumerics(widest, spec));  // T = 64
    CHECK_THROWS_AS(deriveNumerics(widest, specOf(0)), std::invalid_argument);
    CHECK_THROWS_AS(deriveNumerics(widest, specOf(std::int64_t{1} << 23)), std::invalid_argument);
    NumericsSpec bad = specOf(9);
    bad.shiftMin = 0;
    CHECK_THROWS_AS(deriveNumerics(widest, bad), std::invalid_argument);
    bad = specOf(9);
    bad.outputBits = 17;
    CHECK_THROWS_AS(deriveNumerics(widest, bad), std::invalid_argument);
    bad = specOf(9);
    bad.scaleBits = 63;
    CHECK_THROWS_AS(deriveNumerics(widest, bad), std::invalid_argument);
}
