// What the reader says about shapes that cannot be computed, or not for every batch.
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

constexpr std::int64_t kTooFar = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("What cannot be computed is refused with the node and the reason") {
    struct Case {
        std::string message;
        std::function<void(ModelBuilder&)> compute;
    };
    const auto ofBatch = [](const std::string& op, std::int64_t b, bool swapped = false) {
        return [=](ModelBuilder& m) {
            m.node("Gather", {"shape", "zero"}, "n");
            m.integers("b", {b}).node(op, {swapped ? "b" : "n", swapped ? "n" : "b"}, "result");
        };
    };
    const std::vector<Case> cases = {
        {"node \"result\" (Div): 7 / 0: division by zero", binary("Div", 7, 0)},
        {"node \"result\" (Add): 9223372036854775807 + 1: the result does not fit",
         binary("Add", kTooFar, 1)},
        {"node \"result\" (Sub): -9223372036854775807 - 2: the result does not fit",
         binary("Sub", -kTooFar, 2)},
        {"(Mul): 9223372036854775807 * 2: the result does not fit", binary("Mul", kTooFar, 2)},
        {"(Div): -9223372036854775808 / -1: the result does not", binary("Div", -kTooFar - 1, -1)},
        {"node \"result\" (Add): batch + 1: the result is neither fixed", ofBatch("Add", 1)},
        {"node \"result\" (Sub): 1 - batch: the result is neither", ofBatch("Sub", 1, true)},
        {"node \"result\" (Div): batch / 2: the result is neither", ofBatch("Div", 2)},
        {"node \"result\" (Div): 12 / batch: the result is neither", ofBatch("Div", 12, true)},
        {"node \"result\" (Mul): batch * batch: the result is neither",
         [](ModelBuilder& m) {
             m.node("Gather", {"shape", "zero"}, "n");
             m.node("Mul", {"n", "n"}, "result");
         }},
        {"node \"result\" (Gather): index 3 is out of range for 3 numbers",
         [](ModelBuilder& m) {
             m.integers("three", {3}).node("Gather", {"shape", "three"}, "result");
         }},
        {"node \"result\" (Gather): indices [batch, 4, 6] must not depend on the batch",
         [](ModelBuilder& m) {
             m.node("Gather", {"shape", "shape"}, "result");
         }},
        {"node \"result\" (Gather): input indices is missing",
         [](ModelBuilder& m) { m.node("Gather", {"shape"}, "result"); }},
        {"node \"result\" (Gather): axis 1 is out of range",
         [](ModelBuilder& m) {
             setAttribute(m.node("Gather", {"shape", "zero"}, "result"), "axis", std::int64_t{1});
         }},
        {"node \"result\" (Cast): an activation is made int64; allowed: float",
         [](ModelBuilder& m) { addCast(m, "x", "result", onnx::TensorProto::INT64); }},
        {"node \"result\" (Cast): input [batch, 4, 6] must not depend on the batch",
         [](ModelBuilder& m) { addCast(m, "shape", "result", onnx::TensorProto::FLOAT); }},
        {"node \"result\" (Cast): attribute to: found string, allowed float, double",
         [](ModelBuilder& m) { addCast(m, "shape", "result", onnx::TensorProto::STRING); }},
        {"node \"result\" (Cast): inf does not fit 64 bits",
         [](ModelBuilder& m) {
             m.constant("f", filled({1}, std::numeric_limits<float>::infinity()));
             addCast(m, "f", "result", onnx::TensorProto::INT64);
         }},
        {"node \"result\" (Cast): 9223372036854775807 does not fit 32 bits",
         [](ModelBuilder& m) {
             m.integers("a", {kTooFar});
             addCast(m, "a", "result", onnx::TensorProto::INT32);
         }},
        {"node \"result\" (ConstantOfShape): shape [300]: found 300 numbers, allowed 256 at most",
         [](ModelBuilder& m) { m.integers("a", {300}).node("ConstantOfShape", {"a"}, "result"); }},
        {"node \"result\" (ConstantOfShape): input [batch, 4, 6] must not depend on the batch",
         [](ModelBuilder& m) { m.node("ConstantOfShape", {"shape"}, "result"); }},
        {"node \"result\" (ConstantOfShape): shape [-1]: a size cannot be negative",
         [](ModelBuilder& m) { m.node("ConstantOfShape", {"rest"}, "result"); }},
        {"node \"result\" (Mul): shape [20, 20]: found 400 numbers, allowed 256 at most",
         [](ModelBuilder& m) {
             m.integers("a", std::vector<std::int64_t>(20, 1)).integers("b", {20, 1});
             m.node("Reshape", {"a", "b"}, "column");
             m.node("Mul", {"column", "a"}, "result");
         }},
        {"node \"result\" (Relu): input \"shape\": found whole numbers, allowed float",
         [](ModelBuilder& m) { m.node("Relu", {"shape"}, "result"); }},
        {"node \"result\" (Concat): axis 0 is out of range for 0 dimensions",
         [](ModelBuilder& m) {
             m.node("Size", {"shape"}, "rank");
             concat(m, {"rank", "rank"}, "result");
         }},
    };
    for (const Case& c : cases) {
        INFO(c.message);
        const std::string error = errorOf(resultIs({-1, 4, 6}, c.compute));
        CHECK_THAT(error, ContainsSubstring(c.message));
        // What follows from the fault is not reported.
        CHECK_THAT(error, ContainsSubstring(": 1 of "));
        CHECK_THAT(error, !ContainsSubstring("(Reshape)"));
    }
}

