// The steps of activations and weights, and which tensors share one.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "golden/arithmetic/element.h"
#include "ptq/quantise/ranges.h"
#include "ptq/quantise/scales.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/small_networks.h"

namespace {

using namespace aslog;
using namespace aslog::ptq;
using Catch::Matchers::ContainsSubstring;
using golden::Ratio;

ActivationSample sampleOf(std::vector<float> values) {
    ActivationSample sample;
    sample.values = std::move(values);
    for (const float value : sample.values) {
        sample.low = std::min<double>(sample.low, value);
        sample.high = std::max<double>(sample.high, value);
    }
    return sample;
}

std::vector<float> uniform(double low, double high, std::size_t count) {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> number(low, high);
    std::vector<float> values(count);
    std::generate(values.begin(), values.end(), [&] { return static_cast<float>(number(random)); });
    return values;
}

double quantised(double x, const ActivationScale& scale, int top) {
    return scale.scale * (quantiseActivation(x, scale, top) - scale.zeroPoint);
}

/// The least distance to `value` of any M / 2^s.
double leastDistance(double value, int scaleBits, int shiftMin, int shiftMax) {
    double least = std::numeric_limits<double>::infinity();
    for (int shift = shiftMin; shift <= shiftMax; ++shift) {
        for (int scale = 1; scale < 1 << scaleBits; ++scale) {
            least = std::min(least, std::abs(std::ldexp(scale, -shift) - value));
        }
    }
    return least;
}

}  // namespace

TEST_CASE("Activations are rounded to the nearest integer, ties upwards, and end at the ends") {
    const ActivationScale scale{0.5, 10};
    CHECK(quantiseActivation(0, scale, 255) == 10);
    CHECK(quantiseActivation(0.25, scale, 255) == 11);
    CHECK(quantiseActivation(-0.25, scale, 255) == 10);
    CHECK(quantiseActivation(-0.26, scale, 255) == 9);
    CHECK(quantiseActivation(-1e30, scale, 255) == 0);
    CHECK(quantiseActivation(1e30, scale, 255) == 255);
    CHECK(quantiseActivation(std::numeric_limits<double>::infinity(), scale, 15) == 15);
}

TEST_CASE("Zero is exact in every scale that is chosen") {
    const int top = GENERATE(15, 255);
    const bool clips = GENERATE(false, true);
    const auto [low, high] =
        GENERATE(std::pair{0.0, 3.0}, std::pair{-2.0, 0.0}, std::pair{-0.01, 7.0},
                 std::pair{-5.0, 0.3}, std::pair{1.0, 2.0}, std::pair{-2.0, -1.0});
    const ActivationScale scale = chooseScale(sampleOf(uniform(low, high, 1000)), top, clips);
    CHECK(scale.scale > 0);
    CHECK(scale.zeroPoint >= 0);
    CHECK(scale.zeroPoint <= top);
    CHECK(quantised(0, scale, top) == 0);
    CHECK(scale.zeroPoint == (low >= 0 ? 0 : high <= 0 ? top : scale.zeroPoint));
}

TEST_CASE("Dropped columns raise the zero point of what a ReLU has cleared, and narrow its range") {
    std::vector<float> values = uniform(-1, 1, 20000);
    for (float& value : values) {
        value = value > 0 ? value * value * value : 0;
    }
    const golden::CutError cut = golden::cutErrorOf(
        golden::SlogElement(golden::FormatSpec{4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}, 3}));
    const ActivationScale whole = chooseScale(sampleOf(values), 255, true);
    const ActivationScale scale = chooseScale(sampleOf(values), 255, true, cut);
    CHECK(whole.zeroPoint == 0);
    CHECK(scale.zeroPoint == 2);
    CHECK(quantised(0, scale, 255) == 0);
    // All of the range, and no more than its top, is above the zero point.
    const ActivationScale covering = chooseScale(sampleOf(values), 255, false, cut);
    CHECK(covering.zeroPoint == 2);
    CHECK(quantiseActivation(sampleOf(values).high, covering, 255) == 255);
    // An error that grows with the step makes a smaller step worth some clipping.
    const ActivationScale coarse = chooseScale(sampleOf(values), 255, true, {20, {0}});
    CHECK(coarse.scale < whole.scale);
    // With values below 0 nothing piles up at 0.
    const std::vector<float> both = uniform(-1, 1, 20000);
    CHECK(chooseScale(sampleOf(both), 255, true, cut).zeroPoint ==
          chooseScale(sampleOf(both), 255, true).zeroPoint);
}

