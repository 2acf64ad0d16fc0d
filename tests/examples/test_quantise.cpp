#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "examples/fashion_cnn/model_file.h"
#include "examples/fashion_cnn/quantise.h"
#include "tests/catch.h"

namespace aslog::examples {
namespace {

using Catch::Matchers::ContainsSubstring;
using golden::FormatSpec;
using golden::MuSpec;
using golden::Numerics;
using golden::NumericsSpec;

const std::string kModel = ASLOG_SOURCE_DIR "/examples/fashion_cnn/fashion_cnn.json";

// Grey rectangles on a black background: enough to calibrate when the data set is not there.
IdxImages syntheticImages(std::size_t count) {
    std::mt19937 random(11);
    IdxImages images{count, 28, 28, {}};
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t left = 2 + random() % 8;
        const std::size_t right = 14 + random() % 12;
        const std::size_t top = 2 + random() % 8;
        const std::size_t bottom = 14 + random() % 12;
        for (std::size_t y = 0; y < 28; ++y) {
            for (std::size_t x = 0; x < 28; ++x) {
                const bool inside = x >= left && x < right && y >= top && y < bottom;
                images.pixels.push_back(inside ? static_cast<std::uint8_t>(80 + random() % 150)
                                               : std::uint8_t{0});
            }
        }
    }
    return images;
}

NumericsSpec widths(int outputBits, int scaleBits, std::optional<MuSpec> mu) {
    NumericsSpec spec;
    spec.maxTaps = 9L * 64;
    spec.mu = mu;
    spec.outputBits = outputBits;
    spec.scaleBits = scaleBits;
    return spec;
}

Numerics slogNumerics(const FormatSpec& format, const NumericsSpec& spec) {
    return golden::deriveNumerics(std::make_shared<golden::SlogElement>(format), spec);
}

double realOf(const golden::Tensor& tensor, std::size_t i, const ActivationRange& range) {
    return range.scale * (tensor.data[i] - range.zeroPoint);
}

// Root mean square error of each layer's activations, relative to their root mean square.
std::vector<double> relativeErrors(const FashionCnn& cnn, const QuantisedCnn& quantised,
                                   const IdxImages& images) {
    std::vector<double> errors(cnn.layers().size());
    std::vector<double> sizes(cnn.layers().size());
    for (std::size_t i = 0; i < images.count; ++i) {
        const auto floats = cnn.forwardAll(images.image(i));
        const auto integers = quantised.forwardAll(images.image(i));
        REQUIRE(integers.size() == floats.size());
        for (std::size_t l = 0; l < floats.size(); ++l) {
            REQUIRE(integers[l].size() == floats[l].values.size());
            for (std::size_t p = 0; p < floats[l].values.size(); ++p) {
                const double wanted = floats[l].values[p];
                const double error = realOf(integers[l], p, quantised.ranges()[l + 1]) - wanted;
                errors[l] += error * error;
                sizes[l] += wanted * wanted;
            }
        }
    }
    for (std::size_t l = 0; l < errors.size(); ++l) {
        errors[l] = std::sqrt(errors[l] / sizes[l]);
    }
    return errors;
}

void checkRun(const FashionCnn& cnn, const Numerics& numerics, const IdxImages& images) {
    const QuantisedCnn quantised = quantise(cnn, numerics, images);
    REQUIRE(quantised.layers().size() == cnn.layers().size());
    for (const golden::ConvLayer& layer : quantised.layers()) {
        CHECK_NOTHROW(golden::checkLayer(layer, numerics));
    }
    const auto outputs = quantised.forwardAll(images.image(0));
    for (std::size_t l = 0; l < outputs.size(); ++l) {
        const int high = quantised.ranges()[l + 1].high;
        int largest = 0;
        for (const int q : outputs[l].data) {
            largest = std::max(largest, q);
        }
        CHECK(largest <= high);
        CHECK(largest > 0);  // a dead layer would verify nothing
    }
}

}  // namespace

TEST_CASE("with 8-bit activations the first layer reads the pixels themselves") {
    const FashionCnn cnn = loadFashionCnn(kModel);
    const QuantisedCnn quantised =
        quantise(cnn, slogNumerics({}, widths(8, 8, MuSpec{})), syntheticImages(4));
    CHECK(quantised.ranges()[0].zeroPoint == 73);
    CHECK(quantised.layers()[0].inputZeroPoint == 73);
    std::vector<std::uint8_t> pixels(784);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        pixels[i] = static_cast<std::uint8_t>(i % 256);
    }
    CHECK(quantised.quantiseInput(pixels).data == pixels);
    CHECK_THROWS_AS(quantised.quantiseInput(std::vector<std::uint8_t>(783)), std::invalid_argument);
}

