// Each step of the pipeline changes what it should, and only that.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "ptq/quantise/grid.h"
#include "ptq/quantise/quantise.h"
#include "ptq/reference/run.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/quantise_cases.h"
#include "tests/ptq/quantise/small_networks.h"

namespace {

using namespace aslog;
using namespace aslog::test;
using ptq::QuantisedNetwork;
using ptq::Quantiser;
using ptq::QuantiseResult;

/// Two layers; the first makes what the second reads.
class TwoLayers {
  public:
    TwoLayers() : graph_(build()), quantiser_(graph_, images()) {}

    QuantiseResult run(const ptq::QuantiseOptions& options, int droppedBits = 0) const {
        ptq::NumberFormat format = usualFormat();
        format.slog.droppedBits = droppedBits;
        return quantiser_.run(format, options);
    }
    const ptq::LoweredConv& lowered(std::size_t step) const {
        return std::get<ptq::LoweredConv>(quantiser_.lowered().steps.at(step).operation);
    }
    const ptq::Graph& graph() const { return graph_; }

    static ptq::FloatTensor images() {
        ptq::FloatTensor images = smoothImages(1, {24, 3, 10, 10});
        images.data[50] = 12;  // an outlier
        return images;
    }

  private:
    static ptq::Graph build() {
        SmallNetwork net(5);
        net.conv("x", "first", {3, 6, 3, 1, 1}).node("Relu", {"first"}, "r");
        net.conv("r", "second", {6, 4, 3, 2, 2});
        return net.graph({-1, 3, 10, 10}, "second");
    }

    ptq::Graph graph_;
    Quantiser quantiser_;
};

constexpr std::array<const char*, 2> kNames{"first", "second"};
constexpr std::array<const char*, 2> kInputs{"x", "r"};
constexpr std::array<const char*, 2> kOutputs{"r", "second"};

/// One output channel as it stands in a quantised network.
struct Channel {
    std::vector<double> weights;       // float
    std::vector<std::int64_t> values;  // of the codes
    golden::ChannelParameters parameters;
    double scale = 0;         // weights ≈ scale * values
    double inputStep = 0;     // of the layer's input
    double floatBias = 0;     // of the float layer
    double nearestScale = 0;  // the one that can be expressed and makes the largest the largest
    std::int64_t zeroPointTerm = 0;
};

std::vector<Channel> channelsOf(const TwoLayers& net, const QuantisedNetwork& network,
                                std::size_t step) {
    const ptq::LoweredConv& lowered = net.lowered(step);
    const golden::Numerics& numerics = network.network.numerics();
    const ptq::ActivationScale input = scaleOf(network, kInputs[step]);
    const ptq::ActivationScale output = scaleOf(network, kOutputs[step]);
    const ptq::WeightScales scales(numerics, input, output);
    const ptq::Grid grid(*numerics.element);
    std::vector<Channel> channels;
    auto weight = lowered.weights.begin();
    for (const golden::ConvLayer& layer : convOf(network, kNames[step]).groups) {
        for (int c = 0; c < layer.geometry.outputChannels; ++c) {
            Channel channel;
            for (std::int64_t tap = 0; tap < layer.geometry.taps(); ++tap) {
                channel.weights.push_back(*weight++);
                channel.values.push_back(numerics.element->value(layer.code(c, tap)));
            }
            channel.parameters = layer.channels[static_cast<std::size_t>(c)];
            const golden::Ratio ratio{channel.parameters.scale, channel.parameters.shift};
            channel.scale = ptq::valueOf(ratio) * output.scale / input.scale *
                            std::exp2(numerics.fractionBits - numerics.element->dropped());
            channel.inputStep = input.scale;
            channel.floatBias = lowered.bias[channels.size()];
            channel.zeroPointTerm = golden::zeroPointTerm(layer, numerics, c);
            const auto [low, high] =
                std::minmax_element(channel.weights.begin(), channel.weights.end());
            channel.nearestScale =
                scales.snap(std::max(-*low, *high) / static_cast<double>(grid.largest()));
            channels.push_back(std::move(channel));
        }
    }
    return channels;
}

/// Of both layers.
std::vector<Channel> channelsOf(const TwoLayers& net, const QuantisedNetwork& network) {
    std::vector<Channel> channels = channelsOf(net, network, 0);
    for (Channel& channel : channelsOf(net, network, 1)) {
        channels.push_back(std::move(channel));
    }
    REQUIRE(channels.size() == 10);
    return channels;
}

bool areNearest(const Channel& channel, double scale) {
    const ptq::Grid grid(golden::SlogElement({4, 4, true, 8}));
    for (std::size_t i = 0; i < channel.weights.size(); ++i) {
        // The scale is known to some digits only: what lies between two values may go either way.
        const double x = channel.weights[i] / scale;
        if (channel.values[i] != grid.nearest(x * (1 + 1e-9)) &&
            channel.values[i] != grid.nearest(x * (1 - 1e-9))) {
            return false;
        }
    }
    return true;
}

double squareError(const Channel& channel) {
    double sum = 0;
    for (std::size_t i = 0; i < channel.weights.size(); ++i) {
        sum += std::pow(channel.weights[i] - channel.scale * static_cast<double>(channel.values[i]),
                        2);
    }
    return sum;
}

double deviationOf(const std::vector<double>& values) {
    double sum = 0;
    double squares = 0;
    for (const double value : values) {
        sum += value;
        squares += value * value;
    }
    const auto n = static_cast<double>(values.size());
    return std::sqrt(squares / n - sum * sum / (n * n));
}

std::int64_t muOf(const Channel& channel, const QuantisedNetwork& network) {
    return network.network.numerics().muFormat->decode(channel.parameters.mu);
}

template <typename Member>
bool differ(const std::vector<Channel>& a, const std::vector<Channel>& b, Member member) {
    return !std::equal(a.begin(), a.end(), b.begin(),
                       [&](const Channel& x, const Channel& y) { return x.*member == y.*member; });
}

bool muDiffer(const std::vector<Channel>& a, const std::vector<Channel>& b) {
    return !std::equal(a.begin(), a.end(), b.begin(), [](const Channel& x, const Channel& y) {
        return x.parameters.mu == y.parameters.mu;
    });
}

}  // namespace

