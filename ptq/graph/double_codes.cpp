#include "ptq/graph/double_codes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"

namespace aslog::ptq {
namespace {

// The dimension of the weights along which the inputs lie, or -1 for a node that has none.
int inputDimension(const Graph& graph, const Node& node) {
    const FloatTensor* weights =
        node.inputs.size() >= 2 ? constantOf(graph, node.inputs[1]) : nullptr;
    if (weights == nullptr || constantOf(graph, node.inputs[0]) != nullptr) {
        return -1;
    }
    if (std::holds_alternative<Conv>(node.op)) {
        return 1;
    }
    if (const auto* gemm = std::get_if<Gemm>(&node.op)) {
        return gemm->transA ? -1 : gemm->transB ? 1 : 0;
    }
    return std::holds_alternative<MatMul>(node.op) && weights->shape.size() == 2 ? 0 : -1;
}

// Half of the weights, twice along a dimension.
FloatTensor halvesOf(const FloatTensor& weights, int dimension) {
    FloatTensor result{weights.shape, {}};
    result.data.reserve(2 * weights.data.size());
    std::size_t run = 1;
    for (std::size_t i = static_cast<std::size_t>(dimension); i < weights.shape.size(); ++i) {
        run *= static_cast<std::size_t>(weights.shape[i]);
    }
    for (std::size_t first = 0; run > 0 && first < weights.data.size(); first += run) {
        for (int copy = 0; copy < 2; ++copy) {
            for (std::size_t i = first; i < first + run; ++i) {
                result.data.push_back(weights.data[i] / 2);
            }
        }
    }
    result.shape[static_cast<std::size_t>(dimension)] *= 2;
    return result;
}

std::size_t findLayer(const Graph& graph, const std::string& layer) {
    std::vector<std::string> names;
    std::size_t last = 0;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        if (inputDimension(graph, node) < 0) {
            continue;
        }
        if (node.name == layer) {
            return i;
        }
        names.push_back(node.name);
        last = i;
    }
    if (layer == kLastLayer && !names.empty()) {
        return last;
    }
    throw support::InputError(fmt::format("no layer with weights is named \"{}\"; there are: {}",
                                          layer, fmt::join(names, ", ")));
}

}  // namespace

bool canDouble(const Graph& graph, const std::string& layer) {
    return std::ranges::any_of(graph.nodes, [&](const Node& node) {
        const auto* conv = std::get_if<Conv>(&node.op);
        return node.name == layer && inputDimension(graph, node) >= 0 &&
               (conv == nullptr || conv->groups == 1);
    });
}

std::string doubleCodes(Graph& graph, const std::string& layer) {
    const std::size_t index = findLayer(graph, layer);
    const std::string name = graph.nodes[index].name;
    if (const auto* conv = std::get_if<Conv>(&graph.nodes[index].op);
        conv != nullptr && conv->groups != 1) {
        throw support::InputError(fmt::format(
            "layer \"{}\" works in {} groups; only a layer of one group gets two codes a weight",
            name, conv->groups));
    }
    const int dimension = inputDimension(graph, graph.nodes[index]);
    const ValueId input = graph.nodes[index].inputs[0];
    const ValueId weights = graph.nodes[index].inputs[1];
    const std::string inputName = graph.values[input].name;
    const ValueId twice = addValue(graph, inputName + "_twice");
    const ValueId halves = addConstant(graph, graph.values[weights].name + "_halves",
                                       halvesOf(*constantOf(graph, weights), dimension));
    graph.nodes[index].inputs[0] = twice;
    graph.nodes[index].inputs[1] = halves;
    // The channels of a picture lie behind the batch, the numbers of a vector last: dimension 1 of
    // all that has an integer form, but a product may have been read with more.
    const std::int64_t axis = std::holds_alternative<MatMul>(graph.nodes[index].op) ? -1 : 1;
    Node concat{name + "_twice", Concat{axis}, {input, input}, twice};
    graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(index), std::move(concat));
    return name;
}

}  // namespace aslog::ptq
