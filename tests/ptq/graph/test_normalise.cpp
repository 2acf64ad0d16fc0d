// Operators that are written as others, pads that become those of windows, heads for the host.
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "ptq/graph/fold.h"
#include "ptq/graph/head.h"
#include "tests/catch.h"
#include "tests/ptq/graph/fold_checks.h"
#include "tests/ptq/onnx/model_builder.h"

namespace {

using namespace aslog::ptq;
using namespace aslog::test;

ModelBuilder twoActivations() {
    ModelBuilder model(13);
    model.input("x", {-1, 3, 4, 5});
    model.node("Relu", {"x"}, "a");
    model.node("Tanh", {"x"}, "b");
    return model.output("y");
}

}  // namespace

TEST_CASE("Sums, means and differences of activations become sums of two") {
    ModelBuilder model = twoActivations();
    const auto [type, inputs, adds] =
        GENERATE(std::tuple{"Sum", std::vector<std::string>{"a", "b", "x", "a"}, 3},
                 std::tuple{"Mean", std::vector<std::string>{"a", "b", "x"}, 2},
                 std::tuple{"Sum", std::vector<std::string>{"a"}, 0},
                 std::tuple{"Sub", std::vector<std::string>{"a", "b"}, 1});
    INFO(type);
    model.node(type, inputs, "y");
    Graph graph = model.graph();
    CHECK(keepsOutputs(graph, normaliseOperators));
    CHECK(countOf(graph, "Add") == static_cast<std::size_t>(adds));
    CHECK(countOf(graph, type) == 0);
    CHECK_FALSE(normaliseOperators(graph));
}

TEST_CASE("The larger or smaller of an activation and of numbers is a Clip") {
    ModelBuilder model = twoActivations();
    model.constant("low", filled({}, -0.25F)).constant("lower", filled({1, 1}, -0.5F));
    model.constant("high", filled({1}, 0.5F)).constant("many", filled({5}, 0.1F));
    SECTION("one number") {
        model.node("Max", {"low", "b"}, "m");
        model.node("Min", {"m", "high"}, "y");
        Graph graph = model.graph();
        CHECK(keepsOutputs(graph, normaliseOperators));
        CHECK(countOf(graph, "Clip") == 2);
    }
    SECTION("two numbers") {
        model.node("Max", {"lower", "b", "low"}, "y");
        Graph graph = model.graph();
        CHECK(keepsOutputs(graph, normaliseOperators));
        CHECK(std::get<Clip>(graph.nodes.back().op).low == -0.25F);
    }
    SECTION("not of two activations, and not of several numbers") {
        model.node("Max", {"a", "b"}, "m");
        model.node("Max", {"m", "many"}, "y");
        Graph graph = model.graph();
        CHECK_FALSE(keepsOutputs(graph, normaliseOperators));
    }
}

TEST_CASE("An activation times its own sigmoid is one function") {
    ModelBuilder model = twoActivations();
    const bool isHard = GENERATE(false, true);
    const std::string first = GENERATE("g", "b");
    auto& gate = model.node(isHard ? "HardSigmoid" : "Sigmoid", {"b"}, "g");
    if (isHard) {
        setAttribute(gate, "alpha", 1.0F / 6);
    }
    SECTION("of the same activation") {
        model.node("Mul", {first, first == "g" ? "b" : "g"}, "y");
        Graph graph = model.graph();
        CHECK(keepsOutputs(graph, normaliseOperators));
        CHECK(countOf(graph, isHard ? "HardSwish" : "Swish") == 1);
        CHECK(graph.nodes.size() == 2);
    }
    SECTION("not of another") {
        model.node("Mul", {"g", "a"}, "y");
        Graph graph = model.graph();
        CHECK_FALSE(keepsOutputs(graph, normaliseOperators));
    }
}

