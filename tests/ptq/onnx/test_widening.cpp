// Operators that make a map larger or move blocks of it, and symbolic sizes, against numbers that
// were worked out by hand.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ptq/graph/fold.h"
#include "ptq/onnx/reader.h"
#include "ptq/reference/run.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/onnx/model_builder.h"

namespace {

using namespace aslog::ptq;
using namespace aslog::test;
using aslog::support::InputError;
using Catch::Matchers::ContainsSubstring;

using Numbers = std::vector<float>;

const FloatTensor kRow = {{1, 1, 1, 3}, {1, 2, 3}};

/// The reader's graph, and the folded one, which must give the same.
FloatTensor resultOf(const ModelBuilder& model, const FloatTensor& x) {
    Graph graph = model.graph();
    FloatTensor result = run(graph, {x}).at(0);
    fold(graph);
    const FloatTensor folded = run(graph, {x}).at(0);
    CHECK(folded.shape == result.shape);
    REQUIRE(folded.data.size() == result.data.size());
    for (std::size_t i = 0; i < folded.data.size(); ++i) {
        CHECK(folded.data[i] == Approx(result.data[i]).margin(1e-6));
    }
    return result;
}

/// A Resize of [N, 1, 1, 3] by `scale` along the last dimension.
ModelBuilder resized(float scale, const std::string& mode, const std::string& nearest) {
    ModelBuilder model(13);
    model.input("x", {-1, 1, 1, 3}).output("y").constant("scales", {{4}, {1, 1, 1, scale}});
    auto& node = model.node("Resize", {"x", "", "scales"}, "y");
    setText(node, "coordinate_transformation_mode", mode);
    setText(node, "nearest_mode", nearest);
    return model;
}

}  // namespace

TEST_CASE("Modes of a nearest Resize that repeat each element are read, the others refused") {
    struct Case {
        std::string mode;
        std::string nearest;
        float scale;
        bool repeats;
    };
    const auto& c = GENERATE(values<Case>({
        {"asymmetric", "floor", 2, true},
        {"asymmetric", "floor", 3, true},
        {"asymmetric", "round_prefer_floor", 2, true},
        {"asymmetric", "round_prefer_floor", 3, false},  // 2/3 is nearer to 1
        {"asymmetric", "round_prefer_ceil", 2, false},
        {"asymmetric", "ceil", 2, false},
        {"half_pixel", "round_prefer_floor", 2, true},
        {"half_pixel", "round_prefer_ceil", 5, true},
        {"half_pixel", "floor", 2, false},
        {"pytorch_half_pixel", "round_prefer_floor", 4, true},
        {"half_pixel_symmetric", "round_prefer_floor", 2, true},
        {"tf_half_pixel_for_nn", "floor", 3, true},
        {"tf_half_pixel_for_nn", "ceil", 3, false},
        {"align_corners", "round_prefer_floor", 2, true},  // 0, 0.4, 0.8, 1.2, ...: 0 0 1 1 2 2
        {"align_corners", "floor", 2, false},
    }));
    INFO(c.mode << ", " << c.nearest << ", " << c.scale);
    const ModelBuilder model = resized(c.scale, c.mode, c.nearest);
    if (!c.repeats) {
        CHECK_THAT(errorOf(model), ContainsSubstring("does not repeat each of 3 elements"));
        return;
    }
    Numbers wanted;
    for (const float x : kRow.data) {
        wanted.insert(wanted.end(), static_cast<std::size_t>(c.scale), x);
    }
    CHECK(resultOf(model, kRow).data == wanted);
}

TEST_CASE("What is no repetition is refused with the reason") {
    CHECK_THAT(errorOf(resized(1.5F, "asymmetric", "floor")),
               ContainsSubstring("scaled by 1.5; only whole factors"));
    CHECK_THAT(errorOf(resized(0.5F, "asymmetric", "floor")), ContainsSubstring("scaled by 0.5"));
    CHECK_THAT(
        errorOf(resized(2, "tf_crop_and_resize", "floor")),
        ContainsSubstring("found \"tf_crop_and_resize\", allowed: align_corners, asymmetric"));
    CHECK_THAT(errorOf(resized(2, "asymmetric", "up")), ContainsSubstring("found \"up\""));
    ModelBuilder linear = resized(2, "asymmetric", "floor");
    setText(*linear.proto().mutable_graph()->mutable_node(0), "mode", "linear");
    CHECK_THAT(errorOf(linear), ContainsSubstring("mode: found \"linear\", allowed: nearest"));
    ModelBuilder batch(13);
    batch.input("x", {-1, 1, 2, 2}).output("y").constant("scales", {{4}, {2, 1, 1, 1}});
    setText(batch.node("Resize", {"x", "", "scales"}, "y"), "coordinate_transformation_mode",
            "asymmetric");
    CHECK(errorOf(batch) != "no error");
    ModelBuilder nothing(13);
    nothing.input("x", {-1, 1, 2, 2}).output("y").node("Resize", {"x"}, "y");
    CHECK_THAT(errorOf(nothing), ContainsSubstring("neither scales nor sizes are given"));
}

