// Folding changes the nodes and not what they compute.
#include <cmath>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "ptq/graph/fold.h"
#include "tests/catch.h"
#include "tests/ptq/graph/fold_checks.h"
#include "tests/ptq/onnx/model_builder.h"

using aslog::test::countOf;
using aslog::test::keepsOutputs;
using aslog::test::ModelBuilder;
using aslog::test::randomTensor;
using aslog::test::setAttribute;
using aslog::test::setAttributes;
using namespace aslog::ptq;

namespace {

// x [N, 4, 5, 6] -> Conv in two groups -> "conv" [N, 6, 5, 6], zero padding unless told otherwise.
ModelBuilder convModel(const std::string& input, const std::string& convInput, bool padded = true) {
    std::mt19937 random(2);
    ModelBuilder model;
    model.input(input, {-1, 4, 5, 6});
    model.constant("w", randomTensor(random, {6, 2, 3, 3}))
        .constant("b", randomTensor(random, {6}));
    auto& conv = model.node("Conv", {convInput, "w", "b"}, "conv");
    setAttribute(conv, "group", std::int64_t{2});
    if (padded) {
        setAttributes(conv, "pads", {1, 1, 1, 1});
    }
    return model;
}

void addNormalization(ModelBuilder& model, const std::string& input, std::int64_t channels) {
    std::mt19937 random(4);
    for (const char* name : {"gamma", "beta", "mean"}) {
        model.constant(name, randomTensor(random, {channels}));
    }
    FloatTensor variance = randomTensor(random, {channels});
    for (float& value : variance.data) {
        value = 0.1F + std::abs(value);
    }
    model.constant("variance", variance);
    model.node("BatchNormalization", {input, "gamma", "beta", "mean", "variance"}, "norm");
}

}  // namespace

TEST_CASE("Identity and Dropout give way, also at the output") {
    ModelBuilder model = convModel("x", "same");
    model.node("Identity", {"x"}, "same");
    model.node("Dropout", {"conv"}, "dropped");
    model.node("Identity", {"dropped"}, "y");
    Graph graph = model.output("y").graph();
    CHECK(keepsOutputs(graph, removeIdentities));
    CHECK(graph.nodes.size() == 1);
    CHECK(graph.outputs[0].name == "y");
    CHECK_FALSE(removeIdentities(graph));
}

TEST_CASE("Nodes of constants alone become constants") {
    ModelBuilder model = convModel("x", "x");
    model.constant("two", filled({1}, 2)).constant("three", filled({6, 1, 1}, 3));
    model.node("Mul", {"two", "three"}, "six");
    model.node("Relu", {"six"}, "still_six");
    model.node("Add", {"conv", "still_six"}, "y");
    Graph graph = model.output("y").graph();
    CHECK(keepsOutputs(graph, foldConstants));
    CHECK(graph.nodes.size() == 2);
}

TEST_CASE("A small file cannot make large constants") {
    ModelBuilder model;
    model.input("x", {1, 1}).output("y");
    model.constant("row", filled({1, 8192}, 1)).constant("column", filled({8192, 1}, 1));
    model.node("Add", {"row", "column"}, "square");
    model.node("Add", {"x", "square"}, "y");
    Graph graph = model.graph();
    CHECK_FALSE(foldConstants(graph));
}

TEST_CASE("BatchNormalization goes into the convolution before it") {
    ModelBuilder model = convModel("x", "x");
    addNormalization(model, "conv", 6);
    Graph graph = model.output("norm").graph();
    CHECK(keepsOutputs(graph, foldAffineIntoProducers));
    CHECK(graph.nodes.size() == 1);
}

TEST_CASE("BatchNormalization stays if something else reads the convolution") {
    ModelBuilder model = convModel("x", "x");
    addNormalization(model, "conv", 6);
    Graph graph = model.output("norm").output("conv").graph();
    CHECK_FALSE(keepsOutputs(graph, foldAffineIntoProducers));
    CHECK(graph.nodes.size() == 2);
}

TEST_CASE("Arithmetic with a constant goes into the convolution before it") {
    const std::string kind = GENERATE("Add", "Sub", "Mul", "Div");
    const bool constantFirst = GENERATE(false, true);
    const Shape shape = GENERATE(Shape{}, Shape{6, 1, 1}, Shape{1, 6, 1, 1});
    std::mt19937 random(5);
    ModelBuilder model = convModel("x", "x");
    model.constant("c", randomTensor(random, shape));
    const std::vector<std::string> inputs = {constantFirst ? "c" : "conv",
                                             constantFirst ? "conv" : "c"};
    model.node(kind, inputs, "y");
    Graph graph = model.output("y").graph();
    INFO(kind << " constant first: " << constantFirst << " shape " << shapeText(shape));
    const bool folds = kind != "Div" || !constantFirst;  // c / x is not affine
    CHECK(keepsOutputs(graph, foldAffineIntoProducers) == folds);
    CHECK(graph.nodes.size() == (folds ? 1 : 2));
}

