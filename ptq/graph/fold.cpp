#include "ptq/graph/fold.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "ptq/graph/shapes.h"
#include "ptq/reference/kernels.h"

namespace aslog::ptq {
namespace {

constexpr std::int64_t kMaxFoldedElements = std::int64_t{1} << 24;

void replaceReads(Graph& graph, ValueId from, ValueId to) {
    for (Node& node : graph.nodes) {
        std::replace(node.inputs.begin(), node.inputs.end(), from, to);
    }
    for (GraphOutput& output : graph.outputs) {
        output.value = output.value == from ? to : output.value;
    }
}

// The constant that a node computes from constants; none if it is too large.
std::optional<FloatTensor> constantResult(const Graph& graph, const Node& node) {
    Operands operands;
    std::vector<Shape> shapes;
    std::int64_t before = 0;
    for (const ValueId input : node.inputs) {
        operands.push_back(constantOf(graph, input));
        if (operands.back() == nullptr) {
            return std::nullopt;
        }
        shapes.push_back(operands.back()->shape);
        before += elementCount(shapes.back());
    }
    const Shape out = outputShape(node.op, shapes);
    if (elementCount(out) > std::max(kMaxFoldedElements, before)) {
        return std::nullopt;
    }
    return computeOperator(node.op, operands, out);
}

// The matrix of a Gemm or MatMul as [outputs, inputs], times `factor`.
FloatTensor transposedMatrix(const FloatTensor& matrix, bool isTransposed, float factor) {
    FloatTensor result = matrix;
    if (!isTransposed) {
        const Shape shape = {matrix.shape[1], matrix.shape[0]};
        result = computeOperator(Transpose{}, {&matrix}, shape);
    }
    std::transform(result.data.begin(), result.data.end(), result.data.begin(),
                   [&](float x) { return factor * x; });
    return result;
}

// c as a vector of `outputs` numbers, times beta; none if it differs from row to row.
std::optional<FloatTensor> biasVector(const FloatTensor& c, std::int64_t outputs, float beta) {
    const bool sameRows = c.shape.size() < 2 || c.shape[0] == 1;
    if (!sameRows) {
        return std::nullopt;
    }
    FloatTensor bias = filled({outputs}, 0);
    for (std::size_t i = 0; i < bias.data.size(); ++i) {
        bias.data[i] = beta * c.data[c.data.size() == 1 ? 0 : i];
    }
    return bias;
}

// The inputs of the normalised form, or none if the node has none or is normalised already.
std::optional<std::vector<ValueId>> normalisedInputs(Graph& graph, const Node& node,
                                                     const std::vector<Shape>& shapes) {
    Gemm gemm;
    if (const auto* found = std::get_if<Gemm>(&node.op)) {
        gemm = *found;
    } else if (!std::holds_alternative<MatMul>(node.op) || shapes[node.inputs[0]].size() != 2) {
        return std::nullopt;
    }
    const FloatTensor* matrix = constantOf(graph, node.inputs[1]);
    const bool hasBias = node.inputs.size() == 3;
    const FloatTensor* c = hasBias ? constantOf(graph, node.inputs[2]) : nullptr;
    const bool isNormal = std::holds_alternative<Gemm>(node.op) && gemm.alpha == 1 &&
                          gemm.beta == 1 && gemm.transB &&
                          (c == nullptr || c->shape == Shape{shapes[node.output][1]});
    if (isNormal || gemm.transA || matrix == nullptr || matrix->shape.size() != 2 ||
        (hasBias && c == nullptr)) {
        return std::nullopt;
    }
    FloatTensor weights = transposedMatrix(*matrix, gemm.transB, gemm.alpha);
    std::vector<ValueId> inputs = {node.inputs[0]};
    std::optional<FloatTensor> bias;
    if (hasBias) {
        bias = biasVector(*c, weights.shape[0], gemm.beta);
        if (!bias) {
            return std::nullopt;
        }
    }
    inputs.push_back(addConstant(graph, node.name + ".weights", std::move(weights)));
    if (bias) {
        inputs.push_back(addConstant(graph, node.name + ".bias", std::move(*bias)));
    }
    return inputs;
}

// True for what stands around the spatial dimensions, none cut off.
bool isSpatialPad(const Pad& pad) {
    const auto grows = [](std::int64_t amount) { return amount >= 0; };
    return pad.mode == Pad::Mode::Constant && pad.begin.size() > 2 && pad.begin[0] == 0 &&
           pad.begin[1] == 0 && pad.end[0] == 0 && pad.end[1] == 0 &&
           std::all_of(pad.begin.begin(), pad.begin.end(), grows) &&
           std::all_of(pad.end.begin(), pad.end.end(), grows);
}

bool hasNoPads(const Window& window) {
    const auto isZero = [](std::int64_t size) { return size == 0; };
    return window.autoPad == AutoPad::Valid || (std::ranges::all_of(window.padsBegin, isZero) &&
                                                std::ranges::all_of(window.padsEnd, isZero));
}

void addPads(Shape& pads, const Shape& more) {
    pads.resize(more.size() - 2);
    for (std::size_t i = 0; i < pads.size(); ++i) {
        pads[i] += more[i + 2];
    }
}

// The window whose own padding is the same as this Pad in front of it; null if there is none.
Window* paddable(Operator& op, const Pad& pad) {
    if (auto* conv = std::get_if<Conv>(&op)) {
        return pad.value == 0 ? &conv->window : nullptr;
    }
    if (auto* pool = std::get_if<MaxPool>(&op)) {
        // Padding never wins, and no activation is below this.
        return pad.value <= std::numeric_limits<float>::lowest() ? &pool->window : nullptr;
    }
    auto* pool = std::get_if<AveragePool>(&op);
    const bool isCounted = pool != nullptr && !pool->window.ceilMode &&
                           (pool->countIncludePad || hasNoPads(pool->window));
    return isCounted && pad.value == 0 ? &pool->window : nullptr;
}

// Adds the Pad to the padding of the operator behind it; false if that is not the same.
bool takePads(Operator& op, const Pad& pad) {
    Window* const window = isSpatialPad(pad) ? paddable(op, pad) : nullptr;
    if (window == nullptr ||
        (window->autoPad != AutoPad::Explicit && window->autoPad != AutoPad::Valid)) {
        return false;
    }
    Window padded = *window;
    if (padded.autoPad == AutoPad::Valid) {
        padded.padsBegin.clear();
        padded.padsEnd.clear();
        padded.autoPad = AutoPad::Explicit;
    }
    addPads(padded.padsBegin, pad.begin);
    addPads(padded.padsEnd, pad.end);
    // A window of a pool may not lie in the padding alone.
    for (std::size_t i = 0; !std::holds_alternative<Conv>(op) && i < padded.kernel.size(); ++i) {
        if (std::max(padded.padsBegin[i], padded.padsEnd[i]) >= padded.kernel[i]) {
            return false;
        }
    }
    *window = std::move(padded);
    if (auto* pool = std::get_if<AveragePool>(&op)) {
        pool->countIncludePad = true;
    }
    return true;
}

// Exporters leave a Pad of nothing behind.
bool isIdentity(const Operator& op) {
    const auto* pad = std::get_if<Pad>(&op);
    const auto isZero = [](std::int64_t size) { return size == 0; };
    return std::holds_alternative<Identity>(op) || std::holds_alternative<Dropout>(op) ||
           (pad != nullptr && std::all_of(pad->begin.begin(), pad->begin.end(), isZero) &&
            std::all_of(pad->end.begin(), pad->end.end(), isZero));
}

}  // namespace

bool removeIdentities(Graph& graph) {
    bool changed = false;
    for (const Node& node : graph.nodes) {
        if (isIdentity(node.op)) {
            replaceReads(graph, node.output, node.inputs[0]);
            changed = true;
        }
    }
    std::erase_if(graph.nodes, [](const Node& node) { return isIdentity(node.op); });
    return changed;
}

bool foldConstants(Graph& graph) {
    std::vector<Node> remaining;
    for (Node& node : graph.nodes) {
        if (std::optional<FloatTensor> result = constantResult(graph, node)) {
            graph.values[node.output].constant = std::move(result);
        } else {
            remaining.push_back(std::move(node));
        }
    }
    const bool changed = remaining.size() < graph.nodes.size();
    graph.nodes = std::move(remaining);
    return changed;
}

bool normaliseGemms(Graph& graph) {
    bool changed = false;
    const std::vector<Shape> shapes = inferShapes(graph, inputShapes(graph, 1));
    for (Node& node : graph.nodes) {
        if (auto inputs = normalisedInputs(graph, node, shapes)) {
            node.op = Gemm{.transB = true};
            node.inputs = std::move(*inputs);
            changed = true;
        }
    }
    return changed;
}

bool foldPads(Graph& graph) {
    bool changed = false;
    const auto producer = producers(graph);
    for (Node& node : graph.nodes) {
        if (node.inputs.empty() || !producer[node.inputs[0]]) {
            continue;
        }
        const Node& before = graph.nodes[*producer[node.inputs[0]]];
        const auto* pad = std::get_if<Pad>(&before.op);
        if (pad != nullptr && takePads(node.op, *pad)) {
            node.inputs[0] = before.inputs[0];
            changed = true;
        }
    }
    return changed;
}

bool removeUnused(Graph& graph) {
    std::vector<bool> needed(graph.values.size());
    for (const GraphOutput& output : graph.outputs) {
        needed[output.value] = true;
    }
    for (std::size_t i = graph.nodes.size(); i-- > 0;) {
        for (const ValueId input : graph.nodes[i].inputs) {
            needed[input] = needed[input] || needed[graph.nodes[i].output];
        }
    }
    const std::size_t count = graph.nodes.size();
    std::erase_if(graph.nodes, [&](const Node& node) { return !needed[node.output]; });
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        if (!needed[i]) {
            graph.values[i].constant.reset();
        }
    }
    return graph.nodes.size() < count;
}

void fold(Graph& graph) {
    bool changed = true;
    while (changed) {
        changed = removeIdentities(graph);
        changed |= foldConstants(graph);
        changed |= normaliseOperators(graph);
        changed |= normaliseMaps(graph);
        changed |= replaceConvTransposes(graph);
        changed |= normaliseGemms(graph);
        changed |= sinkTransposes(graph);
        changed |= foldPads(graph);
        changed |= foldAffineIntoProducers(graph);
        changed |= foldAffineIntoConsumers(graph);
        changed |= removeUnused(graph);
    }
}

}  // namespace aslog::ptq