TEST_CASE("Without any step the largest weight is the largest level and codes are the nearest") {
    const TwoLayers net;
    const QuantiseResult result = net.run(only({}));
    for (const Channel& channel : channelsOf(net, result.network)) {
        CHECK(channel.scale == Approx(channel.nearestScale).epsilon(1e-12));
        CHECK(areNearest(channel, channel.scale));
        CHECK(muOf(channel, result.network) == 0);
        const int cut = channel.parameters.shift - result.network.network.numerics().scaleBits - 2;
        const double bias = 16 * channel.floatBias / (channel.inputStep * channel.scale) +
                            (cut > 0 ? (std::ldexp(1.0, cut) - 1) / 2 : 0);
        CHECK(std::abs(static_cast<double>(channel.parameters.bias - channel.zeroPointTerm) -
                       bias) < 0.51);
    }
}

TEST_CASE("The search of scales makes the weights' error smaller; codes stay the nearest") {
    const TwoLayers net;
    const auto plain = channelsOf(net, net.run(only({})).network);
    const auto searched = channelsOf(net, net.run(only({"scale-search"})).network);
    CHECK(differ(plain, searched, &Channel::scale));
    for (std::size_t i = 0; i < plain.size(); ++i) {
        CHECK(areNearest(searched[i], searched[i].scale));
        CHECK(squareError(searched[i]) <= squareError(plain[i]) * (1 + 1e-9));
    }
}

TEST_CASE("The search by outputs changes scales, keeps nearest codes and brings outputs nearer") {
    const TwoLayers net;
    const QuantiseResult byWeights = net.run(only({"bias-correction", "scale-search"}));
    const QuantiseResult byOutputs =
        net.run(only({"bias-correction", "scale-search", "output-scale-search"}));
    const auto channels = channelsOf(net, byOutputs.network);
    CHECK(differ(channels, channelsOf(net, byWeights.network), &Channel::scale));
    for (const Channel& channel : channels) {
        CHECK(areNearest(channel, channel.scale));
    }
    CHECK(byOutputs.layers[0].noise < byWeights.layers[0].noise);
}

TEST_CASE("Compensation gives up nearest codes for outputs that are nearer") {
    const TwoLayers net;
    const QuantiseResult with = net.run({});
    const QuantiseResult without_ = net.run(without({"compensation", "variance-correction"}));
    const auto isPlain = [](const Channel& c) { return areNearest(c, c.scale); };
    const auto compensated = channelsOf(net, with.network);
    const auto plain = channelsOf(net, without_.network);
    CHECK_FALSE(std::all_of(compensated.begin(), compensated.end(), isPlain));
    CHECK(std::all_of(plain.begin(), plain.end(), isPlain));
    CHECK(with.layers[0].noise < 0.8 * without_.layers[0].noise);
    CHECK(with.layers[1].noise < 0.8 * without_.layers[1].noise);
}

