// What becomes a convolution of the array, what its PCF does, what lies between, what is refused.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ptq/graph/image_input.h"
#include "ptq/quantise/lowering.h"
#include "ptq/reference/run.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/lowered_steps.h"
#include "tests/ptq/quantise/small_networks.h"

namespace {

using namespace aslog;
using namespace aslog::test;
using aslog::support::InputError;
using Catch::Matchers::ContainsSubstring;
using Texts = std::vector<std::string>;

const ptq::Shape kInput{-1, 4, 6, 6};

const ConvShape kSame{4, 4, 3, 1, 1};

}  // namespace

TEST_CASE("A ReLU becomes the clamp of the convolution before it") {
    SmallNetwork net;
    net.conv("x", "c", kSame).node("Relu", {"c"}, "r");
    CHECK(loweredSteps(net.graph(kInput, "r")) == Texts{"conv(x) -> c, r [0, inf]"});
}

TEST_CASE("A Clip becomes the clamp of a convolution, as ReLU6 does") {
    SmallNetwork net;
    net.number("low", 0).number("high", 0.5F).conv("x", "c", kSame);
    net.node("Clip", {"c", "low", "high"}, "r");
    CHECK(loweredSteps(net.graph(kInput, "r")) == Texts{"conv(x) -> c, r [0, 0.5]"});
}

TEST_CASE("A convolution takes in the sum behind it, whichever side it is") {
    const bool isFirst = GENERATE(true, false);
    SmallNetwork net;
    net.conv("x", "c", kSame);
    const Texts inputs = isFirst ? Texts{"c", "x"} : Texts{"x", "c"};
    net.node("Add", inputs, "s");
    net.node("Relu", {"s"}, "r");
    CHECK(loweredSteps(net.graph(kInput, "r")) == Texts{"conv(x, x) -> s, r [0, inf]"});
}

TEST_CASE("Of two convolutions the later one takes in their sum, behind the other") {
    const bool isFirst = GENERATE(true, false);
    SmallNetwork net;
    net.conv("x", "early", kSame).conv("x", "late", kSame);
    const Texts inputs = isFirst ? Texts{"early", "late"} : Texts{"late", "early"};
    net.node("Add", inputs, "s");
    CHECK(loweredSteps(net.graph(kInput, "s")) == Texts{"conv(x) -> early", "conv(x, early) -> s"});
}

TEST_CASE("A convolution moves behind what makes its residual") {
    SmallNetwork net;
    net.conv("x", "c", kSame).conv("x", "d", kSame);
    net.node("Relu", {"d"}, "r");
    net.node("Add", {"c", "r"}, "s");
    CHECK(loweredSteps(net.graph(kInput, "s")) ==
          Texts{"conv(x) -> d, r [0, inf]", "conv(x, r) -> s"});
}

TEST_CASE("A convolution takes one residual only, and none behind its clamp") {
    SmallNetwork net;
    net.conv("x", "c", kSame);
    net.node("Add", {"c", "x"}, "s");
    net.node("Add", {"s", "x"}, "t");
    net.node("Relu", {"t"}, "r");
    net.conv("r", "d", kSame).node("Relu", {"d"}, "dr");
    net.node("Add", {"dr", "r"}, "u");
    CHECK(loweredSteps(net.graph(kInput, "u")) ==
          Texts{"conv(x, x) -> s", "add(s, x) -> t, r [0, inf]", "conv(r) -> d, dr [0, inf]",
                "add(dr, r) -> u"});
}

TEST_CASE("Sums of what is no convolution stand alone, with their ReLU") {
    SmallNetwork net;
    setAttributes(net.node("MaxPool", {"x"}, "m"), "kernel_shape", {1, 1});
    net.node("Add", {"m", "x"}, "s");
    net.node("Relu", {"s"}, "r");
    net.node("Add", {"r", "r"}, "twice");
    CHECK(loweredSteps(net.graph(kInput, "twice")) ==
          Texts{"max_pool(x) -> m", "add(m, x) -> s, r [0, inf]", "add(r, r) -> twice"});
}

