// Layouts: transposes that sink until they are gone, and inputs of other layouts than images have.
#include <random>
#include <string>
#include <vector>

#include "ptq/graph/fold.h"
#include "ptq/graph/image_input.h"
#include "ptq/reference/run.h"
#include "tests/catch.h"
#include "tests/ptq/graph/fold_checks.h"
#include "tests/ptq/onnx/model_builder.h"

namespace {

using namespace aslog::ptq;
using namespace aslog::test;

void transpose(ModelBuilder& model, const std::string& from, const std::string& to,
               const std::vector<std::int64_t>& permutation) {
    setAttributes(model.node("Transpose", {from}, to), "perm", permutation);
}

const std::vector<std::int64_t> kToLast = {0, 2, 3, 1};
const std::vector<std::int64_t> kToFirst = {0, 3, 1, 2};

/// x [N, 3, 4, 5] and two activations of it, channels last: p and q, of [N, 4, 5, 3].
ModelBuilder channelsLast() {
    ModelBuilder model(13);
    model.input("x", {-1, 3, 4, 5});
    model.node("Relu", {"x"}, "a");
    model.node("Tanh", {"x"}, "b");
    transpose(model, "a", "p", kToLast);
    transpose(model, "b", "q", kToLast);
    return model.output("y");
}

std::size_t sunk(const ModelBuilder& model) {
    Graph graph = model.graph();
    CHECK(keepsOutputs(graph, [](Graph& g) {
        sinkTransposes(g);
        removeIdentities(g);
        return true;
    }));
    CHECK_FALSE(sinkTransposes(graph));
    return countOf(graph, "Transpose");
}

}  // namespace

TEST_CASE("Transposes pass what treats all dimensions alike, and cancel behind it") {
    std::mt19937 random(8);
    ModelBuilder model = channelsLast();
    SECTION("elements, numbers and constants") {
        model.constant("one", filled({1, 1}, 0.5F)).constant("c", randomTensor(random, {3}));
        model.constant("row", randomTensor(random, {4, 1, 1}));
        model.node("Add", {"p", "q"}, "s");
        model.node("Sigmoid", {"s"}, "t");
        model.node("Mul", {"t", "c"}, "u");
        model.node("Sub", {"one", "u"}, "v");
        model.node("PRelu", {"v", "c"}, "w");
        model.node("Max", {"w", "row", "p"}, "m");
        transpose(model, "m", "y", kToFirst);
        CHECK(sunk(model) == 0);
    }
    SECTION("Concat, Pad and Slice along their axes") {
        setAttribute(model.node("Concat", {"p", "q"}, "s"), "axis", std::int64_t{-1});
        model.integers("pads", {0, 1, 0, 2, 0, 0, 3, 1});
        model.node("Pad", {"s", "pads"}, "t");
        model.integers("starts", {1, 0}).integers("ends", {9, 3}).integers("axes", {3, 1});
        model.node("Slice", {"t", "starts", "ends", "axes"}, "u");
        transpose(model, "u", "y", kToFirst);
        CHECK(sunk(model) == 0);
    }
    SECTION("means, with their dimensions and without") {
        const std::int64_t keeps = GENERATE(0, 1);
        auto& mean = model.node("ReduceMean", {"p"}, "y");
        setAttributes(mean, "axes", {1, 2});
        setAttribute(mean, "keepdims", keeps);
        CHECK(sunk(model) == 0);
    }
    SECTION("not where inputs differ") {
        transpose(model, "x", "r", {0, 3, 2, 1});
        model.constant("w", randomTensor(random, {4, 5, 3}));
        model.node("Add", {"p", "q"}, "s");
        setAttribute(model.node("Softmax", {"s"}, "t"), "axis", std::int64_t{1});
        model.node("Flatten", {"r"}, "f");
        model.node("Relu", {"f"}, "g");
        model.node("Relu", {"t"}, "y");
        model.output("g");
        CHECK(sunk(model) == 2);
    }
}