TEST_CASE("Dropped columns cost little: the bias makes up for what products lose on average") {
    const TwoLayers net;
    const ptq::QuantiseOptions plain = without({"clamp-weighting"});
    const QuantiseResult exact = net.run(plain);
    const QuantiseResult cut = net.run(plain, 3);
    CHECK(cut.network.network.numerics().accumulatorBits ==
          exact.network.network.numerics().accumulatorBits - 3);
    for (std::size_t layer = 0; layer < 2; ++layer) {
        CHECK(cut.layers[layer].noise < 1.2 * exact.layers[layer].noise);
    }
    // Where nothing but the biases looks at the outputs, they alone are different.
    const ptq::QuantiseOptions biases = only({"bias-correction"});
    const auto ofFirst = channelsOf(net, net.run(biases).network, 0);
    const auto cutFirst = channelsOf(net, net.run(biases, 3).network, 0);
    CHECK_FALSE(differ(ofFirst, cutFirst, &Channel::values));
    std::size_t moved = 0;
    for (std::size_t i = 0; i < ofFirst.size(); ++i) {
        CHECK(cutFirst[i].scale == Approx(ofFirst[i].scale).epsilon(1e-4));
        const auto own = [](const Channel& c) {
            return static_cast<double>(c.parameters.bias - c.zeroPointTerm);
        };
        moved +=
            std::abs(8 * own(cutFirst[i]) - own(ofFirst[i])) > 16 ? 1 : 0;  // more than 1/8 unit
    }
    CHECK(moved > 0);
}

TEST_CASE("Clamp weighting makes outputs nearer where a clamp lets few of them through") {
    ptq::QuantiseOptions small;
    small.largestClampTaps = 26;  // one less than the layer has
    double with = 0;
    // A single layer may be lucky; eight are not.
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        SmallNetwork net(seed);
        net.conv("x", "c", {3, 16, 3, 1, 1}).number("limit", 1.5F);
        net.node("Sub", {"c", "limit"}, "s");
        net.node("Relu", {"s"}, "r");
        const ptq::Graph graph = net.graph({-1, 3, 10, 10}, "r");
        const Quantiser quantiser(graph, smoothImages(seed, {300, 3, 10, 10}));
        const QuantiseResult off = quantiser.run(usualFormat(), without({"clamp-weighting"}));
        with += quantiser.run(usualFormat(), {}).layers[0].noise / off.layers[0].noise / 8;
        CHECK(textOf(quantiser.run(usualFormat(), small).network) == textOf(off.network));
    }
    CHECK(with < 0.95);
}

TEST_CASE(
    "Clamp weighting leaves layers without a clamp alone, and rounding without compensation") {
    const TwoLayers net;
    ptq::QuantiseOptions onlySecond;
    onlySecond.largestClampTaps = 26;  // the first layer has 27, the second 54 and no clamp
    CHECK(textOf(net.run(onlySecond).network) ==
          textOf(net.run(without({"clamp-weighting"})).network));
    CHECK(textOf(net.run({}).network) != textOf(net.run(onlySecond).network));
    CHECK(textOf(net.run(without({"compensation"})).network) ==
          textOf(net.run(without({"compensation", "clamp-weighting"})).network));
}

TEST_CASE("Variance correction keeps the codes and gives the weights their deviation back") {
    const TwoLayers net;
    const auto plain = channelsOf(net, net.run(only({"scale-search"})).network);
    const auto corrected =
        channelsOf(net, net.run(only({"scale-search", "variance-correction"})).network);
    CHECK_FALSE(differ(plain, corrected, &Channel::values));
    CHECK(differ(plain, corrected, &Channel::scale));
    for (const Channel& channel : corrected) {
        std::vector<double> found;
        for (const std::int64_t value : channel.values) {
            found.push_back(channel.scale * static_cast<double>(value));
        }
        CHECK(deviationOf(found) == Approx(deviationOf(channel.weights)).epsilon(1e-4));
    }
}

TEST_CASE("With compensation, which fits the scale itself, variance correction changes nothing") {
    const TwoLayers net;
    CHECK(textOf(net.run({}).network) == textOf(net.run(without({"variance-correction"})).network));
}