TEST_CASE("What has a second reader is not changed behind its back") {
    SECTION("a ReLU") {
        SmallNetwork net;
        net.conv("x", "c", kSame).node("Relu", {"c"}, "r");
        net.node("Add", {"c", "r"}, "s");
        CHECK(loweredSteps(net.graph(kInput, "s")) ==
              Texts{"conv(x) -> c", "clamp(c) -> r [0, inf]", "add(c, r) -> s"});
    }
    SECTION("a sum") {
        SmallNetwork net;
        net.conv("x", "c", kSame).node("Add", {"c", "x"}, "s");
        net.node("Add", {"s", "c"}, "t");
        CHECK(loweredSteps(net.graph(kInput, "t")) ==
              Texts{"conv(x) -> c", "add(c, x) -> s", "add(s, c) -> t"});
    }
    SECTION("a sum with itself") {
        SmallNetwork net;
        net.conv("x", "c", kSame).node("Add", {"c", "c"}, "s");
        CHECK(loweredSteps(net.graph(kInput, "s")) == Texts{"conv(x) -> c", "add(c, c) -> s"});
    }
}

TEST_CASE("A second ReLU, and one behind what has no clamp, stand alone") {
    SmallNetwork net;
    net.number("low", -1).number("high", 1);
    net.conv("x", "c", kSame).node("Relu", {"c"}, "r");
    net.node("Clip", {"r", "low", "high"}, "k");
    setAttributes(net.node("MaxPool", {"k"}, "m"), "kernel_shape", {2, 2});
    net.node("Relu", {"m"}, "q");
    CHECK(loweredSteps(net.graph(kInput, "q")) == Texts{"conv(x) -> c, r [0, inf]",
                                                        "clamp(r) -> k [-1, 1]", "max_pool(k) -> m",
                                                        "clamp(m) -> q [0, inf]"});
}

TEST_CASE("A fully connected layer is a convolution of one pixel; a Softmax is left to the host") {
    SmallNetwork net;
    net.node("Flatten", {"x"}, "f");
    net.gemm("f", "g", 144, 5).node("Softmax", {"g"}, "p");
    const ptq::Graph graph = net.graph(kInput, "p");
    const ptq::LoweredNetwork network = ptq::lower(graph);
    CHECK(loweredSteps(graph) == Texts{"reshape(x) -> f", "conv(f) -> g"});
    CHECK(graph.values[network.outputs.at(0)].name == "g");
    CHECK(std::get<ptq::LoweredConv>(network.steps[1].operation).geometry.taps() == 144);
}

TEST_CASE("Means over planes, windows and axes become mean poolings") {
    SmallNetwork net;
    auto& pool = net.node("AveragePool", {"x"}, "a");
    setAttributes(pool, "kernel_shape", {3, 2});
    setAttributes(pool, "strides", {2, 3});
    setAttributes(pool, "pads", {1, 0, 1, 1});
    const bool countsPadding = GENERATE(false, true);
    setAttribute(pool, "count_include_pad", std::int64_t{countsPadding});
    setAttribute(pool, "ceil_mode", std::int64_t{1});
    net.node("Relu", {"a"}, "r");
    SECTION("ReduceMean") {
        setAttributes(net.node("ReduceMean", {"r"}, "m"), "axes", {-1, 2});
        net.node("Flatten", {"m"}, "f");
        net.gemm("f", "g", 4, 2);
        CHECK(loweredSteps(net.graph(kInput, "g")) == Texts{"average_pool(x) -> a, r [0, inf]",
                                                            "average_pool(r) -> m",
                                                            "reshape(m) -> f", "conv(f) -> g"});
    }
    SECTION("ReduceMean that drops the axes") {
        auto& mean = net.node("ReduceMean", {"r"}, "m");
        setAttributes(mean, "axes", {2, 3});
        setAttribute(mean, "keepdims", std::int64_t{0});
        net.gemm("m", "g", 4, 2);
        CHECK(loweredSteps(net.graph(kInput, "g"))[1] == "average_pool(r) -> m");
    }
    SECTION("GlobalAveragePool and Reshape") {
        net.node("GlobalAveragePool", {"r"}, "m");
        net.model().integers("shape", {0, -1});
        net.node("Reshape", {"m", "shape"}, "f");
        net.gemm("f", "g", 4, 2);
        CHECK(loweredSteps(net.graph(kInput, "g"))[2] == "reshape(m) -> f");
    }
}

