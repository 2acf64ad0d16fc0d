#include "ptq/graph/shapes.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::ptq {
namespace {

void checkInput(const GraphInput& input, const std::string& name, const Shape& given) {
    bool agrees = given.size() == input.shape.size();
    for (std::size_t i = 0; agrees && i < given.size(); ++i) {
        agrees = input.shape[i] == given[i] || (i == 0 && input.shape[i] == kSymbolicBatch);
    }
    if (!agrees) {
        throw support::InputError(
            fmt::format("input \"{}\": found shape {}, allowed {} (-1: any batch)", name,
                        shapeText(given), shapeText(input.shape)));
    }
    elementCount(given);
}

}  // namespace

std::vector<Shape> inferShapes(const Graph& graph, const std::vector<Shape>& inputShapes) {
    if (inputShapes.size() != graph.inputs.size()) {
        throw support::InputError(fmt::format("the network has {} inputs, found {}",
                                              graph.inputs.size(), inputShapes.size()));
    }
    std::vector<Shape> shapes(graph.values.size());
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        if (const FloatTensor* constant = constantOf(graph, i)) {
            shapes[i] = constant->shape;
        }
    }
    for (std::size_t i = 0; i < inputShapes.size(); ++i) {
        const GraphInput& input = graph.inputs[i];
        checkInput(input, graph.values[input.value].name, inputShapes[i]);
        shapes[input.value] = inputShapes[i];
    }
    for (const Node& node : graph.nodes) {
        std::vector<Shape> operands;
        std::transform(node.inputs.begin(), node.inputs.end(), std::back_inserter(operands),
                       [&](ValueId id) { return shapes[id]; });
        try {
            shapes[node.output] = outputShape(node.op, operands);
        } catch (const support::InputError& error) {
            throw support::InputError(fmt::format("{}: {}", describe(node), error.what()));
        }
    }
    return shapes;
}

std::vector<Shape> inputShapes(const Graph& graph, std::int64_t batch) {
    std::vector<Shape> shapes;
    for (const GraphInput& input : graph.inputs) {
        shapes.push_back(input.shape);
        if (!shapes.back().empty() && shapes.back()[0] == kSymbolicBatch) {
            shapes.back()[0] = batch;
        }
    }
    return shapes;
}

}  // namespace aslog::ptq
