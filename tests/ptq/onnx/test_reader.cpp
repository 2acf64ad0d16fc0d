// What the reader accepts, and what it says about the rest.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "ptq/graph/shapes.h"
#include "ptq/onnx/reader.h"
#include "ptq/reference/run.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/onnx/model_builder.h"

using aslog::support::InputError;
using aslog::test::errorOf;
using aslog::test::ModelBuilder;
using aslog::test::setAttribute;
using aslog::test::setAttributes;
using Catch::Matchers::ContainsSubstring;
using namespace aslog::ptq;

namespace {

// x -> one node -> y
std::string errorOfNode(const std::string& type, const std::function<void(onnx::NodeProto&)>& edit,
                        std::int64_t opset = 13) {
    ModelBuilder model(opset);
    model.input("x", {-1, 2, 4, 4}).output("y");
    edit(model.node(type, {"x"}, "y"));
    return errorOf(model);
}

std::vector<float> outputOf(const ModelBuilder& model, const FloatTensor& x) {
    return run(model.graph(), {x}).at(0).data;
}

}  // namespace

TEST_CASE("All operators that are not supported are named at once") {
    ModelBuilder model;
    model.input("x", {-1, 2}).output("y");
    model.node("Hardmax", {"x"}, "hard");
    model.node("Relu", {"hard"}, "relu");
    model.node("Einsum", {"relu"}, "einsum");
    setAttribute(model.node("Softmax", {"einsum"}, "y"), "colour", std::int64_t{1});
    const std::string error = errorOf(model);
    CHECK_THAT(error, ContainsSubstring("3 of 4 nodes cannot be used"));
    CHECK_THAT(error, ContainsSubstring("node \"hard\" (Hardmax): this operator is not"));
    CHECK_THAT(error, ContainsSubstring("node \"einsum\" (Einsum)"));
    CHECK_THAT(error, ContainsSubstring("node \"y\" (Softmax): attribute colour"));
    CHECK_THAT(error, ContainsSubstring("supported operators: Abs, Add, ArgMax, AveragePool"));
    CHECK_THAT(error, !ContainsSubstring("(Relu)"));
}

TEST_CASE("An operator of another domain is not ours, whatever its name") {
    CHECK_THAT(errorOfNode("Relu", [](auto& node) { node.set_domain("com.example"); }),
               ContainsSubstring("not supported"));
}

TEST_CASE("Opsets outside the range are refused") {
    CHECK_THAT(errorOfNode(
                   "Relu", [](auto&) {}, 25),
               ContainsSubstring("found 25, allowed 7"));
    CHECK_THAT(errorOfNode(
                   "Relu", [](auto&) {}, 6),
               ContainsSubstring("found 6, allowed 7 to 24; convert the model with python3 -c"));
    CHECK(errorOfNode(
              "Relu", [](auto&) {}, 7) == "no error");
    CHECK(errorOfNode(
              "Relu", [](auto&) {}, 24) == "no error");
}

