// Float and quantised networks as what evaluate() takes.
#pragma once

#include "ptq/evaluate/evaluate.h"
#include "ptq/graph/graph.h"
#include "ptq/quantise/network.h"

namespace aslog::ptq {

// One input, one output; the argument must outlive the result.
Network asNetwork(const Graph& graph);

// The golden model, on all cores.
Network asNetwork(const QuantisedNetwork& network);

// Images [first, first + count) of a data set as one batch [count, C, H, W].
Tensor batchOf(const data::Dataset& set, std::size_t first, std::size_t count);

}  // namespace aslog::ptq
