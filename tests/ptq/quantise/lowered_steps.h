// The steps of a network as texts, after they have been compared with the graph.
#pragma once

#include <string>
#include <vector>

#include "ptq/graph/graph.h"

namespace aslog::test {

/// The steps of a graph, which compute what the graph computes, to 1e-4: "conv(x, residual) -> sum,
/// relu [0, inf]" are the inputs, the value before the clamp, that behind it.
std::vector<std::string> loweredSteps(const ptq::Graph& graph);

}  // namespace aslog::test