TEST_CASE("A tensor of zeros has a scale, too") {
    const ActivationScale scale = chooseScale(sampleOf(std::vector<float>(10, 0)), 255, true);
    CHECK(scale.scale > 0);
    CHECK(quantised(0, scale, 255) == 0);
}

TEST_CASE("Without clipping nothing is farther off than half a step") {
    const int top = GENERATE(15, 255);
    std::vector<float> values = uniform(-1, 2, 1000);
    values.push_back(40);
    const ActivationScale scale = chooseScale(sampleOf(values), top, false);
    for (const float value : values) {
        REQUIRE(std::abs(quantised(value, scale, top) - value) <= 0.5001 * scale.scale);
    }
}

TEST_CASE("An outlier is clipped if that makes the square error smaller, otherwise not") {
    std::vector<float> values = uniform(-1, 2, 10000);
    const int top = 15;
    const auto error = [&](const ActivationScale& scale) {
        double sum = 0;
        for (const float value : values) {
            sum += std::pow(quantised(value, scale, top) - value, 2);
        }
        return sum;
    };
    const ActivationScale whole = chooseScale(sampleOf(values), top, false);
    const ActivationScale same = chooseScale(sampleOf(values), top, true);
    CHECK(same.scale > 0.9 * whole.scale);
    CHECK(error(same) <= error(whole));
    values.push_back(8);
    const ActivationScale wide = chooseScale(sampleOf(values), top, false);
    const ActivationScale clipped = chooseScale(sampleOf(values), top, true);
    CHECK(quantised(8, clipped, top) < 6);
    CHECK(error(clipped) < 0.5 * error(wide));
}

TEST_CASE("The nearest ratio is the nearest of all, with as many bits as fit") {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> exponent(-9, 5);
    for (int round = 0; round < 2000; ++round) {
        const double value = std::exp2(exponent(random));
        bool isReached = false;
        const Ratio ratio = nearestRatio(value, 4, 1, 6, &isReached);
        INFO(value << " as " << ratio.scale << " / 2^" << ratio.shift);
        REQUIRE(ratio.scale >= 1);
        REQUIRE(ratio.scale <= 15);
        REQUIRE(ratio.shift >= 1);
        REQUIRE(ratio.shift <= 6);
        REQUIRE(std::abs(valueOf(ratio) - value) == Approx(leastDistance(value, 4, 1, 6)));
        REQUIRE((ratio.shift == 6 || 2 * ratio.scale >= 15));
        REQUIRE(isReached == value < 7.75);
    }
}

TEST_CASE("Ratios at the corners of their range") {
    CHECK(nearestRatio(1, 16, 1, 62) == Ratio{32768, 15});
    CHECK(nearestRatio(0.5, 16, 1, 62) == Ratio{32768, 16});
    CHECK(nearestRatio(65535.0 / 2, 16, 1, 62) == Ratio{65535, 1});
    CHECK(nearestRatio(65535.4 / 4, 16, 1, 62) == Ratio{65535, 2});
    CHECK(nearestRatio(65535.6 / 4, 16, 1, 62) == Ratio{32768, 1});
    CHECK(nearestRatio(0, 16, 1, 62) == Ratio{1, 62});
    CHECK(nearestRatio(1e-300, 16, 1, 62) == Ratio{1, 62});
    for (const double huge : {1e9, 1e300, std::numeric_limits<double>::infinity()}) {
        bool isReached = true;
        CHECK(nearestRatio(huge, 16, 1, 62, &isReached) == Ratio{65535, 1});
        CHECK_FALSE(isReached);
    }
    CHECK(tensorRatio(32767.5) == Ratio{65535, 1});
    CHECK_THROWS_AS(tensorRatio(32768), support::InputError);
    CHECK_THROWS_WITH(tensorRatio(1e6), ContainsSubstring("differ by a factor of 1e+06"));
}

