// An illegal layer is refused with its numbers: docs/arithmetic.md, sections 4 to 7.
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "golden/arithmetic/baselines.h"
#include "golden/layer/conv.h"
#include "golden/layer/does_not_fit.h"
#include "tests/catch.h"

namespace {

using aslog::golden::checkLayer;
using aslog::golden::Code;
using aslog::golden::ConvLayer;
using aslog::golden::deriveNumerics;
using aslog::golden::FormatSpec;
using aslog::golden::makeBaseline;
using aslog::golden::MuSpec;
using aslog::golden::Numerics;
using aslog::golden::NumericsSpec;
using aslog::golden::SlogElement;

/// A layer of `taps` weights of 16 in one channel, legal for Nmax = 9 (A = 16, T = 22).
struct Fixture {
    Numerics numerics;
    ConvLayer layer;

    explicit Fixture(int taps = 9) {
        NumericsSpec spec;
        spec.maxTaps = 9;
        spec.mu = MuSpec{4, 4, 4};
        numerics = deriveNumerics(std::make_shared<SlogElement>(FormatSpec{4, 4, true, 8}), spec);
        layer.geometry.inputChannels = taps;
        layer.codes.assign(static_cast<std::size_t>(taps), numerics.element->encodeValue(16));
        layer.channels = {{0, numerics.muFormat->encode(false, 0), 1, 1}};
        layer.offsets = {0};
    }