TEST_CASE("A Gather is made of slices") {
    ModelBuilder model(13);
    model.input("x", {-1, 8, 3, 2}).output("y");
    const auto [indices, slices] = GENERATE(std::pair{std::vector<std::int64_t>{2, 3, 4}, 1},
                                            std::pair{std::vector<std::int64_t>{0, 3, 6}, 1},
                                            std::pair{std::vector<std::int64_t>{0, 4, 1, 5}, 2},
                                            std::pair{std::vector<std::int64_t>{7, 6, -1}, 2},
                                            std::pair{std::vector<std::int64_t>{5, 5}, 2},
                                            std::pair{std::vector<std::int64_t>{-2}, 1});
    model.integers("indices", indices);
    setAttribute(model.node("Gather", {"x", "indices"}, "y"), "axis", std::int64_t{1});
    Graph graph = model.graph();
    CHECK(countOf(graph, "Gather") == 1);
    CHECK(keepsOutputs(graph, normaliseOperators));
    CHECK(countOf(graph, "Gather") == 0);
    CHECK(countOf(graph, "Slice") == static_cast<std::size_t>(slices));
}

TEST_CASE("A Gather of too many parts stays") {
    ModelBuilder model(13);
    model.input("x", {-1, 8, 3, 2}).output("y");
    model.integers("indices", std::vector<std::int64_t>(2000, 5));
    setAttribute(model.node("Gather", {"x", "indices"}, "y"), "axis", std::int64_t{1});
    Graph graph = model.graph();
    CHECK_FALSE(keepsOutputs(graph, normaliseOperators));
}

TEST_CASE("A Gather of one number drops the dimension") {
    ModelBuilder model(13);
    model.input("x", {-1, 8, 3, 2}).output("y").integers("indices", {-3});
    model.proto().mutable_graph()->mutable_initializer(0)->clear_dims();
    setAttribute(model.node("Gather", {"x", "indices"}, "y"), "axis", std::int64_t{1});
    Graph graph = model.graph();
    CHECK(keepsOutputs(graph, normaliseOperators));
    CHECK(countOf(graph, "Squeeze") == 1);
}

TEST_CASE("A shuffle of channels is an order of them") {
    ModelBuilder model(13);
    model.input("x", {-1, 12, 3, 2}).output("y");
    model.integers("groups", {-1, 3, 4, 3, 2}).integers("channels", {-1, 12, 3, 2});
    model.node("Reshape", {"x", "groups"}, "g");
    const bool isShuffle = GENERATE(true, false);
    setAttributes(model.node("Transpose", {"g"}, "t"), "perm",
                  isShuffle ? std::vector<std::int64_t>{0, 2, 1, 3, 4}
                            : std::vector<std::int64_t>{0, 2, 1, 4, 3});
    model.node("Reshape", {"t", "channels"}, "y");
    Graph graph = model.graph();
    CHECK(keepsOutputs(graph, [](Graph& g) {
              const bool changed = normaliseOperators(g);
              normaliseOperators(g);
              return changed;
          }) == isShuffle);
    CHECK(countOf(graph, "Slice") == (isShuffle ? 4 : 0));
    CHECK(countOf(graph, "Transpose") == (isShuffle ? 0 : 1));
}

TEST_CASE("A Pad that crops is a Slice") {
    ModelBuilder model = twoActivations();
    model.integers("pads", {0, 0, -1, 2, 0, 1, 1, -2});
    model.node("Pad", {"b", "pads"}, "y");
    Graph graph = model.graph();
    CHECK(keepsOutputs(graph, normaliseOperators));
    CHECK(countOf(graph, "Slice") == 1);
    CHECK_FALSE(normaliseOperators(graph));
}

