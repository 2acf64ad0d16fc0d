// Folding of y[c] = scale[c] * x[c] + shift[c], c the channel (dimension 1), into weights.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "ptq/graph/fold.h"
#include "ptq/graph/shapes.h"

namespace aslog::ptq {
namespace {

struct Affine {
    ValueId input = 0;
    std::vector<double> scale;  // one for each channel
    std::vector<double> shift;
};

std::optional<Affine> affineOfNormalization(const Graph& graph, const Node& node) {
    const auto& epsilon = std::get<BatchNormalization>(node.op).epsilon;
    std::vector<const FloatTensor*> parameters;
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        parameters.push_back(constantOf(graph, node.inputs[i]));
        if (parameters.back() == nullptr) {
            return std::nullopt;
        }
    }
    Affine affine{node.inputs[0], {}, {}};
    for (std::size_t c = 0; c < parameters[0]->data.size(); ++c) {
        const double deviation = std::sqrt(double{parameters[3]->data[c]} + epsilon);
        const double scale = parameters[0]->data[c] / deviation;
        affine.scale.push_back(scale);
        affine.shift.push_back(parameters[1]->data[c] - scale * parameters[2]->data[c]);
    }
    return affine;
}

// One number for each channel of a value of shape `like`, or none if `tensor` varies otherwise.
std::optional<std::vector<double>> perChannel(const FloatTensor& tensor, const Shape& like) {
    const auto channels = static_cast<std::size_t>(like[1]);
    if (tensor.shape.size() > like.size()) {
        return std::nullopt;
    }
    if (tensor.data.size() == 1) {
        return std::vector<double>(channels, tensor.data[0]);
    }
    const std::size_t offset = like.size() - tensor.shape.size();
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        if (tensor.shape[i] != (offset + i == 1 ? like[1] : 1)) {
            return std::nullopt;
        }
    }
    if (tensor.data.size() != channels) {
        return std::nullopt;
    }
    return std::vector<double>(tensor.data.begin(), tensor.data.end());
}

// The scale and shift of `x kind number`, or of `number kind x` if the constant comes first.
std::optional<std::pair<double, double>> scaleAndShift(Arithmetic::Kind kind, double number,
                                                       bool constantFirst) {
    switch (kind) {
        case Arithmetic::Kind::Add:
            return {{1, number}};
        case Arithmetic::Kind::Sub:
            return constantFirst ? std::pair{-1.0, number} : std::pair{1.0, -number};
        case Arithmetic::Kind::Mul:
            return {{number, 0}};
        case Arithmetic::Kind::Div:
            break;
    }
    if (constantFirst || number == 0) {
        return std::nullopt;
    }
    return {{1 / number, 0}};
}

std::optional<Affine> affineOfArithmetic(const Graph& graph, const Node& node,
                                         const std::vector<Shape>& shapes) {
    const bool constantFirst = constantOf(graph, node.inputs[0]) != nullptr;
    const FloatTensor* constant = constantOf(graph, node.inputs[constantFirst ? 0 : 1]);
    Affine affine{node.inputs[constantFirst ? 1 : 0], {}, {}};
    const Shape& like = shapes[affine.input];
    if (constant == nullptr || constantOf(graph, affine.input) != nullptr || like.size() < 2) {
        return std::nullopt;
    }
    const auto numbers = perChannel(*constant, like);
    if (!numbers) {
        return std::nullopt;
    }
    for (const double number : *numbers) {
        const auto pair = scaleAndShift(std::get<Arithmetic>(node.op).kind, number, constantFirst);
        if (!pair) {
            return std::nullopt;
        }
        affine.scale.push_back(pair->first);
        affine.shift.push_back(pair->second);
    }
    return affine;
}

// What a node does to its channels, if it is affine with constants.
std::optional<Affine> affineOf(const Graph& graph, const Node& node,
                               const std::vector<Shape>& shapes) {
    if (std::holds_alternative<BatchNormalization>(node.op)) {
        return affineOfNormalization(graph, node);
    }
    if (std::holds_alternative<Arithmetic>(node.op)) {
        return affineOfArithmetic(graph, node, shapes);
    }
    return std::nullopt;
}

// The constant weights [outputs, ...] of a Conv or normalised Gemm whose bias is constant too.
const FloatTensor* weightsOf(const Graph& graph, const Node& node) {
    const auto* gemm = std::get_if<Gemm>(&node.op);
    const bool isNormalGemm =
        gemm != nullptr && gemm->transB && !gemm->transA && gemm->alpha == 1 && gemm->beta == 1;
    if (!isNormalGemm && !std::holds_alternative<Conv>(node.op)) {
        return nullptr;
    }
    if (node.inputs.size() == 3) {
        const FloatTensor* bias = constantOf(graph, node.inputs[2]);
        if (bias == nullptr || bias->shape.size() != 1) {
            return nullptr;
        }
    }
    return constantOf(graph, node.inputs[1]);
}

// The bias in double precision; zeros if there is none.
std::vector<double> biasOf(const Graph& graph, const Node& node, std::size_t outputs) {
    std::vector<double> bias(outputs, 0);
    if (node.inputs.size() == 3) {
        const std::vector<float>& found = constantOf(graph, node.inputs[2])->data;
        // A Gemm may have a single number for all.
        for (std::size_t i = 0; i < outputs; ++i) {
            bias[i] = found[found.size() == 1 ? 0 : i];
        }
    }
    return bias;
}

