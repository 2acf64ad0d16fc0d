// The small CNN as ONNX: the committed file is the exporter's, and computes what the CNN computes.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

#include "examples/fashion_cnn/model_file.h"
#include "examples/fashion_cnn/onnx_file.h"
#include "ptq/data/dataset.h"
#include "ptq/onnx/reader.h"
#include "ptq/reference/run.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/examples/temporary_folder.h"

namespace aslog::examples {
namespace {

using Pixels = std::vector<std::uint8_t>;

const std::string kFolder = ASLOG_SOURCE_DIR "/examples/";
const std::string kModel = kFolder + "fashion_cnn/fashion_cnn";

// Rectangles of random places and shades: unlike noise, they fall into several classes.
Pixels randomImage(const InputShape& shape, std::mt19937& random) {
    Pixels pixels(shape.size());
    for (int i = 0; i < 4; ++i) {
        const std::size_t top = random() % shape.height;
        const std::size_t left = random() % shape.width;
        const std::size_t height = 1 + random() % (shape.height - top);
        const std::size_t width = 1 + random() % (shape.width - left);
        const auto shade = static_cast<std::uint8_t>(random());
        for (std::size_t y = top; y < top + height; ++y) {
            std::fill_n(pixels.begin() + static_cast<std::ptrdiff_t>(y * shape.width + left), width,
                        shade);
        }
    }
    return pixels;
}

ptq::FloatTensor batchOf(const FashionCnn& cnn, const std::vector<Pixels>& images) {
    const InputShape& shape = cnn.input();
    ptq::FloatTensor batch{
        {std::ssize(images), static_cast<std::int64_t>(shape.channels),
         static_cast<std::int64_t>(shape.height), static_cast<std::int64_t>(shape.width)},
        {}};
    for (const Pixels& image : images) {
        const Tensor input = cnn.normalise(image);
        batch.data.insert(batch.data.end(), input.values.begin(), input.values.end());
    }
    return batch;
}

// A data set of one image of 28 x 28 pixels, with the preprocessing of an example.
std::vector<float> preprocessed(const std::string& name, const Pixels& pixels) {
    const TemporaryFolder folder;
    std::string idx("\0\0\x8\3\0\0\0\1\0\0\0\x1C\0\0\0\x1C", 16);
    idx.append(pixels.begin(), pixels.end());
    support::writeFile(folder.path() / "one.idx", idx);
    support::Json descriptor = support::readJson(kFolder + "data/" + name);
    descriptor["images"] = "one.idx";
    descriptor.erase("first");
    support::writeJson(folder.path() / "one.json", descriptor);
    return data::readDataset(folder.path() / "one.json", folder.path(), data::Answers::Hidden)
        .image(0);
}

}  // namespace

TEST_CASE("the committed ONNX file is byte for byte what the exporter makes") {
    const FashionCnn cnn = loadFashionCnn(kModel + ".json");
    const std::string bytes = toOnnx(cnn);
    CHECK((bytes == support::readFile(kModel + ".onnx")));
    CHECK((bytes == toOnnx(cnn)));
    const TemporaryFolder folder;
    saveOnnx(cnn, folder.path() / "again.onnx");
    CHECK((support::readFile(folder.path() / "again.onnx") == bytes));
}

TEST_CASE("the ONNX file has the layers of the network by name") {
    const FashionCnn cnn = loadFashionCnn(kModel + ".json");
    const ptq::Graph graph = ptq::readOnnx(kModel + ".onnx");
    REQUIRE(graph.inputs.size() == 1);
    CHECK(graph.values[graph.inputs[0].value].name == "image");
    CHECK(graph.inputs[0].shape == ptq::Shape{ptq::kSymbolicBatch, 1, 28, 28});
    REQUIRE(graph.outputs.size() == 1);
    CHECK(graph.outputs[0].name == "scores");
    std::vector<std::string> found;
    for (const ptq::Node& node : graph.nodes) {
        found.push_back(node.name);
    }
    std::vector<std::string> wanted;
    for (const ConvShape& layer : cnn.layers()) {
        wanted.push_back(layer.name);
        if (layer.relu) {
            wanted.push_back(layer.name + "_relu");
        }
    }
    wanted.emplace_back("flatten");
    CHECK(found == wanted);
}

TEST_CASE("the ONNX file computes the scores and classes of the network") {
    const FashionCnn cnn = loadFashionCnn(kModel + ".json");
    const ptq::Graph graph = ptq::readOnnx(kModel + ".onnx");
    std::mt19937 random(1);
    std::vector<Pixels> images;
    for (int i = 0; i < 300; ++i) {
        images.push_back(randomImage(cnn.input(), random));
    }
    const ptq::FloatTensor scores = ptq::run(graph, {batchOf(cnn, images)}).front();
    REQUIRE(scores.shape == ptq::Shape{300, 10});
    std::set<std::size_t> classes;
    for (std::size_t i = 0; i < images.size(); ++i) {
        INFO("image " << i);
        const std::vector<float> expected = cnn.forward(images[i]);
        const float* found = scores.data.data() + i * expected.size();
        float difference = 0;  // of sums in another order
        for (std::size_t c = 0; c < expected.size(); ++c) {
            difference = std::max(difference, std::abs(found[c] - expected[c]));
        }
        CHECK(difference < 1e-4F);
        const float* best = std::max_element(found, found + expected.size());
        CHECK(static_cast<std::size_t>(best - found) == cnn.classify(images[i]));
        classes.insert(cnn.classify(images[i]));
    }
    CHECK(classes.size() >= 5);
}

TEST_CASE("networks of other shapes are exported too") {
    std::mt19937 random(2);
    const std::vector<ConvShape> layers{{"a", 3, 2, 1, 2, 3, false}, {"b", 1, 1, 0, 3, 2, true}};
    std::vector<float> parameters;
    for (std::size_t i = 0; i < layers[0].parameterCount() + layers[1].parameterCount(); ++i) {
        parameters.push_back(static_cast<float>(random() % 2001) / 1000.0F - 1.0F);
    }
    const FashionCnn cnn({2, 6, 9, 128, 50}, layers, parameters);
    const Pixels image = randomImage({1, 12, 9, 0, 1}, random);
    const std::string bytes = toOnnx(cnn);
    onnx::ModelProto model;  // the reader does not look at the shape that the file states
    REQUIRE(model.ParseFromString(bytes));
    const auto& stated = model.graph().output(0).type().tensor_type().shape();
    REQUIRE(stated.dim_size() == 2);
    CHECK(stated.dim(1).dim_value() == 2 * 3 * 5);
    const ptq::Graph graph = ptq::parseOnnx(bytes, "odd");
    const ptq::FloatTensor scores = ptq::run(graph, {batchOf(cnn, {image})}).front();
    const std::vector<float> expected = cnn.forward(image);
    REQUIRE(scores.shape == ptq::Shape{1, 2 * 3 * 5});
    REQUIRE(scores.data.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(std::abs(scores.data[i] - expected[i]) < 1e-4F);
    }
}

TEST_CASE("the data sets of the examples give the network the input that it was trained with") {
    const FashionCnn cnn = loadFashionCnn(kModel + ".json");
    Pixels everyShade(cnn.input().size());
    for (std::size_t i = 0; i < everyShade.size(); ++i) {
        everyShade[i] = static_cast<std::uint8_t>(i);
    }
    for (const char* name : {"fashion_mnist.json", "fashion_mnist_calib.json"}) {
        INFO(name);
        CHECK(preprocessed(name, everyShade) == cnn.normalise(everyShade).values);
    }
}

TEST_CASE("calibration takes training images and names no labels") {
    const support::Json json = support::readJson(kFolder + "data/fashion_mnist_calib.json");
    CHECK(json.at("images").get<std::string>().find("/train-images-") != std::string::npos);
    CHECK(json.at("first") == 1024);
    CHECK_FALSE(json.contains("labels"));
}

}  // namespace aslog::examples