TEST_CASE("A constant that varies along the width stays") {
    ModelBuilder model = convModel("x", "x");
    std::mt19937 random(5);
    model.constant("c", randomTensor(random, {6}));  // 6 is the width too
    model.node("Mul", {"conv", "c"}, "y");
    Graph graph = model.output("y").graph();
    CHECK_FALSE(keepsOutputs(graph, foldAffineIntoProducers));
}

TEST_CASE("BatchNormalization goes into the convolution behind it where that is exact") {
    const bool padded = GENERATE(false, true);
    ModelBuilder model = convModel("x", "norm", padded);
    addNormalization(model, "x", 4);
    Graph graph = model.output("conv").graph();
    // With padding, the zeros around the input would miss the offset.
    CHECK(keepsOutputs(graph, foldAffineIntoConsumers) == !padded);
    CHECK(countOf(graph, "BatchNormalization") == (padded ? 1 : 0));
}

TEST_CASE("A scale without offset goes into a padded convolution behind it") {
    ModelBuilder model = convModel("x", "scaled");
    std::mt19937 random(5);
    model.constant("c", randomTensor(random, {4, 1, 1}));
    model.node("Mul", {"x", "c"}, "scaled");
    Graph graph = model.output("conv").graph();
    CHECK(keepsOutputs(graph, foldAffineIntoConsumers));
    CHECK(graph.nodes.size() == 1);
}

TEST_CASE("Gemm and MatMul get the one normal form, and then take what stands around them") {
    const bool isGemm = GENERATE(false, true);
    const bool transB = GENERATE(false, true);
    std::mt19937 random(6);
    ModelBuilder model;
    model.input("x", {-1, 5}).output("y");
    model.constant("b", randomTensor(random, isGemm && transB ? Shape{3, 5} : Shape{5, 3}));
    model.constant("c", randomTensor(random, {1, 3}));
    model.constant("s", randomTensor(random, {5})).constant("t", randomTensor(random, {3}));
    model.node("Add", {"x", "s"}, "moved");
    if (isGemm) {
        auto& gemm = model.node("Gemm", {"moved", "b", "c"}, "product");
        setAttribute(gemm, "transB", std::int64_t{transB ? 1 : 0});
        setAttribute(gemm, "alpha", 0.5F);
        setAttribute(gemm, "beta", 2.0F);
    } else {
        model.node("MatMul", {"moved", "b"}, "product");
    }
    model.node("Mul", {"product", "t"}, "y");
    Graph graph = model.graph();
    CHECK(keepsOutputs(graph, normaliseGemms));
    CHECK(countOf(graph, "Gemm") == 1);
    CHECK_FALSE(normaliseGemms(graph));
    CHECK(keepsOutputs(graph, foldAffineIntoProducers));
    CHECK(keepsOutputs(graph, foldAffineIntoConsumers));
    CHECK(graph.nodes.size() == 1);
}

TEST_CASE("A Pad with zeros goes into the convolution, others stay") {
    const bool ofChannels = GENERATE(false, true);
    const float value = GENERATE(0.0F, 1.0F);
    ModelBuilder model = convModel("x", "padded");
    if (ofChannels) {
        model.proto()
            .mutable_graph()
            ->mutable_input(0)
            ->mutable_type()
            ->mutable_tensor_type()
            ->mutable_shape()
            ->mutable_dim(1)
            ->set_dim_value(3);
    }
    model.integers("pads", {0, ofChannels ? 1 : 0, 2, 1, 0, 0, 0, 3});
    model.constant("value", filled({}, value));
    model.node("Pad", {"x", "pads", "value"}, "padded");
    Graph graph = model.output("conv").graph();
    const bool folds = !ofChannels && value == 0;
    CHECK(keepsOutputs(graph, foldPads) == folds);
    CHECK(graph.nodes.size() == (folds ? 1 : 2));
}

TEST_CASE("What no output needs is removed") {
    ModelBuilder model = convModel("x", "x");
    model.node("Relu", {"conv"}, "y");
    model.node("Softmax", {"conv"}, "unused");
    Graph graph = model.output("y").output("unused").graph();
    graph.outputs.pop_back();
    CHECK(keepsOutputs(graph, removeUnused));
    CHECK(graph.nodes.size() == 2);
}

TEST_CASE("All passes together leave one convolution") {
    ModelBuilder model = convModel("x", "padded");
    model.integers("pads", {0, 0, 1, 0, 0, 0, 1, 0});
    model.node("Identity", {"x"}, "same");
    model.node("Pad", {"same", "pads"}, "padded");
    addNormalization(model, "conv", 6);
    model.constant("two", filled({}, 2));
    model.node("Mul", {"norm", "two"}, "y");
    Graph graph = model.output("y").graph();
    CHECK(keepsOutputs(graph, [](Graph& g) {
        fold(g);
        return true;
    }));
    CHECK(graph.nodes.size() == 1);
}