void replaceParameters(Graph& graph, Node& node, FloatTensor weights,
                       const std::vector<double>& bias) {
    FloatTensor biasTensor{{std::ssize(bias)}, {}};
    std::transform(bias.begin(), bias.end(), std::back_inserter(biasTensor.data),
                   [](double number) { return static_cast<float>(number); });
    node.inputs.resize(3);
    node.inputs[1] = addConstant(graph, node.name + ".weights", std::move(weights));
    node.inputs[2] = addConstant(graph, node.name + ".bias", std::move(biasTensor));
}

void scaleOutputs(Graph& graph, Node& node, const Affine& affine) {
    FloatTensor weights = *weightsOf(graph, node);
    const std::size_t outputs = affine.scale.size();
    std::vector<double> bias = biasOf(graph, node, outputs);
    const std::size_t taps = weights.data.size() / outputs;
    for (std::size_t i = 0; i < weights.data.size(); ++i) {
        weights.data[i] = static_cast<float>(weights.data[i] * affine.scale[i / taps]);
    }
    for (std::size_t m = 0; m < outputs; ++m) {
        bias[m] = bias[m] * affine.scale[m] + affine.shift[m];
    }
    replaceParameters(graph, node, std::move(weights), bias);
}

void scaleInputs(Graph& graph, Node& node, const Affine& affine) {
    FloatTensor weights = *weightsOf(graph, node);
    const auto outputs = static_cast<std::size_t>(weights.shape[0]);
    const auto inputs = static_cast<std::size_t>(weights.shape[1]);  // of a group
    const auto* conv = std::get_if<Conv>(&node.op);
    const auto groups = static_cast<std::size_t>(conv == nullptr ? 1 : conv->groups);
    std::vector<double> bias = biasOf(graph, node, outputs);
    const std::size_t taps = weights.data.size() / outputs / inputs;
    for (std::size_t i = 0; i < weights.data.size(); ++i) {
        const std::size_t m = i / taps / inputs;
        const std::size_t channel = m / (outputs / groups) * inputs + i / taps % inputs;
        bias[m] += weights.data[i] * affine.shift[channel];
        weights.data[i] = static_cast<float>(weights.data[i] * affine.scale[channel]);
    }
    replaceParameters(graph, node, std::move(weights), bias);
}

// Zero padding stands for zeros of x, and becomes zeros of y only without a shift.
bool isExact(const Node& node, const Affine& affine) {
    const auto* conv = std::get_if<Conv>(&node.op);
    if (conv == nullptr ||
        std::all_of(affine.shift.begin(), affine.shift.end(), [](double s) { return s == 0; })) {
        return true;
    }
    const auto unpadded = [](const Shape& pads) {
        return std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad == 0; });
    };
    const Window& window = conv->window;
    return window.autoPad == AutoPad::Valid ||
           (window.autoPad == AutoPad::Explicit && unpadded(window.padsBegin) &&
            unpadded(window.padsEnd));
}

bool foldOneIntoProducer(Graph& graph) {
    const std::vector<Shape> shapes = inferShapes(graph, inputShapes(graph, 1));
    const std::vector<std::size_t> readers = readerCounts(graph);
    const auto producer = producers(graph);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const auto affine = affineOf(graph, graph.nodes[i], shapes);
        if (!affine || !producer[affine->input] || readers[affine->input] != 1) {
            continue;
        }
        Node& before = graph.nodes[*producer[affine->input]];
        const FloatTensor* weights = weightsOf(graph, before);
        if (weights == nullptr || weights->data.empty()) {
            continue;
        }
        scaleOutputs(graph, before, *affine);
        before.output = graph.nodes[i].output;
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
    }
    return false;
}

bool foldOneIntoConsumer(Graph& graph) {
    const std::vector<Shape> shapes = inferShapes(graph, inputShapes(graph, 1));
    const std::vector<std::size_t> readers = readerCounts(graph);
    const auto producer = producers(graph);
    for (Node& node : graph.nodes) {
        const FloatTensor* weights = weightsOf(graph, node);
        if (weights == nullptr || weights->data.empty() || !producer[node.inputs[0]] ||
            readers[node.inputs[0]] != 1) {
            continue;
        }
        const std::size_t before = *producer[node.inputs[0]];
        const auto affine = affineOf(graph, graph.nodes[before], shapes);
        if (!affine || !isExact(node, *affine)) {
            continue;
        }
        scaleInputs(graph, node, *affine);
        node.inputs[0] = affine->input;
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(before));
        return true;
    }
    return false;
}

}  // namespace

bool foldAffineIntoProducers(Graph& graph) {
    bool changed = false;
    while (foldOneIntoProducer(graph)) {
        changed = true;
    }
    return changed;
}

bool foldAffineIntoConsumers(Graph& graph) {
    bool changed = false;
    while (foldOneIntoConsumer(graph)) {
        changed = true;
    }
    return changed;
}

}  // namespace aslog::ptq