TEST_CASE("Maxima and sums over the plane become poolings") {
    SmallNetwork net;
    const auto [type, kind] =
        GENERATE(std::pair{"GlobalMaxPool", "max_pool"}, std::pair{"ReduceMax", "max_pool"},
                 std::pair{"ReduceSum", "average_pool"});
    net.model().integers("axes", {2, 3});
    const std::string name = type;
    if (name == "ReduceSum") {
        net.node(name, {"x", "axes"}, "m");
    } else if (name == "ReduceMax") {
        setAttributes(net.node(name, {"x"}, "m"), "axes", {2, 3});
    } else {
        net.node(name, {"x"}, "m");
    }
    net.node("Flatten", {"m"}, "f");
    net.gemm("f", "g", 4, 2);
    CHECK(loweredSteps(net.graph(kInput, "g"))[0] == fmt::format("{}(x) -> m", kind));
}

TEST_CASE("What has one spatial dimension is a plane of height 1") {
    std::mt19937 random(5);
    SmallNetwork net;
    net.model().constant("w", randomTensor(random, {3, 4, 3}));
    auto& conv = net.node("Conv", {"x", "w"}, "c");
    setAttributes(conv, "pads", {2, 1});
    setAttributes(conv, "strides", {2});
    net.node("Relu", {"c"}, "r");
    net.pad("r", "p", {0, 1, 2, 0, 0, 1});
    net.slice("p", "s", {1, 0}, {99, 3}, {2, 1}, {2, 1});
    auto& pool = net.node("MaxPool", {"s"}, "m");
    setAttributes(pool, "kernel_shape", {2});
    net.node("GlobalAveragePool", {"m"}, "a");
    net.node("Flatten", {"a"}, "f");
    net.gemm("f", "y", 3, 2);
    ptq::Graph graph = net.graph({-1, 4, 9}, "y");
    REQUIRE(ptq::acceptImages(graph, 4, 1, 9));
    CHECK(loweredSteps(graph).size() == 8);
}

TEST_CASE("The division of a mean at the very end is left to the host") {
    SmallNetwork net;
    net.node("Relu", {"x"}, "r");
    net.node("GlobalAveragePool", {"r"}, "m");
    const bool hasFlatten = GENERATE(false, true);
    if (hasFlatten) {
        net.node("Flatten", {"m"}, "f");
    }
    const ptq::Graph graph = net.graph(kInput, hasFlatten ? "f" : "m");
    const ptq::LoweredNetwork network = ptq::lower(graph);
    CHECK(network.sumsPlanes);
    CHECK(graph.values[network.outputs.at(0)].name == "r");
    CHECK(network.steps.size() == 1);
}

TEST_CASE("A mean with a ReLU behind it, or of a part of the plane, stays") {
    SmallNetwork net;
    if (GENERATE(false, true)) {
        net.node("GlobalAveragePool", {"x"}, "m");
        net.node("Relu", {"m"}, "last");
    } else {
        setAttributes(net.node("AveragePool", {"x"}, "last"), "kernel_shape", {2, 2});
    }
    const ptq::LoweredNetwork network = ptq::lower(net.graph(kInput, "last"));
    CHECK_FALSE(network.sumsPlanes);
    CHECK(network.steps.size() == 1);
}

TEST_CASE("Maxima reach beyond the padding where the mode is ceil") {
    SmallNetwork net;
    auto& pool = net.node("MaxPool", {"x"}, "m");
    setAttributes(pool, "kernel_shape", {3, 3});
    setAttributes(pool, "strides", {2, 2});
    setAttribute(pool, "ceil_mode", std::int64_t{1});
    CHECK(loweredSteps(net.graph({-1, 2, 6, 8}, "m")) == Texts{"max_pool(x) -> m"});
}