TEST_CASE("A target of the batch that no Reshape can express is refused") {
    const auto errorOfTarget = [](const Shape& x, const std::function<void(ModelBuilder&)>& add) {
        return errorOf(reshapeTo(x, add));
    };
    const auto twoSizes = [](ModelBuilder& m) {
        m.node("Gather", {"shape", "zero"}, "n");
        m.node("Mul", {"n", "two"}, "pairs");
        m.integers("three", {3});
        concat(m, {"three", "pairs", "rest"}, "target");
    };
    CHECK(errorOfTarget({-1, 6}, twoSizes) == "no error");
    CHECK_THAT(errorOfTarget({-1, 5}, twoSizes), ContainsSubstring("node \"y\" (Reshape): cannot"));
    const auto squared = [](ModelBuilder& m) {
        m.node("Gather", {"shape", "zero"}, "n");
        concat(m, {"two", "n", "n"}, "target");
    };
    CHECK_THAT(errorOfTarget({-1, 2}, squared), ContainsSubstring("node \"y\" (Reshape)"));

    const auto square = [](int ones) {
        ModelBuilder model;
        model.input("x", {-1, 6}).output("y").integers("one", {1});
        setAttributes(model.node("Transpose", {"x"}, "turned"), "perm", {1, 0});
        model.node("MatMul", {"x", "turned"}, "square");  // [batch, batch]
        model.node("Shape", {"square"}, "shape");
        std::vector<std::string> parts(static_cast<std::size_t>(ones), "one");
        parts.emplace_back("shape");
        concat(model, parts, "target");
        model.node("Reshape", {"square", "target"}, "y");
        return model;
    };
    CHECK(outputOf(square(1), {3, 6}).shape == Shape{1, 3, 3});
    CHECK_THAT(errorOf(square(2)),
               ContainsSubstring("[batch, batch] to [1, 1, batch, batch]: more than one size "
                                 "depends on the batch"));
}

