// Products, constants, what makes maps larger or moves their elements, and several outputs.
#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "ptq/graph/fold.h"
#include "ptq/graph/head.h"
#include "ptq/quantise/lowering.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/lowered_steps.h"
#include "tests/ptq/quantise/small_networks.h"

namespace {

using namespace aslog;
using namespace aslog::test;
using Catch::Matchers::ContainsSubstring;
using Texts = std::vector<std::string>;

const ptq::Shape kMapInput{-1, 4, 6, 6};

template <typename Kind>
const Kind& onlyStep(const ptq::LoweredNetwork& network) {
    const auto found = std::ranges::find_if(network.steps, [](const ptq::LoweredStep& step) {
        return std::holds_alternative<Kind>(step.operation);
    });
    REQUIRE(found != network.steps.end());
    return std::get<Kind>(found->operation);
}

/// Of several outputs, in the order of their names.
ptq::Graph graphOf(SmallNetwork& net, const Texts& outputs) {
    net.model().input("x", kMapInput);
    for (const std::string& output : outputs) {
        net.model().output(output);
    }
    ptq::Graph graph = net.model().graph();
    ptq::fold(graph);
    ptq::cutHead(graph);
    return graph;
}

Texts outputNames(const ptq::Graph& graph) {
    Texts names;
    for (const ptq::GraphOutput& output : graph.outputs) {
        names.push_back(output.name);
    }
    return names;
}

}  // namespace

TEST_CASE("A gate is a product with its map, whichever side it stands on") {
    const bool gateFirst = GENERATE(false, true);
    const std::string function = GENERATE("Sigmoid", "HardSigmoid");
    SmallNetwork net;
    net.conv("x", "c", {4, 4, 3, 1, 1}).node("GlobalAveragePool", {"c"}, "mean");
    net.conv("mean", "g", {4, 4, 1, 1, 1}).node(function, {"g"}, "gate");
    net.node("Mul", gateFirst ? Texts{"gate", "c"} : Texts{"c", "gate"}, "gated");
    net.node("Relu", {"gated"}, "r");
    CHECK(loweredSteps(net.graph(kMapInput, "r")) ==
          Texts{"conv(x) -> c", "average_pool(c) -> mean", "conv(mean) -> g", "function(g) -> gate",
                "multiply(c, gate) -> gated, r [0, inf]"});
}

TEST_CASE("Maps of one size are multiplied, and one by itself") {
    SmallNetwork net;
    net.conv("x", "c", {4, 4, 3, 1, 1}).node("Mul", {"c", "x"}, "p");
    net.node("Mul", {"p", "p"}, "y");
    CHECK(loweredSteps(net.graph(kMapInput, "y")) ==
          Texts{"conv(x) -> c", "multiply(c, x) -> p", "multiply(p, p) -> y"});
}

TEST_CASE("A gate that is expanded to the size of its map need not be") {
    SmallNetwork net;
    net.node("GlobalAveragePool", {"x"}, "mean");
    net.model().integers("size", {1, 4, 6, 6});
    net.node("Expand", {"mean", "size"}, "wide");
    SECTION("for a product") {
        net.node("Mul", {"x", "wide"}, "y");
        CHECK(loweredSteps(net.graph(kMapInput, "y")) ==
              Texts{"average_pool(x) -> mean", "multiply(x, mean) -> y"});
    }
    SECTION("but for a sum") {
        net.node("Add", {"x", "wide"}, "y");
        CHECK(loweredSteps(net.graph(kMapInput, "y")) ==
              Texts{"average_pool(x) -> mean", "widen(mean) -> wide", "add(x, wide) -> y"});
    }
}

TEST_CASE("A constant that varies from pixel to pixel is a tensor of the network") {
    SmallNetwork net;
    const ptq::Shape shape = GENERATE(ptq::Shape{1, 4, 6, 6}, ptq::Shape{6, 6}, ptq::Shape{6},
                                      ptq::Shape{4, 6, 1}, ptq::Shape{1, 1, 6, 6});
    net.constant("k", shape).node("Relu", {"x"}, "r");
    SECTION("added to a convolution it is its residual") {
        net.conv("r", "c", {4, 4, 3, 1, 1}).node("Add", {"k", "c"}, "y");
        const ptq::Graph graph = net.graph(kMapInput, "y");
        const Texts steps = loweredSteps(graph);
        REQUIRE(steps.size() == 3);
        CHECK_THAT(steps[1], ContainsSubstring("constant() -> "));
        CHECK_THAT(steps[2], ContainsSubstring("conv(r, "));
    }
    SECTION("sums, differences, products and quotients, either side") {
        const Texts inputs = GENERATE(Texts{"r", "k"}, Texts{"k", "r"});
        const std::string type = GENERATE("Add", "Sub", "Mul");
        net.node(type, inputs, "y");
        const Texts steps = loweredSteps(net.graph(kMapInput, "y"));
        CHECK_THAT(steps.back(), ContainsSubstring(type == "Mul" ? "multiply(" : ") -> y"));
    }
    SECTION("a quotient") {
        net.node("Div", {"r", "k"}, "y");
        CHECK_THAT(loweredSteps(net.graph(kMapInput, "y")).back(),
                   ContainsSubstring("multiply(r, "));
    }
}

