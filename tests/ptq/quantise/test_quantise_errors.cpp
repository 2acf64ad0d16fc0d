// What can not be quantised is refused with the layer, the reason and the remedy; odd channels are
// no reason.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ptq/quantise/quantise.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/quantise_cases.h"
#include "tests/ptq/quantise/small_networks.h"

namespace {

using namespace aslog;
using namespace aslog::test;
using aslog::support::InputError;
using Catch::Matchers::ContainsSubstring;
using ptq::NumberFormat;
using ptq::Quantiser;

ptq::Graph twoLayers() {
    SmallNetwork net;
    net.conv("x", "first", {3, 4, 3, 1, 1}).node("Relu", {"first"}, "r");
    net.conv("r", "second", {4, 4, 3, 1, 1});
    return net.graph({-1, 3, 8, 8}, "second");
}

ptq::FloatTensor someImages() {
    return smoothImages(1, {8, 3, 8, 8});
}

/// What a run in this format says.
std::string verdict(const NumberFormat& format) {
    const ptq::Graph graph = twoLayers();
    const Quantiser quantiser(graph, someImages());
    try {
        (void)quantiser.run(format, only({}));
    } catch (const InputError& error) {
        return error.what();
    }
    return "quantised";
}

/// A convolution of 1 x 1 whose first channel has weights of this size; the others are ordinary.
ptq::Graph oddChannel(float weight, float bias) {
    SmallNetwork net;
    ptq::FloatTensor weights = randomTensor(net.random(), {3, 3, 1, 1});
    std::copy_n(std::array{weight, -0.5F * weight, 0.3F * weight}.begin(), 3, weights.data.begin());
    ptq::FloatTensor biases = ptq::filled({3}, 0.1F);
    biases.data.front() = bias;
    net.model().constant("w", weights).constant("b", biases);
    net.node("Conv", {"x", "w", "b"}, "c");
    return net.graph({-1, 3, 8, 8}, "c");
}

}  // namespace

TEST_CASE("A scale that the PCF can not express names layer, channel and remedy") {
    NumberFormat format = usualFormat();
    format.numerics.scaleBits = 2;
    format.numerics.shiftMin = 20;
    format.numerics.shiftMax = 32;
    const std::string text = verdict(format);
    CHECK_THAT(text, ContainsSubstring("layer first: output channel 0 needs weight steps of "));
    CHECK_THAT(text, ContainsSubstring("a smaller pcf.shift_min or more pcf.scale_bits help"));
}

TEST_CASE("A format whose accumulators can not hold a layer names the layer") {
    NumberFormat format = usualFormat();
    CHECK(verdict(format) == "quantised");
    format.numerics.accumulatorBits = 9;
    CHECK_THAT(verdict(format), ContainsSubstring("layer first: "));
    CHECK_THAT(verdict(format), ContainsSubstring("output channel 0: "));
    format = usualFormat();
    format.numerics.maxTaps = 20;
    CHECK_THAT(verdict(format), ContainsSubstring("layer first: layer: number of taps"));
    CHECK_THAT(verdict(format), ContainsSubstring("is 27, allowed is 1 to 20"));
}

TEST_CASE("Formats that no array has are refused as wrong input") {
    NumberFormat format = usualFormat();
    format.slog.weightBits = 9;
    CHECK_THAT(verdict(format), ContainsSubstring("weight_bits"));
    format = usualFormat();
    format.numerics.scaleBits = 0;
    CHECK_THAT(verdict(format), ContainsSubstring("scale_bits"));
    format = usualFormat();
    format.element = "int3_plain";
    CHECK_THAT(verdict(format), ContainsSubstring("int3_plain"));
    format = usualFormat();
    format.slog.activationBits = 9;
    CHECK_THAT(verdict(format), ContainsSubstring("at most 8 bits"));
    format = usualFormat();
    format.numerics.outputBits = 9;
    CHECK_THAT(verdict(format), ContainsSubstring("at most 8 bits"));
}

TEST_CASE("No images, and images of another size, are refused") {
    const ptq::Graph graph = twoLayers();
    CHECK_THROWS_AS(Quantiser(graph, ptq::filled({0, 3, 8, 8}, 0)), InputError);
    CHECK_THROWS_WITH(Quantiser(graph, ptq::filled({0, 3, 8, 8}, 0)),
                      ContainsSubstring("at least one image"));
    CHECK_THROWS_AS(Quantiser(graph, ptq::FloatTensor{}), InputError);
    CHECK_THROWS_AS(Quantiser(graph, ptq::filled({4, 2, 8, 8}, 0)), InputError);
    CHECK_THROWS_AS(Quantiser(graph, ptq::filled({4, 3, 8, 9}, 0)), InputError);
    ptq::FloatTensor images = someImages();
    images.data.pop_back();
    CHECK_THROWS_AS(Quantiser(graph, images), InputError);
}

