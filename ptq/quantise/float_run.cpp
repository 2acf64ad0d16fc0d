#include "ptq/quantise/float_run.h"

#include <algorithm>
#include <utility>

#include "ptq/graph/shapes.h"
#include "ptq/reference/kernels.h"

namespace aslog::ptq {

FloatRun::FloatRun(const Graph& graph, const LoweredNetwork& network, FloatTensor images)
    : graph_(graph), values_(graph.values.size()) {
    values_[network.input] = std::move(images);
}

void FloatRun::run(const LoweredStep& step) {
    for (const std::size_t index : step.nodes) {
        const Node& node = graph_.nodes[index];
        Operands operands;
        std::vector<Shape> shapes;
        for (const ValueId id : node.inputs) {
            const FloatTensor* constant = constantOf(graph_, id);
            operands.push_back(constant != nullptr ? constant : &*values_[id]);
            shapes.push_back(operands.back()->shape);
        }
        values_[node.output] = computeOperator(node.op, operands, outputShape(node.op, shapes));
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