TEST_CASE("A constant that two nodes read is one tensor") {
    SmallNetwork net;
    net.constant("k", {1, 4, 6, 6}).node("Add", {"x", "k"}, "a").set_name("a");
    net.node("Mul", {"a", "k"}, "y");
    CHECK(loweredSteps(net.graph(kMapInput, "y")) ==
          Texts{"constant() -> k", "add(x, k) -> a", "multiply(a, k) -> y"});
}

TEST_CASE("Nearest resizing repeats rows and columns, and keeps the scale of its input") {
    SmallNetwork net;
    net.model().constant("scales", {{4}, {1, 1, 2, 3}});
    net.conv("x", "c", {4, 4, 3, 1, 1}).node("Resize", {"c", "", "scales"}, "w");
    net.conv("w", "y", {4, 2, 3, 1, 1});
    const ptq::Graph graph = net.graph(kMapInput, "y");
    CHECK(loweredSteps(graph) == Texts{"conv(x) -> c", "widen(c) -> w", "conv(w) -> y"});
    const auto network = ptq::lower(graph);
    CHECK(onlyStep<golden::WidenStep>(network) == golden::WidenStep{{2, 3}, true});
}

TEST_CASE("Blocks become channels and channels blocks in one step") {
    const std::string type = GENERATE("DepthToSpace", "SpaceToDepth");
    const std::string mode = GENERATE("DCR", "CRD");
    SmallNetwork net;
    net.node("Relu", {"x"}, "r");
    auto& node = net.node(type, {"r"}, "y");
    setAttribute(node, "blocksize", std::int64_t{2});
    if (type == "DepthToSpace") {
        setText(node, "mode", mode);
    }
    CHECK(loweredSteps(net.graph({-1, 8, 6, 4}, "y")) ==
          Texts{"clamp(x) -> r [0, inf]", "transpose(r) -> y"});
}

TEST_CASE("Reshape, Transpose and Reshape by more than four dimensions are one step") {
    SmallNetwork net;
    net.model().integers("split", {0, 2, 2, 2, 6, 6}).integers("joined", {0, 2, 12, 12});
    net.node("Relu", {"x"}, "r");
    net.node("Reshape", {"r", "split"}, "s");
    setAttributes(net.node("Transpose", {"s"}, "t"), "perm", {0, 1, 4, 2, 5, 3});
    net.node("Reshape", {"t", "joined"}, "y");
    CHECK(loweredSteps(net.graph({-1, 8, 6, 6}, "y")) ==
          Texts{"clamp(x) -> r [0, inf]", "transpose(r) -> y"});
}

TEST_CASE("A Transpose inside the network is an order of elements") {
    SmallNetwork net;
    net.conv("x", "c", {4, 4, 3, 1, 1});
    setAttributes(net.node("Transpose", {"c"}, "t"), "perm", {0, 2, 3, 1});
    net.conv("t", "y", {6, 2, 3, 1, 1});
    CHECK(loweredSteps(net.graph(kMapInput, "y")) ==
          Texts{"conv(x) -> c", "transpose(c) -> t", "conv(t) -> y"});
}

TEST_CASE("A ConvTranspose is a convolution of its input with zeros between") {
    struct Case {
        std::vector<std::int64_t> strides;
        std::vector<std::int64_t> pads;
        std::vector<std::int64_t> more;
        std::vector<std::int64_t> dilations;
        std::int64_t groups;
        Texts kinds;
    };
    const auto& c = GENERATE(values<Case>({
        {{2, 2}, {1, 1, 1, 1}, {1, 1}, {1, 1}, 1, {"widen", "conv"}},
        {{2, 3}, {0, 2, 1, 0}, {0, 2}, {1, 1}, 2, {"widen", "conv"}},
        {{1, 1}, {0, 0, 0, 0}, {0, 0}, {2, 1}, 4, {"conv"}},
        {{2, 1}, {4, 0, 3, 1}, {0, 0}, {1, 1}, 1, {"widen", "slice", "conv"}},
    }));
    SmallNetwork net;
    net.constant("w", {4, 3, 3, 3}).constant("b", {3 * c.groups});
    auto& node = net.node("ConvTranspose", {"x", "w", "b"}, "y");
    setAttributes(node, "strides", c.strides);
    setAttributes(node, "pads", c.pads);
    setAttributes(node, "output_padding", c.more);
    setAttributes(node, "dilations", c.dilations);
    setAttribute(node, "group", c.groups);
    const Texts steps = loweredSteps(net.graph({-1, 4, 5, 4}, "y"));
    REQUIRE(steps.size() == c.kinds.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        CHECK_THAT(steps[i], ContainsSubstring(c.kinds[i] + "("));
    }
}