TEST_CASE("Numbers for each channel that no convolution takes in become one themselves") {
    SmallNetwork net;
    net.constant("k", {4, 1, 1}).number("n", 3).constant("d", {1, 4, 1, 1});
    net.node("Relu", {"x"}, "start");  // nothing to fold into
    SECTION("batch normalisation") {
        net.batchNorm("start", "b", 4).node("Relu", {"b"}, "r");
        CHECK(loweredSteps(net.graph(kInput, "r")) ==
              Texts{"clamp(x) -> start [0, inf]", "conv(start) -> b, r [0, inf]"});
    }
    SECTION("sums, differences, products, quotients, either side") {
        const Texts inputs = GENERATE(Texts{"start", "k"}, Texts{"k", "start"}, Texts{"start", "n"},
                                      Texts{"n", "start"}, Texts{"d", "start"});
        const std::string type = GENERATE("Add", "Sub", "Mul");
        net.node(type, inputs, "r");
        CHECK(loweredSteps(net.graph(kInput, "r")).back() == "conv(start) -> r");
    }
    SECTION("a quotient") {
        net.node("Div", {"start", GENERATE("k", "n")}, "r");
        CHECK(loweredSteps(net.graph(kInput, "r")).back() == "conv(start) -> r");
    }
    SECTION("of a vector") {
        net.node("GlobalAveragePool", {"start"}, "g");
        net.node("Flatten", {"g"}, "f");
        net.constant("v", {4}).node("Mul", {"f", "v"}, "r");
        CHECK(loweredSteps(net.graph(kInput, "r")).back() == "conv(f) -> r");
    }
}

TEST_CASE("A network with all kinds of steps is lowered as it is written") {
    CHECK(loweredSteps(assortedNetwork(1)) ==
          Texts{"conv(x) -> conv1, relu1 [0, inf]", "conv(relu1) -> depthwise, relu6 [0, 6]",
                "conv(relu6, relu1) -> sum, relu2 [0, inf]", "slice(relu2) -> half",
                "pad(half) -> shortcut", "conv(relu2, shortcut) -> sum2, relu3 [0, inf]",
                "max_pool(relu3) -> largest", "average_pool(relu3) -> mean",
                "conv(largest) -> conv4", "concat(mean, conv4) -> joined",
                "average_pool(joined) -> global", "reshape(global) -> flat",
                "conv(flat) -> scores"});
}

TEST_CASE("Pads and slices keep their places in all dimensions, vectors included") {
    SmallNetwork net;
    net.node("Relu", {"x"}, "r");
    net.pad("r", "p", {0, 1, 2, 3, 0, 3, 2, 1}).node("Relu", {"p"}, "q");
    net.slice("q", "s", {2, 1, 3}, {99, 99, 9}, {1, 2, 3}, {1, 3, 2});
    net.node("Flatten", {"s"}, "f");
    net.pad("f", "fp", {0, 2, 0, 1}).slice("fp", "y", {3}, {70}, {1}, {2});
    CHECK(loweredSteps(net.graph(kInput, "y")) ==
          Texts{"clamp(x) -> r [0, inf]", "pad(r) -> p", "clamp(p) -> q [0, inf]", "slice(q) -> s",
                "reshape(s) -> f", "pad(f) -> fp", "slice(fp) -> y"});
}

TEST_CASE("Convolutions keep their strides, pads, dilations and groups") {
    SmallNetwork net;
    net.constant("w", {6, 2, 3, 2});
    auto& node = net.node("Conv", {"x", "w"}, "c");
    setAttribute(node, "group", std::int64_t{2});
    setAttributes(node, "strides", {2, 1});
    setAttributes(node, "dilations", {1, 2});
    setAttributes(node, "pads", {2, 0, 1, 1});
    CHECK(loweredSteps(net.graph(kInput, "c")) == Texts{"conv(x) -> c"});
}
