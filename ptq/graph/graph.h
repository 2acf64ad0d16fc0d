// A network: values, and nodes that compute them in order. Built once by a reader or a folding
// pass, then only read. Every value is a float tensor.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ptq/graph/operators.h"
#include "ptq/graph/tensor.h"

namespace aslog::ptq {

using ValueId = std::size_t;  // index into Graph::values; folding passes never renumber

struct Value {
    std::string name;                     // unique
    std::optional<FloatTensor> constant;  // a weight or another number that the network contains
};

// The size of a batch dimension that each run chooses.
inline constexpr std::int64_t kSymbolicBatch = -1;

struct GraphInput {
    ValueId value = 0;
    Shape shape;  // the first size may be kSymbolicBatch
};

struct GraphOutput {
    std::string name;  // that of the file; the value's own may differ after folding
    ValueId value = 0;
};

struct Node {
    std::string name;  // unique; that of the file if it has one
    Operator op;
    std::vector<ValueId> inputs;
    ValueId output = 0;
};

struct Graph {
    std::vector<Value> values;
    std::vector<Node> nodes;  // each after the producers of its inputs
    std::vector<GraphInput> inputs;
    std::vector<GraphOutput> outputs;
    std::vector<std::string> head;  // nodes behind the outputs, which the host computes (cutHead())
};

// For each value, how many node inputs and graph outputs read it.
std::vector<std::size_t> readerCounts(const Graph& graph);

// For each value, the index of the node that computes it; none for inputs and constants.
std::vector<std::optional<std::size_t>> producers(const Graph& graph);

// Adds a value that no node computes yet, under the name nearest to `name` that is free ("w",
// "w_2", ...).
ValueId addValue(Graph& graph, const std::string& name);

// Adds a constant in the same way.
ValueId addConstant(Graph& graph, const std::string& name, FloatTensor tensor);

// The tensor of a constant value, otherwise nullptr.
const FloatTensor* constantOf(const Graph& graph, ValueId value);

// 'node "conv1" (Conv)', as messages name it.
std::string describe(const Node& node);

}  // namespace aslog::ptq
