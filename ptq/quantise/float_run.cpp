#include "ptq/quantise/float_run.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "ptq/graph/shapes.h"
#include "ptq/reference/kernels.h"

namespace aslog::ptq {
namespace {

constexpr int kMostConvolutions = 3;  // to compute a value anew

using Inputs = std::vector<std::shared_ptr<const FloatImages>>;  // null: a constant

bool isConvolution(const Operator& op) {
    return std::holds_alternative<Conv>(op) || std::holds_alternative<ConvTranspose>(op) ||
           std::holds_alternative<Gemm>(op) || std::holds_alternative<MatMul>(op);
}

FloatTensor computeNode(const Node& node, const Operands& operands) {
    std::vector<Shape> shapes;
    for (const FloatTensor* operand : operands) {
        shapes.push_back(operand->shape);
    }
    return computeOperator(node.op, operands, outputShape(node.op, shapes));
}

FloatTensor computeBlock(const Graph& graph, const Node& node, const Inputs& inputs,
                         std::int64_t first, std::int64_t count) {
    std::vector<FloatTensor> blocks(inputs.size());
    Operands operands;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i]) {
            blocks[i] = inputs[i]->block(first, count);
        }
        operands.push_back(inputs[i] ? &blocks[i] : constantOf(graph, node.inputs[i]));
    }
    return computeNode(node, operands);
}

// All images at once where that needs no copy of the inputs, or else block by block.
FloatTensor computeAll(const Graph& graph, const Node& node, const Inputs& inputs,
                       const FloatImages& computed) {
    Operands operands;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        operands.push_back(inputs[i] ? inputs[i]->kept() : constantOf(graph, node.inputs[i]));
    }
    if (std::ranges::find(operands, nullptr) == operands.end()) {
        return computeNode(node, operands);
    }
    FloatTensor all = filled(computed.shape(), 0);
    forEachImage(computed, [&](std::size_t n, const float* numbers) {
        std::copy_n(numbers, computed.size(), all.data.data() + n * computed.size());
    });
    return all;
}

}  // namespace

FloatRun::FloatRun(const Graph& graph, const LoweredNetwork& network, const FloatTensor& images,
                   std::int64_t largestKept)
    : graph_(graph),
      images_(images.shape.front()),
      largestKept_(largestKept),
      values_(graph.values.size()) {
    const std::shared_ptr<const FloatTensor> notOwned(std::shared_ptr<void>(), &images);
    values_[network.input] = {std::make_shared<const FloatImages>(notOwned), 0};
}

FloatRun::Value FloatRun::compute(const Node& node) const {
    Inputs inputs;
    std::vector<Shape> shapes;
    int convolutions = isConvolution(node.op) ? 1 : 0;
    bool isByImage = true;
    for (const ValueId id : node.inputs) {
        const FloatTensor* constant = constantOf(graph_, id);
        inputs.push_back(constant != nullptr ? nullptr : values_[id].images);
        shapes.push_back(constant != nullptr ? constant->shape : at(id).shape());
        if (constant == nullptr) {
            convolutions += values_[id].convolutions;
            isByImage = isByImage && shapes.back().front() == images_;
        }
    }
    const Shape shape = outputShape(node.op, shapes);
    isByImage = isByImage && !shape.empty() && shape.front() == images_;
    const auto computed = std::make_shared<const FloatImages>(
        shape, [this, &node, inputs](std::int64_t first, std::int64_t count) {
            return computeBlock(graph_, node, inputs, first, count);
        });
    if (!isByImage || elementCount(shape) <= largestKept_ || convolutions > kMostConvolutions) {
        return {std::make_shared<const FloatImages>(computeAll(graph_, node, inputs, *computed)),
                0};
    }
    return {computed, convolutions};
}

void FloatRun::run(const LoweredStep& step) {
    if (const FloatTensor* constant = constantOf(graph_, step.output)) {
        const Shape oneImage{1, std::ssize(constant->data)};
        values_[step.output] = {
            std::make_shared<const FloatImages>(FloatTensor{oneImage, constant->data}), 0};
    }
    for (const std::size_t index : step.nodes) {
        const Node& node = graph_.nodes[index];
        values_[node.output] = compute(node);
        // What lies inside the step is read by it alone.
        for (const ValueId id : node.inputs) {
            const bool isInside =
                id != step.sum && !constantOf(graph_, id) &&
                std::find(step.inputs.begin(), step.inputs.end(), id) == step.inputs.end();
            if (isInside) {
                release(id);
            }
        }
    }
}

}  // namespace aslog::ptq