    [[nodiscard]] std::string verdict(std::int64_t fillRows = 0) const {
        try {
            checkLayer(layer, numerics, fillRows);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "legal";
    }

    /// The layer is refused: for want of width, or as wrong.
    [[nodiscard]] bool doesNotFit() const {
        try {
            checkLayer(layer, numerics);
        } catch (const aslog::golden::DoesNotFit&) {
            return true;
        } catch (const std::invalid_argument&) {
            return false;
        }
        FAIL("the layer is legal");
        return false;
    }
};

}  // namespace

TEST_CASE("The largest legal layer is accepted, one tap more is refused") {
    CHECK(Fixture(9).verdict() == "legal");
    CHECK(Fixture(10).verdict() ==
          "layer: number of taps N = kernel area x input channels is 10, allowed is 1 to 9");
}

TEST_CASE("b_c must stay below 2^(T-2)") {
    Fixture f;
    REQUIRE(f.numerics.correctionBits == 22);
    f.layer.channels[0].bias = (1 << 20) - 1;
    CHECK(f.verdict() == "legal");
    f.layer.channels[0].bias = 1 << 20;
    CHECK(f.verdict() ==
          "layer: output channel 0: bias b_c is 1048576, allowed is -1048575 to "
          "1048575");
    f.layer.channels[0].bias = -(1 << 20);
    CHECK(f.verdict() ==
          "layer: output channel 0: bias b_c is -1048576, allowed is -1048575 to "
          "1048575");
}

TEST_CASE("t_c must stay below 2^(T-1) in the worst case") {
    Fixture f;
    NumericsSpec spec;
    spec.maxTaps = 9;
    spec.mu = MuSpec{6, 0, 0};  // mu up to 2^30 in units of a weight
    f.numerics = deriveNumerics(f.numerics.element, spec);
    f.layer.channels[0].mu = f.numerics.muFormat->encode(false, 9);  // 2^8
    REQUIRE(f.numerics.muFormat->decode(f.layer.channels[0].mu) == 256);
    CHECK(f.verdict() ==
          "layer: output channel 0: largest correction sum t_c is 624240, allowed is -131071 to "
          "131071");
    f.layer.channels[0].mu = f.numerics.muFormat->encode(true, 9);
    CHECK(f.verdict() ==
          "layer: output channel 0: smallest correction sum t_c is -550800, allowed is -131071 to "
          "131071");
}

TEST_CASE("Raw words must fit the accumulator, rows without a tap included") {
    Fixture f;
    NumericsSpec spec;
    spec.maxTaps = 9;
    f.numerics = deriveNumerics(makeBaseline("int8_dadda", 8), spec);
    f.layer.codes.assign(9, f.numerics.element->encodeValue(127));
    CHECK(f.numerics.accumulatorBits == 20);  // 65,025 * 9 = 585,225
    CHECK(f.verdict() == "legal");
    // A filled row adds K = 255 * 128; 14 of them still fit: 585,225 + 14 * 32,640 = 1,042,185.
    CHECK(f.verdict(14) == "legal");
    CHECK(f.verdict(15) ==
          "layer: output channel 0: largest sum of raw words is 1074825, allowed "
          "is 0 to 1048575");
    // SLogII fills with zero.
    CHECK(Fixture(9).verdict(1000000) == "legal");
}

TEST_CASE("Parameters must fit their fields") {
    Fixture f;
    f.layer.channels[0].scale = 65536;
    CHECK(f.verdict() == "layer: output channel 0: scale is 65536, allowed is 0 to 65535");
    f = Fixture();
    f.layer.channels[0].shift = 33;
    CHECK(f.verdict() == "layer: output channel 0: shift is 33, allowed is 1 to 32");
    f = Fixture();
    f.layer.channels[0].mu = Code{16};
    CHECK(f.verdict() == "layer: output channel 0: mu code is 16, allowed is 0 to 15");
    f = Fixture();
    f.layer.offsets = {512};
    CHECK(f.verdict() == "layer: output offset is 512, allowed is -512 to 511");
    f = Fixture();
    f.layer.clamp.high = 256;
    CHECK(f.verdict() == "layer: clamp high is 256, allowed is 0 to 255");
    f = Fixture();
    f.layer.clamp = {10, 9};
    CHECK(f.verdict() == "layer: clamp high is 9, allowed is 10 to 255");
    f = Fixture();
    f.layer.inputZeroPoint = 256;
    CHECK(f.verdict() == "layer: input zero point is 256, allowed is 0 to 255");
}

TEST_CASE("Only what needs more width than there is does not fit; a wrong layer is another error") {
    CHECK(Fixture(10).doesNotFit());
    Fixture f;
    f.layer.channels[0].bias = 1 << 20;
    CHECK(f.doesNotFit());
    f = Fixture();
    f.layer.offsets = {512};
    CHECK(f.doesNotFit());
    f = Fixture();
    f.numerics.accumulatorBits = 8;
    CHECK(f.doesNotFit());
    f = Fixture();
    f.numerics.correctionBits = 12;
    CHECK(f.doesNotFit());

    f = Fixture();
    f.layer.codes.pop_back();
    CHECK_FALSE(f.doesNotFit());
    f = Fixture();
    f.layer.codes[3] = Code{16};
    CHECK_FALSE(f.doesNotFit());
    f = Fixture();
    f.layer.channels[0].shift = 33;
    CHECK_FALSE(f.doesNotFit());
    f = Fixture();
    f.layer.clamp = {10, 9};
    CHECK_FALSE(f.doesNotFit());
    f = Fixture();
    f.layer.geometry.strideX = 0;
    CHECK_FALSE(f.doesNotFit());
}

TEST_CASE("Sizes must fit together") {
    Fixture f;
    f.layer.codes.pop_back();
    CHECK(f.verdict() == "layer: number of codes is 8, allowed is 9 to 9");
    f = Fixture();
    f.layer.codes[3] = Code{16};
    CHECK(f.verdict() == "layer: code 16 is not one of element slogii");
    f = Fixture();
    f.layer.channels.clear();
    CHECK(f.verdict() == "layer: number of channel parameters is 0, allowed is 1 to 1");
    f = Fixture();
    f.layer.offsets.clear();
    CHECK(f.verdict() == "layer: 0 offsets for 1 output channels");
    f = Fixture();
    f.layer.geometry.strideX = 0;
    CHECK(f.verdict() == "layer: stride or dilation is 0, allowed is 1 to 2147483647");
    f = Fixture();
    f.layer.geometry.padLeft = -1;
    CHECK(f.verdict() == "layer: padding is -1, allowed is 0 to 2147483647");
}