TEST_CASE("every layer is legal for formats, activation and scale widths over their ranges") {
    const FashionCnn cnn = loadFashionCnn(kModel);
    const IdxImages images = syntheticImages(2);
    const std::optional<MuSpec> none;
    const MuSpec wideMu{6, 0, 6};
    SECTION("3 bits, 4-bit activations, 2-bit scales") {
        checkRun(cnn, slogNumerics({3, 2, true, 4}, widths(4, 2, MuSpec{})), images);
    }
    SECTION("4 bits, 8-bit activations, 8-bit scales") {
        checkRun(cnn, slogNumerics({4, 4, true, 8}, widths(8, 8, MuSpec{})), images);
    }
    SECTION("4 bits without zero, 5-bit activations, no bias correction") {
        checkRun(cnn, slogNumerics({4, 6, false, 5}, widths(5, 4, none)), images);
    }
    SECTION("4 bits of powers of two, 7-bit activations, 8-bit outputs") {
        checkRun(cnn, slogNumerics({4, 0, true, 7}, widths(8, 5, wideMu)), images);
    }
    SECTION("5 bits, 6-bit activations, 5-bit outputs") {
        checkRun(cnn, slogNumerics({5, 10, true, 6}, widths(5, 12, wideMu)), images);
    }
    SECTION("6 bits, 8-bit activations, 16-bit scales") {
        checkRun(cnn, slogNumerics({6, 30, true, 8}, widths(8, 16, none)), images);
    }
    SECTION("a shift range that is too narrow for the best scales") {
        NumericsSpec spec = widths(8, 6, MuSpec{});
        spec.shiftMin = 14;
        spec.shiftMax = 17;
        checkRun(cnn, slogNumerics({}, spec), images);
    }
    SECTION("the baselines") {
        for (const std::string& name : golden::baselineNames()) {
            CAPTURE(name);
            const auto element = golden::makeBaseline(name, 8);
            checkRun(cnn, golden::deriveNumerics(element, widths(8, 8, none)), images);
        }
    }
}

TEST_CASE("codes are the nearest levels of the weights at the channel's scale") {
    const FashionCnn cnn = loadFashionCnn(kModel);
    const FormatSpec format{4, 4, true, 8};
    const Numerics numerics = slogNumerics(format, widths(8, 7, MuSpec{}));
    const QuantisedCnn quantised = quantise(cnn, numerics, syntheticImages(4));
    const golden::SlogFormat levels(format);
    std::size_t compared = 0;
    std::size_t weightCount = 0;
    for (std::size_t l = 0; l < cnn.layers().size(); ++l) {
        const golden::ConvLayer& layer = quantised.layers()[l];
        const std::size_t taps = cnn.layers()[l].taps();
        weightCount += cnn.layers()[l].weightCount();
        for (std::size_t c = 0; c < layer.channels.size(); ++c) {
            const golden::ChannelParameters& p = layer.channels[c];
            const double weightScale =
                std::ldexp(static_cast<double>(p.scale), numerics.fractionBits - p.shift) *
                quantised.ranges()[l + 1].scale / quantised.ranges()[l].scale;
            double meanError = 0;
            for (std::size_t t = c * taps; t < (c + 1) * taps; ++t) {
                const double weight = cnn.weights(l)[t] / weightScale;
                const golden::Code expected = levels.quantise(weight);
                REQUIRE(levels.decode(layer.codes[t]) == levels.decode(expected));
                meanError += (weight - static_cast<double>(levels.decode(expected))) /
                             static_cast<double>(taps);
                ++compared;
            }
            CHECK(p.mu ==
                  numerics.muFormat->quantise(std::ldexp(meanError, numerics.fractionBits)));
        }
    }
    CHECK(compared == weightCount);
}

TEST_CASE("the integer network follows the float network") {
    const FashionCnn cnn = loadFashionCnn(kModel);
    const IdxImages images = syntheticImages(8);
    const auto checkErrors = [&](const Numerics& numerics, double allowed) {
        for (const double error : relativeErrors(cnn, quantise(cnn, numerics, images), images)) {
            CHECK(error < allowed);
        }
    };
    SECTION("8-bit integer weights") {
        const auto element = golden::makeBaseline("int8_plain", 8);
        checkErrors(golden::deriveNumerics(element, widths(8, 12, {})), 0.04);
    }
    SECTION("4-bit SLogII weights") {
        checkErrors(slogNumerics({4, 4, true, 8}, widths(8, 12, MuSpec{})), 0.35);
    }
}

TEST_CASE("numerics that cannot hold the network are refused") {
    const FashionCnn cnn = loadFashionCnn(kModel);
    const IdxImages images = syntheticImages(1);
    NumericsSpec spec = widths(8, 8, MuSpec{});
    spec.maxTaps = 100;  // the second layer has 144
    CHECK_THROWS_WITH(quantise(cnn, slogNumerics({}, spec), images),
                      ContainsSubstring("layer 'conv2'"));
    CHECK_THROWS_WITH(quantise(cnn, slogNumerics({4, 4, true, 9}, widths(8, 8, {})), images),
                      ContainsSubstring("at most 8 allowed"));
    CHECK_THROWS_WITH(quantise(cnn, slogNumerics({}, widths(8, 8, {})), IdxImages{}),
                      ContainsSubstring("no calibration images"));
}

}  // namespace aslog::examples