TEST_CASE("Mean correction alone decides about mu") {
    const TwoLayers net;
    for (const auto& base : {only({}), without({"mean-correction"})}) {
        const QuantiseResult result = net.run(base);
        for (const Channel& channel : channelsOf(net, result.network)) {
            CHECK(muOf(channel, result.network) == 0);
        }
    }
    const auto off = channelsOf(net, net.run(only({"scale-search"})).network);
    const QuantiseResult on = net.run(only({"scale-search", "mean-correction"}));
    const auto corrected = channelsOf(net, on.network);
    CHECK(muDiffer(off, corrected));
    CHECK_FALSE(differ(off, corrected, &Channel::values));
    CHECK_FALSE(differ(off, corrected, &Channel::scale));
    const golden::SlogFormat& format = *on.network.network.numerics().muFormat;
    for (const Channel& channel : corrected) {
        double mean = 0;  // of the errors of the weights, in units of mu
        for (std::size_t i = 0; i < channel.values.size(); ++i) {
            mean +=
                16 * (channel.weights[i] / channel.scale - static_cast<double>(channel.values[i]));
        }
        mean /= static_cast<double>(channel.values.size());
        CHECK(muOf(channel, on.network) == format.decode(format.quantise(mean)));
    }
}

TEST_CASE("Bias correction changes the bias alone, so that outputs have the right mean") {
    const TwoLayers net;
    const auto off = channelsOf(net, net.run(only({"scale-search", "mean-correction"})).network);
    const QuantiseResult on = net.run(only({"scale-search", "mean-correction", "bias-correction"}));
    const auto corrected = channelsOf(net, on.network);
    CHECK_FALSE(muDiffer(off, corrected));
    CHECK_FALSE(differ(off, corrected, &Channel::values));
    CHECK_FALSE(differ(off, corrected, &Channel::scale));
    // The second layer has no clamp: means of outputs are what its biases make them.
    const ptq::FloatTensor images = TwoLayers::images();
    const ptq::FloatTensor wanted = ptq::run(net.graph(), {images}).front();
    std::vector<double> differences(4, 0);
    for (std::size_t n = 0; n < 24; ++n) {
        const auto found = on.network.run(std::span(images.data).subspan(n * 300, 300));
        for (std::size_t i = 0; i < found.size(); ++i) {
            differences[i / 25] += (wanted.data[n * 100 + i] - found[i]) / (24 * 25);
        }
    }
    const double step = scaleOf(on.network, "second").scale;
    for (const double difference : differences) {
        CHECK(std::abs(difference) < 0.2 * step);  // what rounding leaves
    }
}

TEST_CASE("Range calibration clips the outlier; without it nothing is clipped") {
    const TwoLayers net;
    const QuantisedNetwork clipped = net.run({}).network;
    const QuantisedNetwork whole = net.run(without({"range-calibration"})).network;
    const ptq::FloatTensor images = TwoLayers::images();
    const auto largestError = [&](const QuantisedNetwork& network) {
        double largest = 0;
        for (std::size_t n = 0; n < 24; ++n) {
            const auto image = std::span(images.data).subspan(n * 300, 300);
            const auto found =
                network.dequantise(network.network.spec().input, network.quantiseImage(image));
            for (std::size_t i = 0; i < found.size(); ++i) {
                largest = std::max(largest, std::abs(double{found[i]} - image[i]));
            }
        }
        return largest / scaleOf(network, "x").scale;
    };
    CHECK(largestError(whole) <= 0.501);
    CHECK(largestError(clipped) > 2);
    CHECK(scaleOf(clipped, "x").scale < scaleOf(whole, "x").scale);
}

TEST_CASE(
    "Clamp weighting is for channels whose weights make noise beside their output's rounding") {
    // A last channel far above the others makes the steps of the output as coarse as it is large.
    const auto isSame = [](float last) {
        SmallNetwork net(5);
        net.conv("x", "first", {3, 6, 3, 1, 1});
        net.model().constant("shift", {{1, 6, 1, 1}, {0, 0, 0, 0, 0, last}});
        net.node("Add", {"first", "shift"}, "sum");
        net.node("Relu", {"sum"}, "r");
        const ptq::Graph graph = net.graph({-1, 3, 10, 10}, "r");
        const Quantiser quantiser(graph, TwoLayers::images());
        return textOf(quantiser.run(usualFormat(), {}).network) ==
               textOf(quantiser.run(usualFormat(), without({"clamp-weighting"})).network);
    };
    CHECK(isSame(1000));
    CHECK_FALSE(isSame(0));
}
