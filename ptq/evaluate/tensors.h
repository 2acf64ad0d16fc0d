// Single tensors of a network, for comparisons with other programs.
#pragma once

#include <string>
#include <vector>

#include "ptq/graph/graph.h"
#include "ptq/graph/tensor.h"
#include "ptq/quantise/network.h"

namespace aslog::ptq {

// Of the values that a run of the graph computes, its inputs first, or of all tensors of the
// network, in the order in which they are made.
std::vector<std::string> tensorNames(const Graph& graph);
std::vector<std::string> tensorNames(const QuantisedNetwork& network);

// The named tensors of a run on `images` [N, C, H, W], in the order of `names`; one that no image
// changes is there N times. Of the graph each has the shape [N, ...] that the model gives it. Throw
// support::InputError for an unknown name, which lists those there are.
std::vector<FloatTensor> tensorsOf(const Graph& graph, const std::vector<std::string>& names,
                                   const FloatTensor& images);

// Of the integer network as the real numbers that they stand for, scale * (q - zero point), each
// [N, C, H, W]. Throws std::invalid_argument if the images do not fit.
std::vector<FloatTensor> tensorsOf(const QuantisedNetwork& network,
                                   const std::vector<std::string>& names,
                                   const FloatTensor& images);

// The tensors of the float network `graph` that are those of `network`, in its sizes, so that both
// compare element by element: [N, C, H, W]. Throws support::InputError also if the graph has none
// of the name and size: then it is another network.
std::vector<FloatTensor> tensorsOf(const Graph& graph, const QuantisedNetwork& network,
                                   const std::vector<std::string>& names,
                                   const FloatTensor& images);

}  // namespace aslog::ptq