TEST_CASE("Batch normalisation and ReLU behind a ConvTranspose go into it") {
    SmallNetwork net;
    net.constant("w", {4, 3, 2, 2});
    setAttributes(net.node("ConvTranspose", {"x", "w"}, "c"), "strides", {2, 2});
    net.batchNorm("c", "n", 3).node("Relu", {"n"}, "y");
    const Texts steps = loweredSteps(net.graph(kMapInput, "y"));
    REQUIRE(steps.size() == 2);
    CHECK_THAT(steps[1], ContainsSubstring("-> n, y [0, inf]"));
}

TEST_CASE("The tails of several outputs are left to the host") {
    SmallNetwork net;
    net.conv("x", "b", {4, 4, 3, 1, 1}).node("Relu", {"b"}, "body");
    net.conv("body", "scores", {4, 2, 1, 1, 1}).conv("body", "boxes", {4, 8, 1, 1, 1});
    setAttributes(net.node("Transpose", {"scores"}, "last"), "perm", {0, 2, 3, 1});
    net.model().integers("list", {0, -1, 2});
    net.node("Reshape", {"last", "list"}, "rows");
    setAttribute(net.node("Softmax", {"rows"}, "classes"), "axis", std::int64_t{-1});
    net.node("Exp", {"boxes"}, "sizes");
    net.number("half", 0.5F).node("Mul", {"sizes", "half"}, "halves");
    const ptq::Graph graph = graphOf(net, {"classes", "halves", "body"});
    CHECK(outputNames(graph) == Texts{"scores", "boxes", "body"});
    REQUIRE(graph.head.size() == 5);
    CHECK(loweredSteps(graph) ==
          Texts{"conv(x) -> b, body [0, inf]", "conv(body) -> scores", "conv(body) -> boxes"});
    const ptq::LoweredNetwork network = ptq::lower(graph);
    CHECK(network.outputs.size() == 3);
    CHECK_FALSE(network.sumsPlanes);
}

TEST_CASE("Residuals, clamps and what the network reads on are no tails") {
    SmallNetwork net;
    net.conv("x", "a", {4, 4, 3, 1, 1}).conv("x", "b", {4, 4, 3, 1, 1});
    net.node("Add", {"a", "b"}, "sum");
    net.node("Relu", {"sum"}, "first");
    net.node("Sigmoid", {"first"}, "gate");
    net.conv("gate", "second", {4, 2, 1, 1, 1});
    net.conv("gate", "c", {4, 4, 1, 1, 1}).node("Add", {"c", "gate"}, "third_sum");
    net.node("Relu", {"third_sum"}, "third");
    const ptq::Graph graph = graphOf(net, {"first", "gate", "second", "third"});
    CHECK(graph.head.empty());
    CHECK(outputNames(graph) == Texts{"first", "gate", "second", "third"});
    CHECK(loweredSteps(graph).back() == "conv(gate, gate) -> third_sum, third [0, inf]");
}

TEST_CASE("Parts that are joined at the end of several outputs are outputs themselves, once") {
    SmallNetwork net;
    net.conv("x", "a", {4, 2, 1, 1, 1}).conv("x", "b", {4, 2, 1, 1, 1});
    setAttribute(net.node("Concat", {"a", "b"}, "both"), "axis", std::int64_t{1});
    net.node("Sigmoid", {"a"}, "other");
    const ptq::Graph graph = graphOf(net, {"both", "other", "b"});
    CHECK(outputNames(graph) == Texts{"a", "b"});
    CHECK(graph.head.size() == 2);
}

TEST_CASE("One output with places is cut where no step computes it") {
    SmallNetwork net;
    net.conv("x", "c", {4, 6, 1, 1, 1});
    net.model().integers("list", {0, 3, 2, -1});
    net.node("Reshape", {"c", "list"}, "rows");
    auto& softmax = net.node("Softmax", {"rows"}, "classes");
    setAttribute(softmax, "axis", std::int64_t{1});
    SECTION("a Softmax before the last node") {
        net.number("k", 2).node("Mul", {"classes", "k"}, "y");
        const ptq::Graph graph = net.graph(kMapInput, "y");
        CHECK(outputNames(graph) == Texts{"c"});
        CHECK(graph.head.size() == 3);
    }
    SECTION("but not what keeps the order of the answers") {
        const ptq::Graph graph = net.graph(kMapInput, "classes");
        CHECK(graph.head.size() == 1);
        CHECK(loweredSteps(graph) == Texts{"conv(x) -> c", "reshape(c) -> rows"});
    }
}

TEST_CASE("An output that no image changes is refused") {
    SmallNetwork net;
    net.constant("k", {1, 4}).node("Relu", {"k"}, "constant");
    net.conv("x", "y", {4, 2, 1, 1, 1});
    net.model().input("x", kMapInput).output("y").output("constant");
    ptq::Graph graph = net.model().graph();
    ptq::fold(graph);
    CHECK_THROWS_WITH(ptq::lower(graph), ContainsSubstring("output \"constant\" does not depend"));
}