TEST_CASE("The first images alone are those of a smaller set; ranges stay") {
    const ptq::Graph graph = twoLayers();
    const Quantiser all(graph, someImages());
    CHECK(textOf(all.withFirstImages(100).run(usualFormat(), {}).network) ==
          textOf(all.run(usualFormat(), {}).network));
    const auto part = all.withFirstImages(2).run(usualFormat(), {});
    CHECK(scaleOf(part.network, "r").scale ==
          scaleOf(all.run(usualFormat(), {}).network, "r").scale);
    CHECK(textOf(part.network) != textOf(all.run(usualFormat(), {}).network));
    CHECK(all.withFirstImages(0).run(usualFormat(), {}).layers.size() == 2);
}

TEST_CASE("Steps have names, and a wrong one names them all") {
    ptq::QuantiseSteps steps;
    CHECK(ptq::stepNames().size() == 8);
    for (const std::string& name : ptq::stepNames()) {
        CHECK(ptq::stepNamed(steps, name));
        CHECK_THROWS_WITH(ptq::stepNamed(steps, "x"), ContainsSubstring(name));
    }
    ptq::stepNamed(steps, "compensation") = false;
    CHECK_FALSE(steps.compensation);
}

TEST_CASE("A channel without weights gives its bias, with and without a zero among the levels") {
    NumberFormat format = usualFormat();
    format.slog.zero = GENERATE(true, false);
    const auto options = GENERATE(ptq::QuantiseOptions{}, without({"compensation"}), only({}),
                                  only({"scale-search", "variance-correction"}));
    const float weight = GENERATE(0.0F, 1e-20F, 1e-9F, 1e-4F, 1e-3F);
    const float bias = GENERATE(0.0F, 0.7F, -1.5F);
    const ptq::Graph graph = oddChannel(weight, bias);
    const ptq::FloatTensor images = someImages();
    const ptq::QuantiseResult result = Quantiser(graph, images).run(format, options);
    const std::vector<float> found = result.network.run(std::span(images.data).first(192));
    const double step = scaleOf(result.network, "c").scale;
    for (std::size_t i = 0; i < 64; ++i) {
        INFO("weight " << weight << ", bias " << bias << ", zero " << format.slog.zero);
        REQUIRE(std::abs(found[i] - bias) < 2 * step + 10 * weight);
    }
}

TEST_CASE("A clamp holds where a Concat makes the range of its tensor wider") {
    SmallNetwork net;
    net.number("low", -0.25F).number("high", 0.5F);
    net.conv("x", "c", {3, 2, 3, 1, 1}).node("Clip", {"c", "low", "high"}, "k");
    net.conv("x", "d", {3, 2, 3, 1, 1});
    setAttribute(net.node("Concat", {"k", "d"}, "y"), "axis", std::int64_t{1});
    const ptq::Graph graph = net.graph({-1, 3, 8, 8}, "y");
    const ptq::FloatTensor images = someImages();
    const ptq::QuantiseResult result = Quantiser(graph, images).run(usualFormat(), {});
    const double step = scaleOf(result.network, "k").scale;
    const std::vector<float> found = result.network.run(std::span(images.data).first(192));
    const auto [low, high] = std::minmax_element(found.begin(), found.begin() + 128);
    CHECK(std::abs(*low + 0.25) <= step);
    CHECK(std::abs(*high - 0.5) <= step);
    CHECK(*std::max_element(found.begin() + 128, found.end()) > 0.6);
}

TEST_CASE("A layer that is always 0 stays 0") {
    SmallNetwork net;
    net.model().constant("w", ptq::filled({2, 3, 1, 1}, 0)).constant("b", ptq::filled({2}, -1));
    net.node("Conv", {"x", "w", "b"}, "c");
    net.node("Relu", {"c"}, "r");
    net.conv("r", "d", {2, 2, 1, 1, 1});
    const ptq::Graph graph = net.graph({-1, 3, 8, 8}, "d");
    const ptq::FloatTensor images = someImages();
    const ptq::QuantiseResult result = Quantiser(graph, images).run(usualFormat(), {});
    CHECK(result.layers[0].noise == 0);
    CHECK(result.layers[1].decibel() > 30);
}
