#include "examples/fashion_cnn/onnx_file.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "support/file.h"

namespace aslog::examples {
namespace {

constexpr std::int64_t kOpset = 13;
constexpr std::int64_t kIrVersion = 7;  // that of opset 13

void addValue(onnx::ValueInfoProto& value, const std::string& name,
              std::initializer_list<std::size_t> sizesOfOne) {
    value.set_name(name);
    auto& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("N");
    for (const std::size_t size : sizesOfOne) {
        type.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(size));
    }
}

void addWeights(onnx::GraphProto& graph, const std::string& name,
                const std::vector<std::size_t>& shape, std::span<const float> numbers) {
    onnx::TensorProto& tensor = *graph.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    tensor.mutable_dims()->Add(shape.begin(), shape.end());
    tensor.mutable_float_data()->Add(numbers.begin(), numbers.end());
}

void setAttribute(onnx::NodeProto& node, const char* name, std::size_t value, int count) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INTS);
    for (int i = 0; i < count; ++i) {
        attribute.add_ints(static_cast<std::int64_t>(value));
    }
}

onnx::NodeProto& addNode(onnx::GraphProto& graph, const char* type, const std::string& name,
                         std::initializer_list<std::string> inputs, const std::string& output) {
    onnx::NodeProto& node = *graph.add_node();
    node.set_op_type(type);
    node.set_name(name);
    for (const std::string& input : inputs) {
        node.add_input(input);
    }
    node.add_output(output);
    return node;
}

// Returns the name of the layer's output.
std::string addLayer(onnx::GraphProto& graph, const FashionCnn& cnn, std::size_t index,
                     const std::string& input) {
    const ConvShape& layer = cnn.layers()[index];
    const std::string weights = layer.name + "_weights";
    const std::string bias = layer.name + "_bias";
    addWeights(graph, weights, {layer.outChannels, layer.inChannels, layer.kernel, layer.kernel},
               cnn.weights(index));
    addWeights(graph, bias, {layer.outChannels}, cnn.bias(index));
    const std::string sums = layer.name + "_sums";
    onnx::NodeProto& node = addNode(graph, "Conv", layer.name, {input, weights, bias}, sums);
    setAttribute(node, "kernel_shape", layer.kernel, 2);
    setAttribute(node, "pads", layer.padding, 4);
    setAttribute(node, "strides", layer.stride, 2);
    if (!layer.relu) {
        return sums;
    }
    const std::string output = layer.name + "_relu";
    addNode(graph, "Relu", output, {sums}, output);
    return output;
}

std::size_t scoreCount(const FashionCnn& cnn) {
    std::size_t height = cnn.input().height;
    std::size_t width = cnn.input().width;
    for (const ConvShape& layer : cnn.layers()) {
        height = layer.outputSize(height);
        width = layer.outputSize(width);
    }
    return cnn.layers().back().outChannels * height * width;
}

}  // namespace

std::string toOnnx(const FashionCnn& cnn) {
    const InputShape& input = cnn.input();
    onnx::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.set_producer_name("aslog");
    model.add_opset_import()->set_version(kOpset);
    onnx::GraphProto& graph = *model.mutable_graph();
    graph.set_name("fashion_cnn");
    addValue(*graph.add_input(), "image", {input.channels, input.height, input.width});
    graph.mutable_input(0)->set_doc_string(
        fmt::format("(pixel - {}) / {}", input.offset, input.divisor));
    std::string value = "image";
    for (std::size_t i = 0; i < cnn.layers().size(); ++i) {
        value = addLayer(graph, cnn, i, value);
    }
    // Flatten's own default: all dimensions behind the first become one.
    addNode(graph, "Flatten", "flatten", {value}, "scores");
    addValue(*graph.add_output(), "scores", {scoreCount(cnn)});
    return model.SerializeAsString();
}

void saveOnnx(const FashionCnn& cnn, const std::filesystem::path& path) {
    support::writeFile(path, toOnnx(cnn));
}

}  // namespace aslog::examples
