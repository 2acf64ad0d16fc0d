#include "ptq/reference/run.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "ptq/graph/shapes.h"
#include "ptq/reference/kernels.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

// The tensors that are still needed; constants stay where they are.
class Workspace {
  public:
    explicit Workspace(const Graph& graph)
        : graph_(graph), computed_(graph.values.size()), readers_(readerCounts(graph)) {}

    const FloatTensor& at(ValueId id) const {
        const FloatTensor* constant = constantOf(graph_, id);
        return constant != nullptr ? *constant : *computed_[id];
    }
    void put(ValueId id, FloatTensor tensor) { computed_[id] = std::move(tensor); }

    // One reader less; the last one frees the tensor.
    void release(ValueId id) {
        if (--readers_[id] == 0) {
            computed_[id].reset();
        }
    }

  private:
    const Graph& graph_;
    std::vector<std::optional<FloatTensor>> computed_;
    std::vector<std::size_t> readers_;
};

std::vector<Shape> checkedShapes(const Graph& graph, const std::vector<FloatTensor>& inputs) {
    std::vector<Shape> shapes;
    for (const FloatTensor& input : inputs) {
        if (elementCount(input.shape) != std::ssize(input.data)) {
            throw support::InputError(fmt::format("input {}: found {} numbers for shape {}",
                                                  shapes.size(), input.data.size(),
                                                  shapeText(input.shape)));
        }
        shapes.push_back(input.shape);
    }
    return inferShapes(graph, shapes);
}

}  // namespace

std::vector<FloatTensor> run(const Graph& graph, const std::vector<FloatTensor>& inputs,
                             const Observer& observe) {
    const std::vector<Shape> shapes = checkedShapes(graph, inputs);
    Workspace workspace(graph);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        workspace.put(graph.inputs[i].value, inputs[i]);
        if (observe) {
            observe(graph.inputs[i].value, inputs[i]);
        }
    }
    for (const Node& node : graph.nodes) {
        Operands operands;
        for (const ValueId id : node.inputs) {
            operands.push_back(&workspace.at(id));
        }
        workspace.put(node.output, computeOperator(node.op, operands, shapes[node.output]));
        if (observe) {
            observe(node.output, workspace.at(node.output));
        }
        for (const ValueId id : node.inputs) {
            workspace.release(id);
        }
    }
    std::vector<FloatTensor> outputs;
    for (const GraphOutput& output : graph.outputs) {
        outputs.push_back(workspace.at(output.value));
    }
    return outputs;
}

FloatTensor computeOperator(const Operator& op, const Operands& in, const Shape& out) {
    return std::visit([&](const auto& alternative) { return compute(alternative, in, out); }, op);
}

}  // namespace aslog::ptq