TEST_CASE("Weight scales that can be expressed are kept, all others go to one of them") {
    golden::NumericsSpec spec;
    spec.maxTaps = 9;
    spec.mu = golden::MuSpec{4, 4, 3};
    spec.scaleBits = GENERATE(1, 4, 16);
    spec.shiftMin = GENERATE(1, 8);
    spec.shiftMax = 24;
    const golden::Numerics numerics = golden::deriveNumerics(
        std::make_shared<golden::SlogElement>(golden::FormatSpec{4, 4, true, 8}), spec);
    const WeightScales scales(numerics, {0.013, 3}, {0.07, 4});
    std::mt19937 random(2);
    std::uniform_real_distribution<double> exponent(-40, 20);
    for (int round = 0; round < 500; ++round) {
        const double wanted = std::exp2(exponent(random));
        const double found = scales.snap(wanted);
        REQUIRE(found > 0);
        REQUIRE(scales.snap(found) == found);
        REQUIRE(found <= scales.largest());
        // y's step * M / 2^s = x's step * d * 2^-f
        REQUIRE(0.07 * valueOf(scales.ratio(wanted)) == Approx(0.013 * found / 8));
    }
    CHECK(scales.snap(std::numeric_limits<double>::infinity()) == scales.largest());
    CHECK(scales.snap(0) > 0);
}

namespace {

/// The scales of a network's tensors by name.
ActivationScale scaleOf(const Graph& graph, const LoweredNetwork& network,
                        const FloatTensor& images, const std::string& name,
                        const golden::CutError& cut = {}) {
    const auto scales =
        chooseScales(network, sampleActivations(graph, network, images), 255, false, cut);
    const auto value = std::find_if(graph.values.begin(), graph.values.end(),
                                    [&](const Value& v) { return v.name == name; });
    REQUIRE(value != graph.values.end());
    return scales[static_cast<std::size_t>(value - graph.values.begin())];
}

bool isSame(const ActivationScale& a, const ActivationScale& b) {
    return a.scale == b.scale && a.zeroPoint == b.zeroPoint;
}

}  // namespace

TEST_CASE("What nothing but a Concat reads takes its scale, and what it is made from by moving") {
    test::SmallNetwork net;
    net.conv("x", "a", {3, 4, 3, 1, 1}).conv("x", "b", {3, 4, 3, 1, 1});
    test::setAttributes(net.node("MaxPool", {"a"}, "m"), "kernel_shape", {1, 1});
    net.conv("b", "other", {4, 4, 3, 1, 1});
    test::setAttribute(net.node("Concat", {"m", "b", "other"}, "c"), "axis", std::int64_t{1});
    net.slice("c", "cut", {0}, {3}, {1}, {1});
    net.node("Relu", {"cut"}, "y");
    const Graph graph = net.graph({-1, 3, 6, 6}, "y");
    const LoweredNetwork network = lower(graph);
    const FloatTensor images = test::smoothImages(1, {20, 3, 6, 6});
    const auto of = [&](const char* name) { return scaleOf(graph, network, images, name); };
    for (const char* tied : {"a", "m", "other", "cut", "y"}) {
        INFO(tied);
        CHECK(isSame(of(tied), of("c")));
    }
    CHECK_FALSE(isSame(of("b"), of("c")));  // the convolution reads it, too
    CHECK_FALSE(isSame(of("x"), of("c")));
    const ActivationScale joined = of("c");
    CHECK(joined.scale >= of("b").scale);
}

TEST_CASE("The answer keeps its zero point: no product loses of it") {
    test::SmallNetwork net;
    net.conv("x", "a", {3, 4, 3, 1, 1}).node("Relu", {"a"}, "r");
    net.conv("r", "b", {4, 4, 3, 1, 1}).node("Relu", {"b"}, "y");
    const Graph graph = net.graph({-1, 3, 6, 6}, "y");
    const LoweredNetwork network = lower(graph);
    const FloatTensor images = test::smoothImages(1, {20, 3, 6, 6});
    const golden::CutError cut = golden::cutErrorOf(
        golden::SlogElement(golden::FormatSpec{4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}, 3}));
    CHECK(scaleOf(graph, network, images, "r", cut).zeroPoint == 2);
    CHECK(scaleOf(graph, network, images, "y", cut).zeroPoint == 0);
}
