// Damaged and hostile files: an error with a message, never a crash, never a huge allocation.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

#include "ptq/graph/fold.h"
#include "ptq/graph/shapes.h"
#include "ptq/onnx/reader.h"
#include "ptq/reference/run.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/onnx/disturb_model.h"
#include "tests/ptq/onnx/model_builder.h"

using aslog::support::InputError;
using aslog::test::disturb;
using aslog::test::disturbBytes;
using aslog::test::ModelBuilder;
using aslog::test::randomTensor;
using aslog::test::setAttribute;
using aslog::test::setAttributes;
using namespace aslog::ptq;

namespace {

// One of many kinds of nodes, so that damage has much to hit.
std::string smallModel() {
    std::mt19937 random(1);
    ModelBuilder model;
    model.input("x", {-1, 2, 6, 6}).output("y");
    model.constant("w", randomTensor(random, {4, 1, 3, 3}));
    model.constant("b", randomTensor(random, {4}));
    for (const char* name : {"gamma", "beta", "mean"}) {
        model.constant(name, randomTensor(random, {4}));
    }
    model.constant("variance", filled({4}, 0.5F));
    model.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1}).integers("rest", {-1});
    model.integers("starts", {0}).integers("ends", {-1}).integers("axes", {2});
    model.constant("matrix", randomTensor(random, {3, 8}));
    model.integers("zero", {0}).integers("two", {2});
    // The pads on a way through whole numbers.
    model.node("Mul", {"pads", "two"}, "doubled");
    model.node("Reshape", {"doubled", "table_shape"}, "table");
    setAttributes(model.node("Transpose", {"table"}, "turned"), "perm", {1, 0});
    model.node("Reshape", {"turned", "rest"}, "list");
    model.node("Gather", {"list", "places"}, "chosen");
    model.node("Div", {"chosen", "two"}, "computed_pads");
    model.integers("table_shape", {2, -1}).integers("places", {0, 2, 4, 6, 1, 3, 5, 7});
    model.node("Pad", {"x", "computed_pads"}, "padded");
    auto& conv = model.node("Conv", {"padded", "w", "b"}, "conv");
    setAttribute(conv, "group", std::int64_t{2});
    setAttributes(conv, "pads", {0, 1, 0, 1});
    model.node("BatchNormalization", {"conv", "gamma", "beta", "mean", "variance"}, "norm");
    model.node("Relu", {"norm"}, "relu");
    auto& pool = model.node("MaxPool", {"relu"}, "pool");
    setAttributes(pool, "kernel_shape", {2, 2});
    setAttributes(pool, "strides", {2, 2});
    setAttribute(pool, "ceil_mode", std::int64_t{1});
    model.node("Slice", {"pool", "starts", "ends", "axes"}, "slice");
    auto& average = model.node("AveragePool", {"slice"}, "average");
    setAttributes(average, "kernel_shape", {2, 3});
    setAttribute(model.node("Cast", {"rest"}, "cast"), "to",
                 std::int64_t{onnx::TensorProto::INT64});
    model.node("Shape", {"average"}, "shape");
    model.node("Slice", {"shape", "zero", "two", "zero"}, "front");
    model.node("Gather", {"front", "zero"}, "n");
    model.node("ConstantOfShape", {"zero"}, "none");
    auto& target = model.node("Concat", {"n", "cast"}, "target");
    setAttribute(target, "axis", std::int64_t{0});
    model.node("Reshape", {"average", "target"}, "flat");
    auto& gemm = model.node("Gemm", {"flat", "matrix"}, "y");
    setAttribute(gemm, "transB", std::int64_t{1});
    return model.bytes();
}

// Reads, folds and, if that is a matter of microseconds, runs. True if nothing was wrong.
bool survives(const std::string& bytes) {
    try {
        Graph graph = parseOnnx(bytes, "damaged.onnx");
        fold(graph);
        std::int64_t work = 0;
        for (const Shape& shape : inferShapes(graph, inputShapes(graph, 1))) {
            work += elementCount(shape);
        }
        if (work < 100'000) {
            std::vector<FloatTensor> inputs;
            for (const Shape& shape : inputShapes(graph, 1)) {
                inputs.push_back(filled(shape, 1));
            }
            run(graph, inputs);
        }
        return true;
    } catch (const InputError& error) {
        CHECK(std::string(error.what()).find("damaged.onnx") != std::string::npos);
        return false;
    }
}

}  // namespace

TEST_CASE("The small model itself is whole") {
    REQUIRE(survives(smallModel()));
}

TEST_CASE("Files that are no ONNX model are refused") {
    CHECK_FALSE(survives(""));
    CHECK_FALSE(survives("This is a text file.\n"));
    CHECK_FALSE(survives(std::string(1000, '\0')));
    CHECK_THROWS_AS(readOnnx("no/such/file.onnx"), aslog::support::FileError);
}

TEST_CASE("A model cut at any length is refused or whole") {
    const std::string whole = smallModel();
    std::size_t refused = 0;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        refused += survives(whole.substr(0, length)) ? 0 : 1;
    }
    // protobuf may accept a cut between two fields of the model.
    CHECK(refused + 2 >= whole.size());
}

TEST_CASE("A model with changed bytes is refused or still a model") {
    const std::string whole = smallModel();
    std::mt19937 random(7);
    std::size_t refused = 0;
    for (int trial = 0; trial < 5000; ++trial) {
        std::string damaged = whole;
        disturbBytes(damaged, random);
        refused += survives(damaged) ? 0 : 1;
    }
    CHECK(refused > 100);
    CHECK(refused < 5000);
}

TEST_CASE("A model with extreme numbers or other connections is refused or still a model") {
    std::mt19937 random(9);
    std::size_t refused = 0;
    constexpr std::size_t kTrials = 20'000;
    for (std::size_t trial = 0; trial < kTrials; ++trial) {
        onnx::ModelProto model;
        REQUIRE(model.ParseFromString(smallModel()));
        for (auto changes = 1 + random() % 3; changes > 0; --changes) {
            disturb(*model.mutable_graph(), random);
        }
        refused += survives(model.SerializeAsString()) ? 0 : 1;
    }
    CHECK(refused > kTrials / 10);
    CHECK(refused < kTrials);
}

TEST_CASE("An input of too many numbers is named as such, whatever else is wrong") {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t batch : {-1, 1}) {
        ModelBuilder model;
        model.input("x", {batch, 3, kMost, 1}).output("y");
        model.node("Unheard", {"x"}, "y");
        CHECK_THAT(aslog::test::errorOf(model),
                   Catch::Matchers::ContainsSubstring("input \"x\"") &&
                       Catch::Matchers::ContainsSubstring("too large"));
    }
}

TEST_CASE("A huge shape without data is refused, not allocated") {
    ModelBuilder model;
    model.input("x", {1, 2}).output("y");
    auto& tensor = *model.proto().mutable_graph()->add_initializer();
    tensor.set_name("huge");
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    model.node("Add", {"x", "huge"}, "y");
    for (const std::int64_t size : {std::int64_t{1'000'000}, std::int64_t{1} << 62}) {
        tensor.clear_dims();
        tensor.add_dims(size);
        tensor.add_dims(1'000'000);
        CHECK_FALSE(survives(model.bytes()));
    }
    tensor.clear_dims();
    tensor.add_dims(2'000'000'000);
    CHECK_FALSE(survives(model.bytes()));
    tensor.set_raw_data("1234");
    CHECK_FALSE(survives(model.bytes()));
}