TEST_CASE("A Pad goes into the padding of a pool where that is the same") {
    struct Case {
        const char* pool;
        float value;
        bool countsPadding;
        std::vector<std::int64_t> own;
        std::int64_t ceil;
        bool folds;
    };
    constexpr float kLowest = std::numeric_limits<float>::lowest();
    const float infinity = std::numeric_limits<float>::infinity();
    const auto& c = GENERATE_REF(values<Case>({
        {"MaxPool", -infinity, false, {0, 0, 0, 0}, 0, true},
        {"MaxPool", kLowest, false, {1, 0, 1, 0}, 0, true},
        {"MaxPool", 0, false, {0, 0, 0, 0}, 0, false},
        {"MaxPool", -infinity, false, {1, 1, 1, 1}, 0, false},  // a window of nothing else
        {"AveragePool", 0, false, {0, 0, 0, 0}, 0, true},
        {"AveragePool", 0, true, {1, 1, 1, 1}, 0, false},  // likewise
        {"AveragePool", 0, true, {0, 1, 0, 0}, 0, true},
        {"AveragePool", 0, false, {0, 1, 0, 0}, 0, false},  // counts some of it and some not
        {"AveragePool", 0, false, {0, 0, 0, 0}, 1, false},
        {"AveragePool", 1, false, {0, 0, 0, 0}, 0, false},
    }));
    ModelBuilder model = twoActivations();
    model.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1}).constant("value", filled({}, c.value));
    model.node("Pad", {"b", "pads", "value"}, "p");
    auto& pool = model.node(c.pool, {"p"}, "y");
    setAttributes(pool, "kernel_shape", {3, 2});
    setAttributes(pool, "strides", {2, 2});
    setAttributes(pool, "pads", c.own);
    setAttribute(pool, "ceil_mode", c.ceil);
    if (c.countsPadding) {
        setAttribute(pool, "count_include_pad", std::int64_t{1});
    }
    // The kernel is 2 wide: a pad of 1 more on a side that has one would be a window of padding.
    const bool isTooWide = c.own[1] > 0 || c.own[3] > 0;
    INFO(c.pool << ' ' << c.value << ' ' << c.own[0] << c.own[1] << ' ' << c.ceil);
    Graph graph = model.graph();
    CHECK(keepsOutputs(graph, foldPads) == (c.folds && !isTooWide));
}

TEST_CASE("What the host computes is cut off the end, and nothing else") {
    ModelBuilder model = twoActivations();
    const std::string head = GENERATE("Softmax", "LogSoftmax", "ArgMax", "Sigmoid");
    SECTION("one operator") {
        model.node(head, {"a"}, "y");
        Graph graph = model.graph();
        cutHead(graph);
        CHECK(graph.nodes.size() == 1);
        CHECK(graph.values[graph.outputs.front().value].name == "a");
        CHECK(graph.head == std::vector<std::string>{"node \"y\" (" + head + ")"});
    }
    SECTION("not what changes the order of answers") {
        model.node(GENERATE("Abs", "HardSwish"), {"b"}, "y");
        model.proto().mutable_opset_import(0)->set_version(14);
        Graph graph = model.graph();
        cutHead(graph);
        CHECK(graph.head.empty());
    }
    SECTION("two, the last first") {
        model.node(head, {"a"}, "s");
        model.node("ArgMax", {"s"}, "y");
        Graph graph = model.graph();
        cutHead(graph);
        CHECK(graph.head.size() == 2);
        CHECK(graph.head.front() == "node \"y\" (ArgMax)");
    }
    SECTION("not inside, and not what something else reads") {
        model.node(head, {"a"}, "s");
        model.node("GlobalMaxPool", {"s"}, "y");
        Graph graph = model.graph();
        cutHead(graph);
        CHECK(graph.head.empty());
        ModelBuilder both = twoActivations();
        both.node(head, {"b"}, "y");
        both.node("GlobalMaxPool", {"y"}, "z");
        both.output("z");
        Graph shared = both.graph();
        cutHead(shared);
        CHECK(shared.head.empty());
    }
}

TEST_CASE("A Gemm whose bias is one number is a Gemm with a vector") {
    std::mt19937 random(6);
    ModelBuilder model;
    model.input("x", {-1, 5}).output("y");
    model.constant("b", randomTensor(random, {3, 5})).constant("c", filled({1}, 0.5F));
    setAttribute(model.node("Gemm", {"x", "b", "c"}, "y"), "transB", std::int64_t{1});
    Graph graph = model.graph();
    CHECK(keepsOutputs(graph, normaliseGemms));
    CHECK(constantOf(graph, graph.nodes.front().inputs[2])->shape == Shape{3});
}