TEST_CASE("A Resize to sizes, to those of some axes, and by computed ones") {
    const FloatTensor x = {{1, 1, 2, 2}, {1, 2, 3, 4}};
    const Numbers wanted = {1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4};
    SECTION("all") {
        ModelBuilder model(13);
        model.input("x", {1, 1, 2, 2}).output("y").integers("sizes", {1, 1, 4, 4});
        model.node("Resize", {"x", "", "", "sizes"}, "y");
        CHECK(resultOf(model, x).data == wanted);
    }
    SECTION("axes") {
        ModelBuilder model(18);
        model.input("x", {-1, 1, 2, 2}).output("y").integers("sizes", {4, 4});
        setAttributes(model.node("Resize", {"x", "", "", "sizes"}, "y"), "axes", {-1, 2});
        CHECK(resultOf(model, x).data == wanted);
    }
    SECTION("the batch and channels from the shape, as PyTorch writes them") {
        ModelBuilder model(13);
        model.input("x", {-1, 1, 2, 2}).output("y").integers("two", {4, 4});
        model.integers("zero", {0}).integers("end", {2});
        model.node("Shape", {"x"}, "shape");
        model.node("Slice", {"shape", "zero", "end"}, "first");
        setAttribute(model.node("Concat", {"first", "two"}, "sizes"), "axis", std::int64_t{0});
        model.node("Resize", {"x", "", "", "sizes"}, "y");
        CHECK(resultOf(model, x).data == wanted);
    }
    SECTION("opset 10") {
        ModelBuilder model(10);
        model.input("x", {-1, 1, 2, 2}).output("y").constant("scales", {{4}, {1, 1, 2, 2}});
        model.node("Resize", {"x", "scales"}, "y");
        CHECK(resultOf(model, x).data == wanted);
    }
    SECTION("Upsample, opset 9 and 7") {
        ModelBuilder model(9);
        model.input("x", {-1, 1, 2, 2}).output("y").constant("scales", {{4}, {1, 1, 2, 2}});
        model.node("Upsample", {"x", "scales"}, "y");
        CHECK(resultOf(model, x).data == wanted);
        ModelBuilder old(7);
        old.input("x", {-1, 1, 2, 2}).output("y");
        onnx::AttributeProto& scales = *old.node("Upsample", {"x"}, "y").add_attribute();
        scales.set_name("scales");
        scales.set_type(onnx::AttributeProto::FLOATS);
        for (const float scale : {1.0F, 1.0F, 2.0F, 2.0F}) {
            scales.add_floats(scale);
        }
        CHECK(resultOf(old, x).data == wanted);
    }
    SECTION("by nothing") {
        ModelBuilder model(13);
        model.input("x", {1, 1, 2, 2}).output("y").integers("sizes", {1, 1, 2, 2});
        model.node("Resize", {"x", "", "", "sizes"}, "y");
        CHECK(resultOf(model, x).data == x.data);
    }
}

TEST_CASE("Sizes with a number for a symbolic batch are refused, unless the batch gets it") {
    ModelBuilder model(13);
    model.input("x", {-1, 1, 2, 2}).output("y").integers("sizes", {1, 1, 4, 4});
    model.node("Resize", {"x", "", "", "sizes"}, "y");
    CHECK_THAT(errorOf(model),
               ContainsSubstring("sizes [1, 1, 4, 4] of an input [batch, 1, 2, 2]"));
    CHECK(parseOnnx(model.bytes(), "test.onnx", {{"N", 1}}).inputs.front().shape ==
          Shape{kSymbolicBatch, 1, 2, 2});
}

