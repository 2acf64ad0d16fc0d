// Real networks, if ASLOG_DATA_ROOT says where they are.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "ptq/graph/fold.h"
#include "ptq/graph/shapes.h"
#include "ptq/onnx/reader.h"
#include "ptq/reference/run.h"
#include "support/file.h"
#include "tests/catch.h"

namespace fs = std::filesystem;
using namespace aslog::ptq;

namespace {

const fs::path kRoot = ASLOG_DATA_ROOT;

bool isThere(const std::string& name) {
    if (!kRoot.empty() && fs::exists(kRoot / name)) {
        return true;
    }
    // ctest takes the first message for a skipped test; single files may be missing.
    WARN("skipped: " << (fs::is_directory(kRoot) ? name : "ASLOG_DATA_ROOT") << " not found");
    SUCCEED();
    return false;
}

Tensor noise(const Shape& shape) {
    std::mt19937 random(1);
    std::normal_distribution<float> number(0, 1);
    Tensor tensor = filled(shape, 0);
    std::generate(tensor.data.begin(), tensor.data.end(), [&] { return number(random); });
    return tensor;
}

struct LabelledImages {
    Tensor images;
    std::vector<int> labels;
};

// The first `count` records of a CIFAR-10 file (label byte, then three planes of 32 x 32), scaled
// to 0..1 and normalised as the networks expect.
LabelledImages readCifar(const fs::path& path, std::int64_t count) {
    constexpr std::size_t kPlane = 32 * 32;
    constexpr float kMean[] = {0.485F, 0.456F, 0.406F};
    constexpr float kDeviation[] = {0.229F, 0.224F, 0.225F};
    const std::string bytes = aslog::support::readFile(path);
    REQUIRE(bytes.size() >= static_cast<std::size_t>(count) * (3 * kPlane + 1));
    LabelledImages result{filled({count, 3, 32, 32}, 0), {}};
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const std::size_t record = i * (3 * kPlane + 1);
        result.labels.push_back(bytes[record]);
        for (std::size_t k = 0; k < 3 * kPlane; ++k) {
            const float pixel =
                static_cast<float>(static_cast<std::uint8_t>(bytes[record + 1 + k])) / 255;
            result.images.data[i * 3 * kPlane + k] =
                (pixel - kMean[k / kPlane]) / kDeviation[k / kPlane];
        }
    }
    return result;
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
    const Tensor input = noise(inputShapes(graph, 2).at(0));
    const Tensor before = run(graph, {input}).at(0);
    fold(graph);
    const Tensor after = run(graph, {input}).at(0);
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

TEST_CASE("ResNet-20 recognises CIFAR-10 as well as its authors say") {
    if (!isThere("models/resnet20_cifar10.onnx") || !isThere("cifar10/cifar10_test.bin")) {
        return;
    }
    constexpr std::int64_t kImages = 1000;
    Graph graph = readOnnx(kRoot / "models/resnet20_cifar10.onnx");
    fold(graph);
    const LabelledImages data = readCifar(kRoot / "cifar10/cifar10_test.bin", kImages);
    const Tensor logits = run(graph, {data.images}).at(0);
    int correct = 0;
    for (std::size_t i = 0; i < data.labels.size(); ++i) {
        const auto first = logits.data.begin() + static_cast<std::ptrdiff_t>(i) * 10;
        correct += std::max_element(first, first + 10) - first == data.labels[i] ? 1 : 0;
    }
    std::cout << fmt::format("ResNet-20: {} of {} images right\n", correct, kImages);
    // 91.73 % on all 10,000; three standard deviations of 1,000 images are 2.6 %.
    CHECK(correct > 891);
    CHECK(correct < 944);
}
