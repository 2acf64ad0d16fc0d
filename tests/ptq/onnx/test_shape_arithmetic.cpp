// Shapes, pads and limits that a file computes: what exporters write for x.view(x.size(0), -1).
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/ptq/onnx/shape_models.h"

using Catch::Matchers::ContainsSubstring;
using namespace aslog::ptq;
using namespace aslog::test;

namespace {

constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();

// "size", a scalar: x.size(index)
void sizeOf(ModelBuilder& model, const std::string& x, std::int64_t index) {
    auto& place = model.node("Constant", {}, "place");
    setAttribute(place, "value_int", index);
    model.node("Shape", {x}, "shape_of_" + x);
    setAttribute(model.node("Gather", {"shape_of_" + x, "place"}, "size"), "axis", std::int64_t{0});
}

}  // namespace

TEST_CASE("x.view(x.size(0), -1) flattens any batch") {
    const std::int64_t opset = GENERATE(11, 13, 17);
    const std::int64_t batch = GENERATE(1, 2, 5);
    const bool symbolic = GENERATE(false, true);
    ModelBuilder model(opset);
    model.input("x", {symbolic ? -1 : batch, 3, 2, 2}).output("y");
    model.node("Relu", {"x"}, "r");
    sizeOf(model, "r", 0);
    if (opset < 13) {
        setAttributes(model.node("Unsqueeze", {"size"}, "list"), "axes", {0});
    } else {
        constantNode(model, "axes", {0});
        model.node("Unsqueeze", {"size", "axes"}, "list");
    }
    constantNode(model, "rest", {-1});
    concat(model, {"list", "rest"}, "target");
    model.node("Reshape", {"r", "target"}, "y");
    checkReshaped(model, {batch, 3, 2, 2}, {batch, 12});
    CHECK(model.graph().nodes.size() == 2);
}

TEST_CASE("A slice of the shape is a target") {
    const std::int64_t batch = GENERATE(1, 4);
    const ModelBuilder model = reshapeTo({-1, 3, 2, 2}, [](ModelBuilder& m) {
        m.node("Slice", {"shape", "zero", "two", "zero"}, "front");
        concat(m, {"front", "rest"}, "target");
    });
    checkReshaped(model, {batch, 3, 2, 2}, {batch, 3, 4});
}

TEST_CASE("Shape takes a range of dimensions since opset 15") {
    const auto model = [](std::int64_t opset, std::int64_t start, std::int64_t end) {
        return reshapeTo(
            {-1, 3, 2, 2},
            [&](ModelBuilder& m) {
                auto& node = m.node("Shape", {"x"}, "part");
                setAttribute(node, "start", start);
                setAttribute(node, "end", end);
                concat(m, {"part", "rest"}, "target");
            },
            opset);
    };
    checkReshaped(model(15, 0, -2), {4, 3, 2, 2}, {4, 3, 4});
    checkReshaped(model(15, -3, 2), {4, 3, 2, 2}, {3, 16});
    checkReshaped(model(15, 2, 1), {4, 3, 2, 2}, {48});
    checkReshaped(model(15, -kFar, kFar), {4, 3, 2, 2}, {4, 3, 2, 2, 1});
    CHECK_THAT(errorOf(model(13, 0, 2)), ContainsSubstring("node \"part\" (Shape): attribute end"));
}

TEST_CASE("Sizes of the batch may stand anywhere in a target") {
    const std::int64_t batch = GENERATE(1, 2, 3, 7);
    ModelBuilder model;
    SECTION("behind another, which is fixed") {
        model = reshapeTo({-1, 3, 2}, [](ModelBuilder& m) {
            m.node("Gather", {"shape", "zero"}, "n");
            m.integers("six", {6});
            concat(m, {"six", "n"}, "target");
        });
        checkReshaped(model, {batch, 3, 2}, {6, batch});
    }
    SECTION("with a -1 that turns out to be fixed") {
        model = reshapeTo({-1, 3, 2}, [](ModelBuilder& m) {
            m.node("Gather", {"shape", "zero"}, "n");
            concat(m, {"rest", "n"}, "target");
        });
        checkReshaped(model, {batch, 3, 2}, {6, batch});
    }
    SECTION("twice as large, with a -1") {
        model = reshapeTo({-1, 4, 3}, [](ModelBuilder& m) {
            m.node("Gather", {"shape", "zero"}, "n");
            m.node("Mul", {"n", "two"}, "pairs");
            concat(m, {"pairs", "rest"}, "target");
        });
        checkReshaped(model, {batch, 4, 3}, {2 * batch, 6});
    }
    SECTION("copied, with a -1 that depends on the batch") {
        model = reshapeTo({-1, 4, 3}, [](ModelBuilder& m) {
            m.node("Gather", {"shape", "zero"}, "n");
            concat(m, {"n", "two", "rest"}, "target");
        });
        checkReshaped(model, {batch, 4, 3}, {batch, 2, 6});
    }
    SECTION("cancelled") {
        model = reshapeTo({-1, 3, 2}, [](ModelBuilder& m) {
            m.integers("three", {3}).node("Gather", {"shape", "zero"}, "n");
            m.node("Mul", {"three", "n"}, "all");
            m.node("Div", {"all", "n"}, "fixed");
            concat(m, {"fixed", "rest"}, "target");
        });
        checkReshaped(model, {batch, 3, 2}, {3, 2 * batch});
    }
    SECTION("folded into the batch and back, as networks of frames do") {
        model.input("x", {-1, 2, 3}).output("y");
        model.integers("zero", {0}).integers("fold", {-1, 3}).integers("two", {2});
        model.node("Reshape", {"x", "fold"}, "frames");
        model.node("Relu", {"frames"}, "r");
        model.node("Shape", {"r"}, "shape");
        model.node("Gather", {"shape", "zero"}, "all");
        model.node("Div", {"all", "two"}, "n");
        model.integers("rest", {2, -1});
        concat(model, {"n", "rest"}, "target");
        model.node("Reshape", {"r", "target"}, "y");
        checkReshaped(model, {batch, 2, 3}, {batch, 2, 3});
    }
}