TEST_CASE("A Transpose that moves sizes of 1 alone is a Reshape") {
    ModelBuilder model(13);
    model.input("x", {-1, 3, 1, 1}).output("y");
    transpose(model, "x", "y", kToLast);
    CHECK(sunk(model) == 0);
    ModelBuilder batch(13);
    batch.input("x", {-1, 3}).output("y");
    transpose(batch, "x", "y", {1, 0});
    Graph graph = batch.graph();
    CHECK_FALSE(sinkTransposes(graph));
}

TEST_CASE("In front of a matrix a Transpose is an order of its columns") {
    std::mt19937 random(9);
    ModelBuilder model = channelsLast();
    model.constant("w", randomTensor(random, {60, 7})).constant("v", randomTensor(random, {2, 60}));
    model.integers("shape", {-1, 60});
    const bool isReshape = GENERATE(false, true);
    model.node(isReshape ? "Reshape" : "Flatten",
               isReshape ? std::vector<std::string>{"p", "shape"} : std::vector<std::string>{"p"},
               "f");
    model.node("MatMul", {"f", "w"}, "y");
    SECTION("of all that read it") {
        setAttribute(model.node("Gemm", {"f", "v"}, "z"), "transB", std::int64_t{1});
        model.output("z");
        Graph graph = model.graph();
        CHECK(keepsOutputs(graph, [](Graph& g) {
            normaliseGemms(g);
            return sinkTransposes(g);
        }));
        CHECK(countOf(graph, "Transpose") == 0);
    }
    SECTION("not if anything else does") {
        model.node("Relu", {"f"}, "z");
        model.output("z");
        Graph graph = model.graph();
        CHECK_FALSE(keepsOutputs(graph, [](Graph& g) {
            normaliseGemms(g);
            return sinkTransposes(g);
        }));
    }
}

TEST_CASE("Images go into inputs of other layouts") {
    struct Case {
        Shape input;
        Shape image;
        bool fits = true;
    };
    const auto& c = GENERATE(values<Case>({
        {{-1, 3, 4, 5}, {3, 4, 5}},
        {{-1, 4, 5, 3}, {3, 4, 5}},
        {{-1, 60}, {3, 4, 5}},
        {{-1, 3, 5}, {3, 1, 5}},
        {{-1, 5, 3}, {3, 1, 5}},
        {{-1, 4, 5}, {1, 4, 5}},
        {{-1, 5, 4, 3}, {3, 4, 5}, false},
        {{-1, 59}, {3, 4, 5}, false},
        {{-1, 3, 5}, {3, 4, 5}, false},
    }));
    ModelBuilder model(13);
    model.input("x", c.input).output("y").node("Relu", {"x"}, "y");
    Graph graph = model.graph();
    INFO(shapeText(c.input) << " of " << shapeText(c.image));
    REQUIRE(acceptImages(graph, c.image[0], c.image[1], c.image[2]) == c.fits);
    if (!c.fits) {
        return;
    }
    std::mt19937 random(10);
    Shape batch = c.image;
    batch.insert(batch.begin(), 2);
    const FloatTensor images = randomTensor(random, batch);
    const FloatTensor found = run(graph, {images}).front();
    Shape wanted = c.input;
    wanted.front() = 2;
    CHECK(found.shape == wanted);
    // Channels last: element [n, h, w, c] is that of [n, c, h, w].
    const bool isLast = c.input == Shape{-1, 4, 5, 3} || c.input == Shape{-1, 5, 3};
    const std::size_t channels = 3;
    const std::size_t pixels = images.data.size() / 2 / channels;
    for (std::size_t i = 0; i < found.data.size(); ++i) {
        const std::size_t inImage = i % (channels * pixels);
        const std::size_t from =
            isLast ? i - inImage + inImage % channels * pixels + inImage / channels : i;
        REQUIRE(found.data[i] == std::max(images.data[from], 0.0F));
    }
}
