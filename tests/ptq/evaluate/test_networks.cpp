// Real networks, if ASLOG_DATA_ROOT says where they are.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "ptq/data/dataset.h"
#include "ptq/evaluate/evaluate.h"
#include "ptq/evaluate/layers.h"
#include "ptq/evaluate/networks.h"
#include "ptq/graph/fold.h"
#include "ptq/graph/shapes.h"
#include "ptq/onnx/reader.h"
#include "ptq/quantise/quantise.h"
#include "ptq/reference/run.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using namespace aslog::ptq;
using aslog::data::Answers;
using aslog::data::Dataset;
using aslog::support::Json;
using aslog::tests::TemporaryFolder;

namespace {

const fs::path kRoot = [] {
    const char* root = std::getenv("ASLOG_DATA_ROOT");
    return root == nullptr ? "" : root;
}();

bool isThere(const std::string& name) {
    if (!kRoot.empty() && fs::exists(kRoot / name)) {
        return true;
    }
    // ctest takes the first message for a skipped test; single files may be missing.
    WARN("skipped: " << (fs::is_directory(kRoot) ? name : "ASLOG_DATA_ROOT") << " not found");
    SUCCEED();
    return false;
}

FloatTensor noise(const Shape& shape) {
    std::mt19937 random(1);
    std::normal_distribution<float> number(0, 1);
    FloatTensor tensor = filled(shape, 0);
    std::generate(tensor.data.begin(), tensor.data.end(), [&] { return number(random); });
    return tensor;
}

// The first images of a data set of the examples.
Dataset firstOf(const std::string& name, int count, Answers answers) {
    const TemporaryFolder folder;
    Json descriptor =
        aslog::support::readJson(fs::path(ASLOG_SOURCE_DIR "/examples/data") / (name + ".json"));
    descriptor["first"] = count;
    aslog::support::writeJson(folder / "set.json", descriptor);
    return readDataset(folder / "set.json", kRoot, answers);
}

const EvaluationProgress kSilent = [](std::size_t, std::size_t) {};

double percentRight(const Inference& network, const Dataset& set) {
    return evaluate(network, set, 50, std::nullopt, kSilent).classification->top1.percent;
}

}  // namespace

TEST_CASE("Real networks keep their outputs when they are folded") {
    const std::string name =
        GENERATE("models/resnet20_cifar10.onnx", "models/resnet32_cifar10.onnx",
                 "models/face_descriptor.onnx", "models/squeezenet1_0_dc_imagenet.onnx");
    if (!isThere(name)) {
        return;
    }
    Graph graph = readOnnx(kRoot / name);
    const std::size_t nodes = graph.nodes.size();
    const FloatTensor input = noise(inputShapes(graph, 2).at(0));
    const FloatTensor before = run(graph, {input}).at(0);
    fold(graph);
    const FloatTensor after = run(graph, {input}).at(0);
    REQUIRE(before.shape == after.shape);
    CHECK(before.shape[0] == 2);
    const float largest =
        std::abs(*std::max_element(before.data.begin(), before.data.end(),
                                   [](float a, float b) { return std::abs(a) < std::abs(b); }));
    REQUIRE(largest > 0);
    double error = 0;
    for (std::size_t i = 0; i < before.data.size(); ++i) {
        error = std::max(error, std::abs(double{before.data[i]} - double{after.data[i]}) / largest);
    }
    CHECK(error < 1e-4);
    CHECK(std::none_of(graph.nodes.begin(), graph.nodes.end(), [](const Node& node) {
        return std::holds_alternative<BatchNormalization>(node.op);
    }));
    std::cout << fmt::format("{}: {} nodes, folded {}, error {:.1e}\n", name, nodes,
                             graph.nodes.size(), error);
}

TEST_CASE("ResNet-20 recognises CIFAR-10 as well as its authors say, and in 4 bits nearly so") {
    if (!isThere("models/resnet20_cifar10.onnx") || !isThere("cifar10/cifar10_test.bin") ||
        !isThere("cifar10/cifar10_calib.bin")) {
        return;
    }
    Graph graph = readOnnx(kRoot / "models/resnet20_cifar10.onnx");
    fold(graph);
    const auto set = firstOf("cifar10_test", 1000, Answers::Wanted);
    const double percent = percentRight(asInference(graph), set);
    std::cout << fmt::format("ResNet-20: {:.1f} % of 1000 images right\n", percent);
    // 91.73 % on all 10,000; three standard deviations of 1,000 images are 2.6.
    CHECK(percent > 89.1);
    CHECK(percent < 94.4);

    const auto calibration = firstOf("cifar10_calib", 64, Answers::Hidden);
    const Quantiser quantiser(graph, batchOf(calibration, 0, calibration.size()));
    NumberFormat format;
    format.numerics.mu = aslog::golden::MuSpec{4, 4, 4};
    const QuantisedNetwork network = quantiser.run(format, {}).network;
    const double quantised = percentRight(asInference(network), set);
    const LayerError output = compareLayers(graph, network, set, 200, kSilent).back();
    std::cout << fmt::format("ResNet-20 in 4 bits: {:.1f} %, {:.1f} dB at its output\n", quantised,
                             output.decibel());
    CHECK(quantised > percent - 1.5);
    CHECK(output.decibel() > 15);
}