TEST_CASE("Shapes are known behind every kind of node that keeps the batch") {
    const std::int64_t batch = GENERATE(1, 3);
    // "To the end", as 64 and as 32 bits.
    const std::int64_t far = GENERATE(9'223'372'036'854'775'807, 2'147'483'647);
    ModelBuilder model;
    model.input("x", {-1, 2, 4, 4}).output("y");
    model.constant("w", filled({3, 2, 1, 1}, 1)).integers("zero", {0});
    model.integers("far", {far});
    model.node("Slice", {"x", "zero", "far", "zero"}, "whole");  // x[:]
    model.node("Conv", {"whole", "w"}, "conv");
    auto& pool = model.node("MaxPool", {"conv"}, "pool");
    setAttributes(pool, "kernel_shape", {2, 2});
    setAttributes(pool, "strides", {2, 2});
    setAttribute(model.node("Concat", {"pool", "pool"}, "twice"), "axis", std::int64_t{1});
    setAttributes(model.node("Transpose", {"twice"}, "turned"), "perm", {2, 3, 0, 1});
    model.node("Shape", {"turned"}, "shape");  // [2, 2, batch, 6]
    model.integers("places", {2, -1, 0, 1});
    model.node("Gather", {"shape", "places"}, "target");
    model.node("Reshape", {"twice", "target"}, "y");
    const FloatTensor y = outputOf(model, {batch, 2, 4, 4});
    CHECK(y.shape == Shape{batch, 6, 2, 2});
    CHECK(y.data.front() == 5 + 21);  // the largest of the first window, summed over channels
}

TEST_CASE("Pads as F.pad leaves them in a file") {
    // The shortcut of a ResNet without weights: x[:, :, ::2, ::2], then channels of zeros.
    const std::int64_t batch = GENERATE(1, 2);
    ModelBuilder model(11);
    model.input("x", {-1, 2, 4, 4}).output("y");
    constantNode(model, "zeros", {0, 0});
    constantNode(model, "ends", {kFar, kFar});
    constantNode(model, "image", {2, 3});
    constantNode(model, "steps", {2, 2});
    model.node("Slice", {"x", "zeros", "ends", "image", "steps"}, "small");

    constantNode(model, "pad", {0, 0, 0, 0, 1, 2});
    constantNode(model, "first", {0});
    model.node("Shape", {"pad"}, "pad_shape");
    model.node("Gather", {"pad_shape", "first"}, "pad_count");
    setAttribute(model.node("Constant", {}, "rank"), "value_int", std::int64_t{4});
    setAttribute(model.node("Constant", {}, "ends_each"), "value_int", std::int64_t{2});
    model.node("Mul", {"rank", "ends_each"}, "all");
    model.node("Sub", {"all", "pad_count"}, "missing");
    addCast(model, "pad", "pad64", onnx::TensorProto::INT64);
    auto& value = *model.node("ConstantOfShape", {"missing"}, "none").add_attribute();
    value.set_name("value");
    value.set_type(onnx::AttributeProto::TENSOR);
    value.mutable_t()->set_data_type(onnx::TensorProto::INT64);
    value.mutable_t()->add_dims(1);
    value.mutable_t()->add_int64_data(0);
    concat(model, {"pad64", "none"}, "backwards");
    constantNode(model, "pairs", {-1, 2});
    model.node("Reshape", {"backwards", "pairs"}, "table");
    constantNode(model, "last", {-1});
    constantNode(model, "before", {-kFar});
    model.node("Slice", {"table", "last", "before", "first", "last"}, "flipped");
    setAttributes(model.node("Transpose", {"flipped"}, "turned"), "perm", {1, 0});
    model.node("Reshape", {"turned", "last"}, "list");
    addCast(model, "list", "pads", onnx::TensorProto::INT64);
    setAttribute(model.node("Constant", {}, "value"), "value_float", 0.5F);
    model.node("Pad", {"small", "pads", "value"}, "y");

    const FloatTensor y = outputOf(model, {batch, 2, 4, 4});
    REQUIRE(y.shape == Shape{batch, 5, 2, 2});
    for (std::int64_t n = 0; n < batch; ++n) {
        std::vector<float> expected(20, 0.5F);
        std::size_t at = 4;
        for (const int offset : {0, 2, 8, 10, 16, 18, 24, 26}) {
            expected[at++] = static_cast<float>(n * 32 + offset);
        }
        const auto from = y.data.begin() + n * 20;
        CHECK(std::vector<float>(from, from + 20) == expected);
    }
}

TEST_CASE("Limits of Clip go through Cast and Identity") {
    ModelBuilder model;
    model.input("x", {1, 10}).output("y");
    setAttribute(model.node("Constant", {}, "two"), "value_int", std::int64_t{2});
    addCast(model, "two", "low", onnx::TensorProto::FLOAT);
    model.constant("six", filled({}, 6.5F)).node("Identity", {"six"}, "same");
    addCast(model, "same", "high", onnx::TensorProto::DOUBLE);
    model.node("Clip", {"x", "low", "high"}, "y");
    CHECK(outputOf(model, {1, 10}).data ==
          std::vector<float>{2, 2, 2, 3, 4, 5, 6, 6.5F, 6.5F, 6.5F});
}

TEST_CASE("Whole numbers are computed as ONNX does") {
    struct Case {
        std::string what;
        std::function<void(ModelBuilder&)> compute;
        std::int64_t expected;
    };
    const std::vector<Case> cases = {
        {"Add", binary("Add", 30, -6), 24},
        {"Sub", binary("Sub", 20, -4), 24},
        {"Mul", binary("Mul", -4, -6), 24},
        {"Div rounds", binary("Div", 49, 2), 24},
        {"Size", [](ModelBuilder& m) { m.node("Size", {"x"}, "result"); }, 24},
        {"Div rounds towards zero",
         [](ModelBuilder& m) {
             binary("Div", -49, 2)(m);
             m.proto().mutable_graph()->mutable_node()->rbegin()->set_output(0, "q");
             m.node("Mul", {"q", "rest"}, "result");
         },
         24},
        {"Cast truncates",
         [](ModelBuilder& m) {
             m.constant("f", filled({1}, 24.75F));
             addCast(m, "f", "result", onnx::TensorProto::INT32);
         },
         24},
        {"broadcast of either operand, Squeeze",
         [](ModelBuilder& m) {
             m.integers("a", {5, 6}).integers("b", {4});
             m.node("Mul", {"a", "b"}, "list");            // 20, 24
             m.node("Sub", {"b", "list"}, "differences");  // -16, -20
             m.node("Sub", {"b", "differences"}, "sums");  // 20, 24
             m.node("Unsqueeze", {"sums", "zero"}, "table");
             setAttribute(m.node("Gather", {"table", "one"}, "last"), "axis", std::int64_t{1});
             m.node("Squeeze", {"last", "one"}, "result");
         },
         24},
        {"Flatten, Identity",
         [](ModelBuilder& m) {
             m.integers("a", {24}).node("Identity", {"a"}, "same");
             setAttribute(m.node("Flatten", {"same"}, "result"), "axis", std::int64_t{0});
         },
         24},
    };
    for (const Case& c : cases) {
        INFO(c.what);
        checkReshaped(resultIs({1, 4, 6}, c.compute), {1, 4, 6}, {c.expected});
    }
}

TEST_CASE("A Gather takes rows of a table") {
    const ModelBuilder model = reshapeTo({4, 6}, [](ModelBuilder& m) {
        m.integers("numbers", {1, 2, 3, 4, 8, 6}).integers("table_shape", {2, 3});
        m.node("Reshape", {"numbers", "table_shape"}, "table");
        setAttribute(m.node("Gather", {"table", "two"}, "column"), "axis", std::int64_t{1});
        m.node("Gather", {"table", "rest"}, "row");    // [[4, 8, 6]]
        m.node("Squeeze", {"column", "one"}, "list");  // [3, 6]
        m.node("Squeeze", {"row", "zero"}, "last");
        m.node("Slice", {"list", "one", "two"}, "six");
        m.node("Slice", {"last", "zero", "one"}, "four");
        concat(m, {"six", "four"}, "target");
    });
    checkReshaped(model, {4, 6}, {6, 4});
}

TEST_CASE("A huge table without numbers is not walked through") {
    const std::int64_t opset = 14;  // the first with allowzero
    const auto reshape = [](ModelBuilder& m, const std::vector<std::string>& inputs,
                            const std::string& name) {
        setAttribute(m.node("Reshape", inputs, name), "allowzero", std::int64_t{1});
    };
    const ModelBuilder model = reshapeTo(
        {1, 4},
        [&](ModelBuilder& m) {
            m.integers("empty", {}).integers("huge", {2'000'000'000, 0, 1});
            reshape(m, {"empty", "huge"}, "table");
            setAttribute(m.node("Gather", {"table", "zero"}, "row"), "axis", std::int64_t{2});
            setAttribute(m.node("Concat", {"row", "table"}, "both"), "axis", std::int64_t{1});
            reshape(m, {"both", "zero"}, "none");
            concat(m, {"none", "shape"}, "target");
        },
        opset);
    checkReshaped(model, {1, 4}, {1, 4});
}
