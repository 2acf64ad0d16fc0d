#include "ptq/graph/graph.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace aslog::ptq {

std::vector<std::size_t> readerCounts(const Graph& graph) {
    std::vector<std::size_t> counts(graph.values.size());
    for (const Node& node : graph.nodes) {
        for (const ValueId input : node.inputs) {
            ++counts[input];
        }
    }
    for (const GraphOutput& output : graph.outputs) {
        ++counts[output.value];
    }
    return counts;
}

std::vector<std::optional<std::size_t>> producers(const Graph& graph) {
    std::vector<std::optional<std::size_t>> result(graph.values.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        result[graph.nodes[i].output] = i;
    }
    return result;
}

ValueId addValue(Graph& graph, const std::string& name) {
    const auto taken = [&](const std::string& candidate) {
        return std::any_of(graph.values.begin(), graph.values.end(),
                           [&](const Value& value) { return value.name == candidate; });
    };
    std::string free = name;
    for (int i = 2; taken(free); ++i) {
        free = fmt::format("{}_{}", name, i);
    }
    graph.values.push_back({std::move(free), {}});
    return graph.values.size() - 1;
}

ValueId addConstant(Graph& graph, const std::string& name, FloatTensor tensor) {
    const ValueId id = addValue(graph, name);
    graph.values[id].constant = std::move(tensor);
    return id;
}

const FloatTensor* constantOf(const Graph& graph, ValueId value) {
    const auto& constant = graph.values[value].constant;
    return constant ? &*constant : nullptr;
}

std::string describe(const Node& node) {
    return fmt::format("node \"{}\" ({})", node.name, operatorName(node.op));
}

}  // namespace aslog::ptq
