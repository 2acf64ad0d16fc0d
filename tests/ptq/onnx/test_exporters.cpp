// What exporters write beside the network itself: traced batches, outputs that nobody reads,
// weights in other files and of other kinds of floats, newer opsets.
#include <bit>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "ptq/onnx/reader.h"
#include "ptq/reference/run.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/ptq/onnx/model_builder.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog::ptq;
using namespace aslog::test;
using aslog::support::InputError;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;

std::vector<float> resultOf(const Graph& graph, const FloatTensor& x) {
    return run(graph, {x}).at(0).data;
}

/// x [batch, 2, 4, 4] -> Conv -> Reshape to `target` -> "y"
ModelBuilder reshapedConv(std::int64_t batch, const std::vector<std::int64_t>& target) {
    std::mt19937 random(1);
    ModelBuilder model;
    model.input("x", {batch, 2, 4, 4}).output("y");
    model.constant("w", randomTensor(random, {3, 2, 3, 3})).integers("shape", target);
    model.node("Conv", {"x", "w"}, "c");
    model.node("Reshape", {"c", "shape"}, "y");
    return model;
}

}  // namespace

TEST_CASE("A traced batch does not bind a network that treats each image alone") {
    std::mt19937 random(2);
    const FloatTensor images = randomTensor(random, {5, 2, 4, 4});
    const std::vector<float> wanted = resultOf(reshapedConv(-1, {-1, 12}).graph(), images);
    CHECK(resultOf(reshapedConv(1, {1, 12}).graph(), images) == wanted);
    CHECK(resultOf(reshapedConv(1, {1, -1}).graph(), images) == wanted);
    CHECK(resultOf(reshapedConv(8, {8, 12}).graph(), images) == wanted);
    CHECK(reshapedConv(1, {1, 12}).graph().inputs.front().shape.front() == kSymbolicBatch);
}

TEST_CASE("A traced batch stays where the network mixes it with other dimensions") {
    const ModelBuilder model = reshapedConv(1, {4, 3});
    const Graph graph = model.graph();
    CHECK(graph.inputs.front().shape.front() == 1);
    CHECK_THROWS_WITH(run(graph, {filled({2, 2, 4, 4}, 1)}),
                      ContainsSubstring("found shape [2, 2, 4, 4], allowed [1, 2, 4, 4]"));
    ModelBuilder mean;
    mean.input("x", {1, 2, 4, 4}).output("y");
    setAttributes(mean.node("ReduceMean", {"x"}, "y"), "axes", {0, 1});
    CHECK(mean.graph().inputs.front().shape.front() == 1);
}

TEST_CASE("A fault of the network is told with the batch of the file") {
    ModelBuilder model = reshapedConv(1, {1, 11});
    CHECK_THAT(errorOf(model), ContainsSubstring("node \"y\" (Reshape): cannot be reshaped"));
}

TEST_CASE("Outputs that nobody reads do not matter, others do") {
    ModelBuilder model;
    model.input("x", {-1, 2, 4, 4}).output("y");
    for (const char* name : {"scale", "bias", "mean", "variance"}) {
        model.constant(name, filled({2}, 1));
    }
    auto& norm = model.node("BatchNormalization", {"x", "scale", "bias", "mean", "variance"}, "n");
    norm.add_output("running_mean");
    model.node("Dropout", {"n"}, "d").add_output("mask");
    auto& pool = model.node("MaxPool", {"d"}, "y");
    setAttributes(pool, "kernel_shape", {2, 2});
    pool.add_output("places");
    CHECK(model.graph().nodes.size() == 3);
    model.output("mask");
    CHECK_THAT(errorOf(model), ContainsSubstring("node \"d\" (Dropout): output 1 (\"mask\") is"));
}

TEST_CASE("Nodes that no output needs are not read") {
    ModelBuilder model;
    model.input("x", {-1, 2}).output("y");
    model.node("Relu", {"x"}, "y");
    model.node("Einsum", {"x"}, "unused");
    model.node("NonZero", {"unused"}, "unused_too");
    CHECK(model.graph().nodes.size() == 1);
    model.output("unused_too");
    CHECK_THAT(errorOf(model), ContainsSubstring("2 of 3 nodes cannot be used"));
    CHECK_THAT(errorOf(model), ContainsSubstring("depends on the data"));
}