TEST_CASE("Expand repeats sizes of 1, and adds no dimensions") {
    ModelBuilder model(13);
    model.input("x", {-1, 2, 1, 1}).output("y").integers("shape", {2, 1, 3});
    model.node("Expand", {"x", "shape"}, "y");
    const FloatTensor y = resultOf(model, {{1, 2, 1, 1}, {7, 8}});
    CHECK(y.shape == Shape{1, 2, 1, 3});
    CHECK(y.data == Numbers{7, 7, 7, 8, 8, 8});
    ModelBuilder wrong(13);
    wrong.input("x", {-1, 2, 1}).output("y").integers("shape", {1, 2, 1, 4});
    wrong.node("Expand", {"x", "shape"}, "y");
    CHECK_THAT(errorOf(wrong), ContainsSubstring("the dimensions of [1, 2, 1, 4]; as many are"));
    ModelBuilder other(13);
    other.input("x", {-1, 2, 1}).output("y").integers("shape", {3, 4});
    other.node("Expand", {"x", "shape"}, "y");
    CHECK_THAT(errorOf(other), ContainsSubstring("cannot be expanded to [3, 4]"));
}

TEST_CASE("Depth to space puts blocks together, depth or columns first, and back") {
    const auto moved = [](const std::string& type, const std::string& mode, const Shape& shape,
                          const Numbers& data) {
        ModelBuilder model(13);
        model.input("x", {-1, shape[1], shape[2], shape[3]}).output("y");
        auto& node = model.node(type, {"x"}, "y");
        setAttribute(node, "blocksize", std::int64_t{2});
        if (!mode.empty()) {
            setText(node, "mode", mode);
        }
        return resultOf(model, {shape, data}).data;
    };
    const Numbers eight = {0, 1, 2, 3, 4, 5, 6, 7};  // of one pixel
    CHECK(moved("DepthToSpace", "", {1, 8, 1, 1}, eight) == Numbers{0, 2, 4, 6, 1, 3, 5, 7});
    CHECK(moved("DepthToSpace", "DCR", {1, 8, 1, 1}, eight) == Numbers{0, 2, 4, 6, 1, 3, 5, 7});
    CHECK(moved("DepthToSpace", "CRD", {1, 8, 1, 1}, eight) == eight);
    // Two pixels side by side.
    CHECK(moved("DepthToSpace", "CRD", {1, 4, 1, 2}, eight) == Numbers{0, 2, 1, 3, 4, 6, 5, 7});
    CHECK(moved("SpaceToDepth", "", {1, 1, 2, 4}, eight) == Numbers{0, 2, 1, 3, 4, 6, 5, 7});
    CHECK(moved("SpaceToDepth", "", {1, 2, 2, 2}, eight) == Numbers{0, 4, 1, 5, 2, 6, 3, 7});
}

TEST_CASE("Blocks that do not fit are refused") {
    const auto refused = [](const std::string& type, const Shape& shape, std::int64_t block) {
        ModelBuilder model(13);
        model.input("x", shape).output("y");
        setAttribute(model.node(type, {"x"}, "y"), "blocksize", block);
        return errorOf(model);
    };
    CHECK_THAT(refused("DepthToSpace", {-1, 6, 1, 1}, 2),
               ContainsSubstring("6 channels are no mul"));
    CHECK_THAT(refused("SpaceToDepth", {-1, 1, 3, 2}, 2),
               ContainsSubstring("plane of 3 x 2 has no"));
    CHECK_THAT(refused("SpaceToDepth", {-1, 4, 4}, 2), ContainsSubstring("four dimensions"));
    CHECK_THAT(refused("DepthToSpace", {-1, 4, 1, 1}, 0), ContainsSubstring("blocksize 0"));
    CHECK_THAT(refused("DepthToSpace", {-1, 4, 1, 1}, std::int64_t{1} << 40U),
               ContainsSubstring("blocksize"));
}