TEST_CASE("Faults of the graph are named") {
    ModelBuilder model;
    model.input("x", {-1, 2}).output("y");
    SECTION("cycle") {
        model.node("Add", {"x", "y"}, "a");
        model.node("Relu", {"a"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("\"a\" (Add): depends on itself"));
    }
    SECTION("missing input") {
        model.node("Add", {"x", "ghost"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("nothing computes its input \"ghost\""));
    }
    SECTION("two producers") {
        model.node("Relu", {"x"}, "y");
        model.node("Relu", {"x"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("\"y\" is defined twice"));
    }
    SECTION("output that nobody computes") {
        model.node("Relu", {"x"}, "z");
        CHECK_THAT(errorOf(model), ContainsSubstring("output \"y\""));
    }
    SECTION("wrong rank") {
        model.constant("w", filled({4, 2, 3, 3}, 1)).node("Conv", {"x", "w"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("node \"y\" (Conv)"));
    }
    SECTION("unnamed nodes get a name") {
        model.node("Hardmax", {"x"}, "y").clear_name();
        CHECK_THAT(errorOf(model), ContainsSubstring("node \"Hardmax_0\" (Hardmax)"));
    }
}

TEST_CASE("Attributes that do not suit the shape are refused with the node's name") {
    using Edit = std::function<void(onnx::NodeProto&)>;
    struct Case {
        std::string type;
        Edit edit;
        std::string message;
    };
    const auto list = [](const std::string& name, std::vector<std::int64_t> numbers) {
        return Edit([=](onnx::NodeProto& node) { setAttributes(node, name, numbers); });
    };
    const auto pool = [](std::vector<std::int64_t> pads, std::vector<std::int64_t> strides) {
        return Edit([=](onnx::NodeProto& node) {
            setAttributes(node, "kernel_shape", {2, 2});
            setAttributes(node, "pads", pads);
            setAttributes(node, "strides", strides);
        });
    };
    const std::vector<Case> cases = {
        {"Transpose", list("perm", {0, 1, 1, 2}), "perm [0, 1, 1, 2] is no permutation"},
        {"Transpose", list("perm", {0, 1, 2}), "is no permutation of 4 dimensions"},
        {"ReduceMean", list("axes", {4}), "axis 4 is out of range"},
        {"ReduceMean", list("axes", {1, -3}), "axis -3 occurs twice"},
        {"MaxPool", list("kernel_shape", {5, 5}), "kernel 5 with dilation 1 does not fit"},
        {"MaxPool", list("kernel_shape", {2}), "does not suit an input with 2 spatial"},
        {"MaxPool", list("strides", {2, 2}), "kernel_shape is missing"},
        {"MaxPool", pool({2, 2, 0, 0}, {1, 1}), "must be smaller than the kernel"},
        {"MaxPool", pool({0, 0, 0, 0}, {0, 1}), "strides [0, 1]: each must be from 1"},
        {"AveragePool", pool({-1, 0, 0, 0}, {1, 1}), "pads [-1, 0]: each must be from 0"},
        {"AveragePool", pool({0, 0, 0}, {1, 1}), "needs two numbers for each dimension"},
        {"Flatten", [](auto& node) { setAttribute(node, "axis", std::int64_t{5}); },
         "axis 5 is out of range"},
        {"Flatten", [](auto& node) { setAttribute(node, "axis", 1.0F); },
         "attribute axis: found type FLOAT, allowed INT"},
        {"Relu", [](auto& node) { node.add_input("x"); }, "found 2 inputs, allowed 1 to 1"},
        {"Relu", [](auto& node) { node.clear_input(); }, "found 0 inputs"},
        {"MatMul", [](auto& node) { node.add_input(""); }, "found 1 inputs"},
    };
    for (const Case& c : cases) {
        const std::string error = errorOfNode(c.type, c.edit);
        INFO(c.type);
        CHECK_THAT(error, ContainsSubstring("node \"y\" (" + c.type + ")"));
        CHECK_THAT(error, ContainsSubstring(c.message));
    }
}

TEST_CASE("Constant inputs that do not suit the shape are refused") {
    ModelBuilder model;
    model.input("x", {1, 6}).output("y");
    SECTION("Reshape") {
        model.integers("shape", {4, -1}).node("Reshape", {"x", "shape"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("cannot be reshaped to [4, -1]"));
    }
    SECTION("two unknown sizes") {
        model.integers("shape", {-1, -1}).node("Reshape", {"x", "shape"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("shape may have one -1"));
    }
    SECTION("shape that is computed") {
        model.input("shape", {2}).node("Reshape", {"x", "shape"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("shape (\"shape\") must be a constant"));
    }
    SECTION("Pad beyond all memory") {
        model.integers("pads", {0, 0, 2'000'000'000, 2'000'000'000});
        model.node("Pad", {"x", "pads"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("too large"));
    }
    SECTION("Slice without a step") {
        model.integers("zero", {0}).node("Slice", {"x", "zero", "zero", "zero", "zero"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("its step is 0"));
    }
    SECTION("whole numbers as a value") {
        model.integers("numbers", {1}).node("Add", {"x", "numbers"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("found whole numbers, allowed float"));
    }
}

TEST_CASE("Data in other files is refused where there are no files") {
    ModelBuilder model;
    model.input("x", {-1, 2}).constant("c", filled({2}, 1)).output("y");
    model.proto().mutable_graph()->mutable_initializer(0)->set_data_location(
        onnx::TensorProto::EXTERNAL);
    model.node("Add", {"x", "c"}, "y");
    CHECK_THAT(errorOf(model), ContainsSubstring("\"c\": the data lies in another file"));
}

TEST_CASE("Only the batch may be symbolic") {
    ModelBuilder model;
    model.input("x", {-1, 2, -1, 4}).output("y").node("Relu", {"x"}, "y");
    CHECK_THAT(errorOf(model), ContainsSubstring("input \"x\": dimension 2: found \"N\""));
}

TEST_CASE("The batch is that of the run, the other sizes are fixed") {
    ModelBuilder model;
    model.input("x", {-1, 2}).output("y").node("Relu", {"x"}, "y");
    const Graph graph = model.graph();
    CHECK(run(graph, {filled({5, 2}, -1)}).at(0).shape == Shape{5, 2});
    CHECK_THROWS_WITH(run(graph, {filled({5, 3}, 1)}),
                      ContainsSubstring("input \"x\": found shape [5, 3], allowed [-1, 2]"));
    CHECK_THROWS_AS(run(graph, {FloatTensor{{5, 2}, {1}}}), InputError);
}

TEST_CASE("Nodes out of order are sorted") {
    ModelBuilder model;
    model.input("x", {1, 2}).output("y");
    model.node("Relu", {"a"}, "y");
    model.node("Add", {"x", "x"}, "a");
    CHECK(outputOf(model, {{1, 2}, {-1, 3}}) == std::vector<float>{0, 6});
}

TEST_CASE("What became an input later is an attribute in old opsets") {
    const FloatTensor x = {{1, 1, 1, 4}, {-2, -1, 1, 2}};
    ModelBuilder model(9);
    model.input("x", x.shape).output("y");
    SECTION("Clip") {
        auto& node = model.node("Clip", {"x"}, "y");
        setAttribute(node, "min", -1.0F);
        setAttribute(node, "max", 1.5F);
        CHECK(outputOf(model, x) == std::vector<float>{-1, -1, 1, 1.5F});
    }
    SECTION("Slice") {
        auto& node = model.node("Slice", {"x"}, "y");
        setAttributes(node, "starts", {1});
        setAttributes(node, "ends", {9'000});
        setAttributes(node, "axes", {3});
        CHECK(outputOf(model, x) == std::vector<float>{-1, 1, 2});
    }
    SECTION("Pad") {
        auto& node = model.node("Pad", {"x"}, "y");
        setAttributes(node, "pads", {0, 0, 0, 1, 0, 0, 0, -1});
        setAttribute(node, "value", 7.0F);
        CHECK(outputOf(model, x) == std::vector<float>{7, -2, -1, 1});
    }
    SECTION("Squeeze and Unsqueeze") {
        setAttributes(model.node("Squeeze", {"x"}, "s"), "axes", {1, 2});
        setAttributes(model.node("Unsqueeze", {"s"}, "y"), "axes", {0});
        CHECK(run(model.graph(), {x}).at(0).shape == Shape{1, 1, 4});
    }
    SECTION("Softmax over all dimensions from the axis on") {
        const FloatTensor flat = {{1, 1, 1, 4}, {1, 1, 1, 1}};
        model.node("Softmax", {"x"}, "y");
        CHECK(outputOf(model, flat) == std::vector<float>(4, 0.25F));
    }
}

TEST_CASE("Pad repeats edges and reflects") {
    const FloatTensor x = {{1, 4}, {1, 2, 3, 4}};
    const std::string mode = GENERATE("edge", "reflect");
    ModelBuilder model;
    model.input("x", x.shape).output("y").integers("pads", {0, 2, 0, 1});
    auto& attribute = *model.node("Pad", {"x", "pads"}, "y").add_attribute();
    attribute.set_name("mode");
    attribute.set_type(onnx::AttributeProto::STRING);
    attribute.set_s(mode);
    CHECK(outputOf(model, x) == (mode == "edge" ? std::vector<float>{1, 1, 1, 2, 3, 4, 4}
                                                : std::vector<float>{3, 2, 1, 2, 3, 4, 3}));
}

TEST_CASE("A last window in ceil mode counts the padding but not what lies behind it") {
    const FloatTensor x = {{1, 1, 4}, {1, 2, 3, 4}};
    const bool countPads = GENERATE(false, true);
    ModelBuilder model;
    model.input("x", x.shape).output("y");
    auto& node = model.node("AveragePool", {"x"}, "y");
    setAttributes(node, "kernel_shape", {3});
    setAttributes(node, "strides", {2});
    setAttributes(node, "pads", {0, 1});
    setAttribute(node, "ceil_mode", std::int64_t{1});
    setAttribute(node, "count_include_pad", std::int64_t{countPads ? 1 : 0});
    // Windows {1, 2, 3} and {3, 4, padding}; a third would start behind the input.
    CHECK(outputOf(model, x) == std::vector<float>{2, countPads ? 7.0F / 3 : 3.5F});
}

TEST_CASE("The observer sees inputs and results in order, and results do not depend on threads") {
    std::mt19937 random(8);
    ModelBuilder model;
    model.input("x", {-1, 3, 8, 8}).output("y");
    model.constant("w", aslog::test::randomTensor(random, {4, 3, 3, 3}));
    model.node("Conv", {"x", "w"}, "c");
    model.node("Relu", {"c"}, "y");
    const Graph graph = model.graph();
    const FloatTensor batch = aslog::test::randomTensor(random, {7, 3, 8, 8});
    std::vector<std::string> seen;
    const FloatTensor all = run(graph, {batch}, [&](ValueId id, const FloatTensor& tensor) {
                                seen.push_back(graph.values[id].name);
                                CHECK(tensor.shape[0] == 7);
                            }).at(0);
    CHECK(seen == std::vector<std::string>{"x", "c", "y"});
    const FloatTensor last =
        run(graph, {{{1, 3, 8, 8}, {batch.data.end() - 192, batch.data.end()}}})[0];
    CHECK(std::equal(last.data.begin(), last.data.end(), all.data.end() - std::ssize(last.data)));
}
