// Two codes for each weight of a layer.
#pragma once

#include <string>

#include "ptq/graph/graph.h"

namespace aslog::ptq {

// The name that stands for the last layer with weights, in the order of the graph.
inline constexpr const char* kLastLayer = "last";

// Whether a node of that name can have two codes a weight: doubleCodes() would not throw.
bool canDouble(const Graph& graph, const std::string& layer);

// The layer gets its input twice, one behind the other, each time with half of its weights. In
// float that changes nothing but roundings; quantised, the second half of a weight makes up for
// what rounding did to the first, at twice the products of the layer. `graph`: folded.
// Returns the layer's name. Throws support::InputError, which names the layers there are, if none
// has this name, and for a convolution in groups.
std::string doubleCodes(Graph& graph, const std::string& layer);

}  // namespace aslog::ptq