TEST_CASE("A ConvTranspose adds its kernel where each element comes to lie") {
    const FloatTensor x = {{1, 1, 1, 3}, {1, 10, 100}};
    const auto turned = [&](const std::function<void(onnx::NodeProto&)>& attributes) {
        ModelBuilder model(13);
        model.input("x", {-1, 1, 1, 3}).output("y").constant("w", {{1, 1, 1, 3}, {1, 2, 3}});
        model.constant("b", {{1}, {1000}});
        attributes(model.node("ConvTranspose", {"x", "w", "b"}, "y"));
        return resultOf(model, x).data;
    };
    CHECK(turned([](auto&) {}) == Numbers{1001, 1012, 1123, 1230, 1300});
    CHECK(turned([](auto& n) { setAttributes(n, "pads", {0, 1, 0, 2}); }) == Numbers{1012, 1123});
    CHECK(turned([](auto& n) {
              setAttributes(n, "strides", {1, 2});
          }) == Numbers{1001, 1002, 1013, 1020, 1130, 1200, 1300});
    CHECK(turned([](auto& n) {
              setAttributes(n, "strides", {1, 4});
              setAttributes(n, "output_padding", {0, 1});
          }) == Numbers{1001, 1002, 1003, 1000, 1010, 1020, 1030, 1000, 1100, 1200, 1300, 1000});
    CHECK(turned([](auto& n) {
              setAttributes(n, "dilations", {1, 2});
          }) == Numbers{1001, 1010, 1102, 1020, 1203, 1030, 1300});
    // Of seven, six are asked for: the first or the last goes.
    CHECK(turned([](auto& n) {
              setAttributes(n, "strides", {1, 2});
              setText(n, "auto_pad", "SAME_UPPER");
          }) == Numbers{1001, 1002, 1013, 1020, 1130, 1200});
    CHECK(turned([](auto& n) {
              setAttributes(n, "strides", {1, 2});
              setAttributes(n, "output_shape", {1, 6});
          }) == Numbers{1002, 1013, 1020, 1130, 1200, 1300});
    // More than the kernel reaches: pads that cut deep, and a size beyond.
    CHECK(turned([](auto& n) { setAttributes(n, "pads", {0, 3, 0, 0}); }) == Numbers{1230, 1300});
    CHECK(turned([](auto& n) {
              setAttributes(n, "output_shape", {1, 7});
          }) == Numbers{1001, 1012, 1123, 1230, 1300, 1000, 1000});
    CHECK_THROWS_WITH(turned([](auto& n) {
                          setAttributes(n, "pads", {0, 3, 0, 2});
                      }),
                      ContainsSubstring("pads 3 and 2 leave nothing of 5 elements"));
}

TEST_CASE("Groups of a ConvTranspose keep to themselves") {
    ModelBuilder model(13);
    model.input("x", {-1, 2, 1, 2}).output("y");
    model.constant("w", {{2, 2, 1, 1}, {1, 2, 3, 4}});
    setAttribute(model.node("ConvTranspose", {"x", "w"}, "y"), "group", std::int64_t{2});
    CHECK(resultOf(model, {{1, 2, 1, 2}, {1, 10, 100, 1000}}).data ==
          Numbers{1, 10, 2, 20, 300, 3000, 400, 4000});
    ModelBuilder wrong(13);
    wrong.input("x", {-1, 3, 1, 2}).output("y").constant("w", {{2, 2, 1, 1}, {1, 2, 3, 4}});
    wrong.node("ConvTranspose", {"x", "w"}, "y");
    CHECK_THAT(errorOf(wrong), ContainsSubstring("weights [2, 2, 1, 1] with 1 groups do not suit"));
}

TEST_CASE("Symbolic sizes get numbers by their names") {
    ModelBuilder model(13);
    model.input("x", {-1, 2, 5, 6}).output("y").node("Relu", {"x"}, "y");
    auto& shape = *model.proto()
                       .mutable_graph()
                       ->mutable_input(0)
                       ->mutable_type()
                       ->mutable_tensor_type()
                       ->mutable_shape();
    shape.mutable_dim(2)->set_dim_param("height");
    shape.mutable_dim(3)->clear_dim_value();
    CHECK_THAT(errorOf(model), ContainsSubstring("found \"height\"") &&
                                   ContainsSubstring("--shape 'height=NUMBER'"));
    const auto read = [&](const SymbolicSizes& sizes) {
        return parseOnnx(model.bytes(), "test.onnx", sizes).inputs.front().shape;
    };
    CHECK(read({{"height", 7}, {"x.3", 9}}) == Shape{kSymbolicBatch, 2, 7, 9});
    // A number for the batch binds it no more than one in the file does.
    CHECK(read({{"height", 7}, {"x.3", 9}, {"N", 4}}) == Shape{kSymbolicBatch, 2, 7, 9});
    CHECK_THROWS_WITH(read({{"height", 7}}), ContainsSubstring("--shape 'x.3=NUMBER'"));
    CHECK_THROWS_WITH(read({{"height", 0}, {"x.3", 9}}), ContainsSubstring("dimension 2: found 0"));
    CHECK_THROWS_WITH(
        read({{"height", 7}, {"x.3", 9}, {"depth", 1}}),
        ContainsSubstring("no input has a symbolic size \"depth\"; found: N, height, x.3"));
}
