// The integer form of one node. Internal to ptq/quantise.
#pragma once

#include <vector>

#include "ptq/quantise/lowering.h"

namespace aslog::ptq {

// `shapes`: of all values, for a batch of one. Throws support::InputError, without the node's name,
// if there is none.
LoweredOperation lowerOperator(const Graph& graph, const Node& node,
                               const std::vector<Shape>& shapes);

// The size of a value [1, C, H, W] or [1, C]. Throws support::InputError for any other.
golden::TensorInfo tensorInfo(const Graph& graph, const std::vector<Shape>& shapes, ValueId id);

}  // namespace aslog::ptq