TEST_CASE("Why an operator is not supported") {
    const auto errorOfOperator = [](const std::string& type) {
        ModelBuilder model;
        model.input("x", {-1, 2}).output("y").node(type, {"x"}, "y");
        return errorOf(model);
    };
    CHECK_THAT(errorOfOperator("QuantizeLinear"), ContainsSubstring("export the float model"));
    CHECK_THAT(errorOfOperator("LSTM"), ContainsSubstring("loops"));
    CHECK_THAT(errorOfOperator("TopK"), ContainsSubstring("end the model before it"));
}

TEST_CASE("Split gives parts of equal size, of given sizes, and a smaller last one") {
    std::mt19937 random(3);
    const FloatTensor x = randomTensor(random, {2, 7, 3});
    struct Case {
        std::int64_t opset;
        std::vector<std::int64_t> sizes;
        std::size_t parts;
        std::vector<std::int64_t> wanted;
    };
    const auto& c = GENERATE(values<Case>({
        {11, {2, 5}, 2, {2, 5}},
        {13, {1, 4, 2}, 3, {1, 4, 2}},
        {13, {}, 7, {1, 1, 1, 1, 1, 1, 1}},
        {18, {}, 3, {3, 3, 1}},
    }));
    ModelBuilder model(c.opset);
    model.input("x", {-1, 7, 3});
    std::vector<std::string> inputs = {"x"};
    if (c.opset >= 13 && !c.sizes.empty()) {
        model.integers("sizes", c.sizes);
        inputs.emplace_back("sizes");
    }
    auto& split = model.node("Split", inputs, "p0");
    setAttribute(split, "axis", std::int64_t{1});
    if (c.opset < 13) {
        setAttributes(split, "split", c.sizes);
    }
    if (c.opset >= 18) {
        setAttribute(split, "num_outputs", static_cast<std::int64_t>(c.parts));
    }
    for (std::size_t i = 1; i < c.parts; ++i) {
        split.add_output("p" + std::to_string(i));
    }
    for (std::size_t i = 0; i < c.parts; ++i) {
        model.output("p" + std::to_string(i));
    }
    const std::vector<FloatTensor> parts = run(model.graph(), {x});
    REQUIRE(parts.size() == c.parts);
    std::int64_t start = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        REQUIRE(parts[i].shape == Shape{2, c.wanted[i], 3});
        for (std::size_t k = 0; k < parts[i].data.size(); ++k) {
            const auto per = static_cast<std::size_t>(c.wanted[i] * 3);
            REQUIRE(parts[i].data[k] ==
                    x.data[k / per * 21 + static_cast<std::size_t>(start * 3) + k % per]);
        }
        start += c.wanted[i];
    }
}

TEST_CASE("A Split that does not fit is refused") {
    ModelBuilder model(13);
    model.input("x", {-1, 6}).output("a").output("b").integers("sizes", {1, 2, 3});
    auto& split = model.node("Split", {"x", "sizes"}, "a");
    split.add_output("b");
    setAttribute(split, "axis", std::int64_t{1});
    CHECK_THAT(errorOf(model), ContainsSubstring("split: found 3 sizes for 2 outputs"));
}

TEST_CASE("Axes of means and pads are inputs since opset 18") {
    ModelBuilder model(18);
    model.input("x", {-1, 2, 4, 4}).output("y").integers("axes", {2, 3}).integers("pads", {1, 0});
    model.integers("last", {-1});
    model.node("Pad", {"x", "pads", "", "last"}, "p");
    model.node("ReduceMean", {"p", "axes"}, "y");
    CHECK(run(model.graph(), {filled({3, 2, 4, 4}, 5)}).front().data ==
          std::vector<float>(6, 4.0F));
    ModelBuilder none(18);
    none.input("x", {-1, 2}).output("y");
    setAttribute(none.node("ReduceMax", {"x"}, "y"), "noop_with_empty_axes", std::int64_t{1});
    CHECK(run(none.graph(), {filled({1, 2}, 3)}).front().shape == Shape{1, 2});
}