TEST_CASE("Lists other than a target must not depend on the batch") {
    ModelBuilder model;
    model.input("x", {-1, 4}).output("y").integers("zero", {0}).node("Shape", {"x"}, "shape");
    SECTION("Slice") {
        model.node("Gather", {"shape", "zero"}, "n");
        model.node("Slice", {"x", "zero", "n", "zero"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("node \"y\" (Slice): ends [batch] must not"));
    }
    SECTION("Pad") {
        concat(model, {"shape", "shape"}, "pads");
        model.node("Pad", {"x", "pads"}, "y");
        CHECK_THAT(errorOf(model),
                   ContainsSubstring("node \"y\" (Pad): pads [batch, 4, batch, 4]"));
    }
    SECTION("a table is no list") {
        model.node("Unsqueeze", {"shape", "zero"}, "table");
        model.node("Reshape", {"x", "table"}, "y");
        CHECK_THAT(errorOf(model), ContainsSubstring("shape must be a list of whole numbers"));
    }
}

TEST_CASE("A shape that is not known for every batch is refused only if it is needed") {
    struct Case {
        std::string reason;
        std::function<void(ModelBuilder&)> part;
    };
    const std::vector<Case> cases = {
        {"the shape of \"part\" is not known: a slice of the batch is taken",
         [](ModelBuilder& m) {
             // 1, 2, 3 and then 3 for ever: no multiple of the batch.
             m.input("x", {-1, 4}).integers("three", {3});
             m.node("Slice", {"x", "zero", "three", "zero"}, "part");
         }},
        {"the shape of \"pool\" is not known: a window moves along the batch",
         [](ModelBuilder& m) {
             m.input("x", {-1, 4});
             setAttributes(m.node("Transpose", {"x"}, "turned"), "perm", {1, 0});
             m.node("Unsqueeze", {"turned", "zero"}, "image");
             auto& pool = m.node("MaxPool", {"image"}, "pool");
             setAttributes(pool, "kernel_shape", {1});
             setAttributes(pool, "strides", {9});
             m.node("Relu", {"pool"}, "part");
         }},
        {"the shape of \"part\" is not known: shapes [3, 4] and [2, 4] cannot be broadcast",
         [](ModelBuilder& m) {  // one image passes, and two do
             m.input("x", {-1, 4}).constant("rows", filled({2, 4}, 1));
             m.node("Add", {"x", "rows"}, "part");
         }},
        {"dimension 0 is 2, 3, 4 for a batch of 1, 2, 3: neither fixed nor a multiple",
         [](ModelBuilder& m) {
             m.input("x", {-1, 4}).constant("row", filled({1, 4}, 1));
             concat(m, {"x", "row"}, "part");
         }},
        {"the number of dimensions depends on the batch",
         [](ModelBuilder& m) {  // dimensions that vanish for one image
             m.input("x", {-1, 4}).node("Squeeze", {"x"}, "part");
         }},
        {"the shape of \"part\" is not known: the batch of more than one input is symbolic",
         [](ModelBuilder& m) {
             m.input("x", {-1, 4}).input("part", {-1, 4});
         }},
        {"the shape of \"x\" is not known: shape [2, 40000, 30000]: too large",
         [](ModelBuilder& m) {
             m.input("x", {-1, 40'000, 30'000});
             m.node("Relu", {"x"}, "part");
         }},
    };
    for (const Case& c : cases) {
        INFO(c.reason);
        ModelBuilder model;
        c.part(model.integers("zero", {0}));
        model.node("Relu", {"part"}, "z");
        model.output("z");
        CHECK(errorOf(model) == "no error");
        model.node("Shape", {"z"}, "shape");
        model.node("Reshape", {"z", "shape"}, "same");
        model.output("same");
        CHECK_THAT(errorOf(model), ContainsSubstring("node \"shape\" (Shape): "));
        CHECK_THAT(errorOf(model), ContainsSubstring(c.reason));
    }
}

TEST_CASE("Behind a refused node its own fault alone is reported, and others of their own") {
    ModelBuilder model;
    model.input("x", {-1, 4}).output("y").integers("zero", {0}).integers("rest", {-1});
    model.node("Hardmax", {"x"}, "hard");
    model.node("Shape", {"hard"}, "shape");
    model.node("Gather", {"shape", "zero"}, "n");
    concat(model, {"n", "rest"}, "target");
    model.node("Reshape", {"hard", "target"}, "flat");
    setAttribute(model.node("Relu", {"flat"}, "y"), "colour", std::int64_t{1});
    const std::string error = errorOf(model);
    CHECK_THAT(error, ContainsSubstring("2 of 6 nodes cannot be used"));
    CHECK_THAT(error, ContainsSubstring("node \"hard\" (Hardmax): this operator is not"));
    CHECK_THAT(error, ContainsSubstring("node \"y\" (Relu): attribute colour is not supported"));
}
