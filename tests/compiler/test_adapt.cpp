// A layer on another array: exactly the same outputs, or an error that says what does not fit.

#include <optional>
#include <string>

#include "compiler/adapt.h"
#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/integers.h"
#include "tests/catch.h"
#include "tests/golden/layers.h"

namespace {

using namespace aslog;
using namespace aslog::compiler;
using namespace aslog::golden;
using aslog::test::Random;
using Catch::Matchers::ContainsSubstring;

/// An array with room for everything that a network's array has.
NumericsSpec roomySpec(std::int64_t taps, std::optional<MuSpec> mu) {
    NumericsSpec spec;
    spec.maxTaps = taps;
    spec.mu = mu;
    spec.scaleBits = 17;
    spec.shiftMax = 80;
    return spec;
}

Numerics slogNumerics(const FormatSpec& format, const NumericsSpec& spec) {
    return deriveNumerics(std::make_shared<SlogElement>(format), spec);
}

std::string messageOf(const ConvLayer& layer, const Numerics& from, const Numerics& to) {
    try {
        (void)adaptLayer(layer, from, to);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "it fits";
}

/// Random mu can be too much for the correction sum.
bool isLegal(const ConvLayer& layer, const Numerics& numerics) {
    try {
        checkLayer(layer, numerics);
        return true;
    } catch (const std::invalid_argument&) {
        return false;
    }
}

/// A 1x1 layer that is legal nearly everywhere.
ConvLayer smallLayer() {
    ConvLayer layer;
    layer.codes = {Code{1}};
    layer.channels = {{.bias = 5, .mu = Code{0}, .scale = 3, .shift = 4}};
    layer.offsets = {0};
    layer.clamp = {0, 200};
    return layer;
}

TEST_CASE("A layer without mu gives the same outputs on arrays with any number of fraction bits") {
    Random random(1);
    int spread = 0;
    for (const auto& element : test::assortedElements(7)) {
        for (const int fractionBits : {0, 1, 4, 9}) {
            const ConvGeometry geometry = test::randomGeometry(random);
            const Numerics from = test::numericsFor(element, geometry.taps(), false);
            const Numerics to = deriveNumerics(
                element, roomySpec(geometry.taps() + 40, MuSpec{4, 3, fractionBits}));
            const ConvLayer layer = test::randomLayer(random, geometry, from);
            const ConvLayer adapted = adaptLayer(layer, from, to);
            const Tensor input = test::randomInput(random, from, geometry.inputChannels, 8, 9);
            INFO(element->name() << ", f = " << fractionBits);
            const Tensor expected = convolveNaive(layer, from, input);
            CHECK(convolveNaive(adapted, to, input).data == expected.data);
            spread += expected.data.front() != expected.data.back() ? 1 : 0;
        }
    }
    CHECK(spread > 10);  // outputs that are all the same would prove little
}

TEST_CASE("A layer with mu gives the same outputs where mu is coded in another way") {
    Random random(2);
    int recoded = 0;
    int compared = 0;
    while (compared < 200) {
        const ConvGeometry geometry = test::randomGeometry(random);
        const MuSpec mu{static_cast<int>(test::draw(random, 3, 5)), 2, 4};
        const auto activationBits = static_cast<int>(test::draw(random, 1, 8));
        const FormatSpec format{4, 4, true, activationBits};
        NumericsSpec spec = roomySpec(geometry.taps(), mu);
        spec.scaleBits = 12;
        const Numerics from = slogNumerics(format, spec);
        const Numerics to = slogNumerics(format, roomySpec(geometry.taps() + (1 << 20), mu));
        const ConvLayer layer = test::randomLayer(random, geometry, from);
        if (!isLegal(layer, from)) {
            continue;
        }
        ++compared;
        const ConvLayer adapted = adaptLayer(layer, from, to);
        for (std::size_t c = 0; c < layer.channels.size(); ++c) {
            const Code before = layer.channels[c].mu;
            recoded += from.muFormat->decode(before) != to.muFormat->decode(before) ? 1 : 0;
        }
        const Tensor input = test::randomInput(random, from, geometry.inputChannels, 8, 8);
        CHECK(convolve(adapted, to, input).data == convolve(layer, from, input).data);
    }
    CAPTURE(recoded);
    CHECK(recoded > 0);
}

TEST_CASE("Scale and shift grow with the bits of the scale, so that outputs stay the same") {
    NumericsSpec spec = roomySpec(9, std::nullopt);
    spec.scaleBits = 8;
    const Numerics from = slogNumerics({}, spec);
    const auto fitted = [&](int bits, std::uint64_t scale, int shift) {
        spec.scaleBits = bits;
        ConvLayer layer = smallLayer();
        layer.channels.front().scale = scale;
        layer.channels.front().shift = shift;
        return adaptLayer(layer, from, slogNumerics({}, spec)).channels.front();
    };
    CHECK(fitted(10, 3, 4).scale == 12);
    CHECK(fitted(10, 3, 4).shift == 6);
    CHECK(fitted(6, 140, 12).scale == 35);
    CHECK(fitted(6, 140, 12).shift == 10);
    CHECK(fitted(1, 128, 12).scale == 1);
    CHECK_THROWS(fitted(6, 142, 12));  // one bit more is needed
    CHECK_NOTHROW(fitted(7, 142, 12));
    CHECK_THROWS(fitted(6, 140, 2));  // a shift of 0
}

TEST_CASE("Wider outputs are the same unless the saturation of a small scale can show") {
    NumericsSpec spec = roomySpec(9, std::nullopt);
    spec.scaleBits = 6;
    const Numerics from = slogNumerics({}, spec);
    spec.outputBits = 9;
    const Numerics to = slogNumerics({}, spec);
    ConvLayer layer = smallLayer();
    layer.channels.front() = {.bias = 5, .mu = Code{0}, .scale = 32, .shift = 6};
    CHECK(messageOf(layer, from, to) == "it fits");
    layer.channels.front().scale = 31;
    CHECK_THAT(messageOf(layer, from, to),
               ContainsSubstring("pcf.output_bits: the network needs 8, the array has 9"));
    CHECK(messageOf(layer, from, from) == "it fits");
    layer.channels.front().shift = 30;  // what is left of t can not saturate
    CHECK(messageOf(layer, from, to) == "it fits");
}

TEST_CASE("What does not fit is named with the field, both values and the remedy") {
    const NumericsSpec roomy = roomySpec(9, std::nullopt);
    const Numerics network = slogNumerics({}, roomy);
    const ConvLayer layer = smallLayer();
    CHECK(messageOf(layer, network, network) == "it fits");

    SECTION("another weight format, every difference of it") {
        const std::string text = messageOf(layer, network, slogNumerics({3, 2, false, 6}, roomy));
        CHECK_THAT(text, ContainsSubstring("format.weight_bits: the network needs 4, the array "
                                           "has 3"));
        CHECK_THAT(text, ContainsSubstring("format.sqrt2_steps: the network needs 4, the array "
                                           "has 2"));
        CHECK_THAT(text, ContainsSubstring("format.zero: the network needs true"));
        CHECK_THAT(text, ContainsSubstring("format.activation_bits: the network needs 8"));
        CHECK_THAT(text, ContainsSubstring("generate an array with format.weight_bits 4, "
                                           "format.sqrt2_steps 4, format.zero true"));
        CHECK_THAT(text, ContainsSubstring("--spec"));
    }
    SECTION("dropped columns") {
        const Numerics array = slogNumerics({4, 4, true, 8, {}, 3}, roomy);
        CHECK_THAT(messageOf(layer, network, array),
                   ContainsSubstring("format.dropped_bits: the network needs 0, the array has 3"));
    }
    SECTION("a baseline") {
        const Numerics array = deriveNumerics(makeBaseline("int4_dadda", 8), roomy);
        CHECK_THAT(messageOf(layer, network, array),
                   ContainsSubstring("element: the network needs slogii, the array has "
                                     "int4_dadda"));
        CHECK_THAT(messageOf(layer, array, network), ContainsSubstring("needs int4_dadda"));
    }
    SECTION("mu") {
        const Numerics withMu = slogNumerics({}, roomySpec(9, MuSpec{4, 2, 4}));
        CHECK(messageOf(layer, network, withMu) == "it fits");
        CHECK_THAT(messageOf(layer, withMu, network),
                   ContainsSubstring("bias_correction.enabled: the network needs true, the array "
                                     "has false"));
        const Numerics otherMu = slogNumerics({}, roomySpec(9, MuSpec{3, 1, 5}));
        const std::string text = messageOf(layer, withMu, otherMu);
        CHECK_THAT(text, ContainsSubstring("mu_bits: the network needs 4, the array has 3"));
        CHECK_THAT(text, ContainsSubstring("mu_sqrt2_steps: the network needs 2"));
        CHECK_THAT(text, ContainsSubstring("fraction_bits: the network needs 4"));
    }
}

TEST_CASE("A field that is too narrow is named, and how wide it has to be") {
    const NumericsSpec roomy = roomySpec(9, std::nullopt);
    const Numerics network = slogNumerics({}, roomy);
    const auto check = [&](const NumericsSpec& array, const ConvLayer& layer,
                           const std::string& wanted) {
        CHECK_THAT(messageOf(layer, network, slogNumerics({}, array)), ContainsSubstring(wanted));
    };
    SECTION("scale") {
        NumericsSpec spec = roomy;
        spec.scaleBits = 16;  // 3 of 17 bits
        check(spec, smallLayer(),
              "pcf.scale_bits: the network needs at least 17, the array has 16");
    }
    SECTION("shift, above") {
        NumericsSpec spec = roomy;
        spec.shiftMax = 3;
        check(spec, smallLayer(), "pcf.shift_max: the network needs at least 4, the array has 3");
    }
    SECTION("shift, below") {
        NumericsSpec spec = roomy;
        spec.shiftMin = 5;
        check(spec, smallLayer(), "pcf.shift_min: the network needs at most 4, the array has 5");
    }
    SECTION("output") {
        NumericsSpec spec = roomy;
        spec.outputBits = 7;
        ConvLayer layer = smallLayer();
        layer.channels.front().scale = 1 << 16;
        layer.channels.front().shift = 20;
        check(spec, layer, "pcf.output_bits: the network needs at least 8, the array has 7");
    }
    SECTION("taps") {
        NumericsSpec spec = roomy;
        spec.maxTaps = 1;
        ConvLayer layer = smallLayer();
        layer.geometry.inputChannels = 2;
        layer.codes.resize(2);
        check(spec, layer, "max_input_channels: the network needs at least 2, the array has 1");
    }
    SECTION("bias") {
        NumericsSpec spec = roomy;
        spec.accumulatorBits = 14;
        ConvLayer layer = smallLayer();
        layer.channels.front().bias = 100000;
        check(spec, layer,
              "bias b_c is 100000, allowed is -16383 to 16383; generate an array with a larger");
    }
}

}  // namespace