TEST_CASE("Floats of 16 and of 64 bits are read as floats") {
    const auto readAs = [](int type, const std::string& raw, std::int64_t count) {
        ModelBuilder model;
        model.input("x", {-1, count}).output("y").constant("c", filled({count}, 0));
        onnx::TensorProto& tensor = *model.proto().mutable_graph()->mutable_initializer(0);
        tensor.set_data_type(type);
        tensor.clear_float_data();
        tensor.set_raw_data(raw);
        model.node("Add", {"x", "c"}, "y");
        return resultOf(model.graph(), filled({1, count}, 0));
    };
    const auto bytes = [](const auto& numbers) {
        return std::string(reinterpret_cast<const char*>(numbers.data()),
                           numbers.size() * sizeof(numbers[0]));
    };
    // 1, -2, the largest, the smallest above 0 with an exponent, half of the smallest of all... 1/3
    const std::vector<std::uint16_t> halves = {0x3C00, 0xC000, 0x7BFF, 0x0400, 0x0001, 0x3555, 0};
    CHECK(readAs(onnx::TensorProto::FLOAT16, bytes(halves), 7) ==
          std::vector<float>{1, -2, 65504, 0x1p-14F, 0x1p-24F, 0x1.554p-2F, 0});
    const std::vector<std::uint16_t> brains = {0x3F80, 0xC040, 0x7F7F};
    CHECK(readAs(onnx::TensorProto::BFLOAT16, bytes(brains), 3) ==
          std::vector<float>{1, -3, std::bit_cast<float>(0x7F7F0000U)});
    CHECK(readAs(onnx::TensorProto::DOUBLE, bytes(std::vector<double>{0.1, -4}), 2) ==
          std::vector<float>{0.1F, -4});
    // Half floats as exporters cast them.
    ModelBuilder model;
    model.input("x", {-1, 2}).output("y");
    setAttribute(model.node("Cast", {"x"}, "h"), "to", std::int64_t{onnx::TensorProto::FLOAT16});
    setAttribute(model.node("Cast", {"h"}, "y"), "to", std::int64_t{onnx::TensorProto::FLOAT});
    CHECK(resultOf(model.graph(), {{1, 2}, {3, -4}}) == std::vector<float>{3, -4});
    ModelBuilder whole;
    whole.input("x", {-1, 2}).output("y");
    setAttribute(whole.node("Cast", {"x"}, "y"), "to", std::int64_t{onnx::TensorProto::INT64});
    CHECK_THAT(errorOf(whole), ContainsSubstring("an activation is made int64"));
}

TEST_CASE("Weights are read from files beside the model, and from nowhere else") {
    const TemporaryFolder folder;
    fs::create_directory(folder / "model");
    const std::vector<float> weights = {9, 9, 1, -2, 3};
    const std::string bytes(reinterpret_cast<const char*>(weights.data()), 20);
    aslog::support::writeFile(folder / "model" / "w.data", bytes);
    aslog::support::writeFile(folder / "outside.data", bytes);
    fs::create_symlink(folder / "outside.data", folder / "model" / "link.data");

    const auto read = [&](const std::string& location, const std::string& offset,
                          const std::string& length) -> std::string {
        ModelBuilder model;
        model.input("x", {-1, 3}).output("y").constant("w", filled({3}, 0));
        onnx::TensorProto& tensor = *model.proto().mutable_graph()->mutable_initializer(0);
        tensor.clear_float_data();
        tensor.set_data_location(onnx::TensorProto::EXTERNAL);
        for (const auto& [key, value] :
             {std::pair{"location", location}, std::pair{"offset", offset},
              std::pair{"length", length}}) {
            if (!value.empty()) {
                auto& entry = *tensor.add_external_data();
                entry.set_key(key);
                entry.set_value(value);
            }
        }
        model.node("Add", {"x", "w"}, "y");
        aslog::support::writeFile(folder / "model" / "net.onnx", model.bytes());
        try {
            const std::vector<float> found =
                resultOf(readOnnx(folder / "model" / "net.onnx"), filled({1, 3}, 0));
            return found == std::vector<float>{1, -2, 3} ? "right" : "wrong";
        } catch (const InputError& error) {
            return error.what();
        }
    };
    CHECK(read("w.data", "8", "12") == "right");
    CHECK(read("./w.data", "8", "") == "right");
    CHECK(read("w.data", "0", "12") == "wrong");
    CHECK_THAT(read("w.data", "12", "12"), ContainsSubstring("has 20 bytes, 12 at 12 are needed"));
    CHECK_THAT(read("w.data", "18446744073709551615", "12"), ContainsSubstring("has 20 bytes"));
    CHECK_THAT(read("w.data", "8", "16"), ContainsSubstring("found 16 bytes"));
    CHECK_THAT(read("w.data", "-8", ""), ContainsSubstring("offset is \"-8\""));
    CHECK_THAT(read("none.data", "", ""), ContainsSubstring("no file \"none.data\" beside"));
    for (const std::string& outside :
         {std::string("../outside.data"), (folder / "outside.data").string(),
          std::string("link.data"), std::string("../model/../outside.data"), std::string()}) {
        INFO(outside);
        CHECK_THAT(read(outside, "8", "12"), ContainsSubstring("is no file below the model's own"));
    }
}
