// What every pass that folds a graph must keep.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "ptq/graph/graph.h"

namespace aslog::test {

/// Nodes with ONNX's name of an operator.
std::size_t countOf(const ptq::Graph& graph, const std::string& name);

/// Largest difference of two outputs, relative to the largest of `before`.
double relativeError(const ptq::FloatTensor& before, const ptq::FloatTensor& after);

/// Applies `pass` and removes what is unused; the outputs for random inputs must stay. What `pass`
/// returned.
bool keepsOutputs(ptq::Graph& graph, const std::function<bool(ptq::Graph&)>& pass);

}  // namespace aslog::test
