#include "tests/ptq/quantise/small_networks.h"

#include <cmath>
#include <cstddef>
#include <numbers>

#include "ptq/graph/fold.h"
#include "ptq/graph/head.h"

namespace aslog::test {

ptq::FloatTensor SmallNetwork::normal(const ptq::Shape& shape, double deviation) {
    std::normal_distribution<double> number(0, deviation);
    ptq::FloatTensor tensor = ptq::filled(shape, 0);
    for (float& element : tensor.data) {
        element = static_cast<float>(number(random_));
    }
    return tensor;
}

SmallNetwork& SmallNetwork::conv(const std::string& input, const std::string& result,
                                 const ConvShape& shape) {
    const std::int64_t inputs = shape.inputs / shape.groups;
    const auto taps = static_cast<double>(inputs * shape.kernel * shape.kernel);
    model_.constant(result + ".w", normal({shape.outputs, inputs, shape.kernel, shape.kernel},
                                          std::sqrt(1.5 / taps)));
    model_.constant(result + ".b", normal({shape.outputs}, 0.2));
    auto& node = model_.node("Conv", {input, result + ".w", result + ".b"}, result);
    setAttribute(node, "group", shape.groups);
    setAttributes(node, "strides", {shape.stride, shape.stride});
    setAttributes(node, "pads", std::vector<std::int64_t>(4, shape.kernel / 2));
    return *this;
}

SmallNetwork& SmallNetwork::gemm(const std::string& input, const std::string& result,
                                 std::int64_t inputs, std::int64_t outputs) {
    model_.constant(result + ".w",
                    normal({outputs, inputs}, std::sqrt(1.5 / static_cast<double>(inputs))));
    model_.constant(result + ".b", normal({outputs}, 0.2));
    setAttribute(model_.node("Gemm", {input, result + ".w", result + ".b"}, result), "transB",
                 std::int64_t{1});
    return *this;
}

SmallNetwork& SmallNetwork::batchNorm(const std::string& input, const std::string& result,
                                      std::int64_t channels) {
    for (const char* name : {".scale", ".bias", ".mean", ".variance"}) {
        ptq::FloatTensor tensor = normal({channels}, 0.5);
        for (float& element : tensor.data) {
            element = name == std::string(".variance") ? std::abs(element) + 0.5F : element;
        }
        model_.constant(result + name, tensor);
    }
    model_.node(
        "BatchNormalization",
        {input, result + ".scale", result + ".bias", result + ".mean", result + ".variance"},
        result);
    return *this;
}

SmallNetwork& SmallNetwork::pad(const std::string& input, const std::string& result,
                                const std::vector<std::int64_t>& pads) {
    model_.integers(result + ".pads", pads);
    model_.node("Pad", {input, result + ".pads"}, result);
    return *this;
}

SmallNetwork& SmallNetwork::slice(const std::string& input, const std::string& result,
                                  const std::vector<std::int64_t>& starts,
                                  const std::vector<std::int64_t>& ends,
                                  const std::vector<std::int64_t>& axes,
                                  const std::vector<std::int64_t>& steps) {
    model_.integers(result + ".starts", starts);
    model_.integers(result + ".ends", ends);
    model_.integers(result + ".axes", axes);
    model_.integers(result + ".steps", steps);
    model_.node("Slice",
                {input, result + ".starts", result + ".ends", result + ".axes", result + ".steps"},
                result);
    return *this;
}

SmallNetwork& SmallNetwork::constant(const std::string& name, const ptq::Shape& shape) {
    model_.constant(name, randomTensor(random_, shape));
    return *this;
}

SmallNetwork& SmallNetwork::number(const std::string& name, float value) {
    model_.constant(name, ptq::filled({}, value));
    return *this;
}

ptq::Graph SmallNetwork::graph(const ptq::Shape& input, const std::string& output) {
    model_.input("x", input).output(output);
    ptq::Graph graph = model_.graph();
    ptq::fold(graph);
    ptq::cutHead(graph);
    return graph;
}

ptq::FloatTensor smoothImages(std::uint32_t seed, const ptq::Shape& shape) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> number(-1, 1);
    ptq::FloatTensor images = ptq::filled(shape, 0);
    const auto plane = static_cast<std::size_t>(shape[2] * shape[3]);
    for (std::size_t first = 0; first < images.data.size(); first += plane) {
        const double fx = number(random);
        const double fy = number(random);
        const double phase = std::numbers::pi * number(random);
        const double mean = number(random);
        for (std::size_t i = 0; i < plane; ++i) {
            const auto y = static_cast<double>(i / static_cast<std::size_t>(shape[3]));
            const auto x = static_cast<double>(i % static_cast<std::size_t>(shape[3]));
            images.data[first + i] =
                static_cast<float>(mean + std::sin(fx * x + fy * y + phase) + 0.2 * number(random));
        }
    }
    return images;
}

ptq::Graph assortedNetwork(std::uint32_t seed) {
    SmallNetwork net(seed);
    net.number("zero", 0).number("six", 6);
    net.conv("x", "conv1", {3, 8, 3, 1, 1}).node("Relu", {"conv1"}, "relu1");
    net.conv("relu1", "depthwise", {8, 8, 3, 1, 8});
    net.node("Clip", {"depthwise", "zero", "six"}, "relu6");
    net.conv("relu6", "conv2", {8, 8, 1, 1, 1});
    net.node("Add", {"conv2", "relu1"}, "sum");
    net.node("Relu", {"sum"}, "relu2");
    // A shortcut of half the size and more channels, beside a convolution.
    net.slice("relu2", "half", {0, 0}, {99, 99}, {2, 3}, {2, 2});
    net.pad("half", "shortcut", {0, 2, 0, 0, 0, 2, 0, 0});
    net.conv("relu2", "conv3", {8, 12, 3, 2, 1});
    net.node("Add", {"shortcut", "conv3"}, "sum2");
    net.node("Relu", {"sum2"}, "relu3");
    setAttributes(net.node("MaxPool", {"relu3"}, "largest"), "kernel_shape", {3, 3});
    setAttributes(net.node("AveragePool", {"relu3"}, "mean"), "kernel_shape", {3, 3});
    net.conv("largest", "conv4", {12, 4, 1, 1, 1});
    setAttribute(net.node("Concat", {"mean", "conv4"}, "joined"), "axis", std::int64_t{1});
    net.node("GlobalAveragePool", {"joined"}, "global").set_name("global");
    net.node("Flatten", {"global"}, "flat");
    net.gemm("flat", "scores", 16, 10);
    return net.graph({-1, 3, 12, 12}, "scores");
}

}  // namespace aslog::test
