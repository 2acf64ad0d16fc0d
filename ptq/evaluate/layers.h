// Layer by layer, how far a quantised network is from the float one.
#pragma once

#include <cstddef>
#include <vector>

#include "ptq/data/dataset.h"
#include "ptq/evaluate/evaluate.h"
#include "ptq/graph/graph.h"
#include "ptq/quantise/network.h"
#include "ptq/quantise/quantise.h"

namespace aslog::ptq {

// Both networks see the first `images` images of the set; the outputs of each step, clamp included,
// are compared as real numbers. `graph`: the folded network that was quantised. Throws
// support::InputError if it has no value of a tensor's name and size: then it is another network.
std::vector<LayerError> compareLayers(const Graph& graph, const QuantisedNetwork& network,
                                      const data::Dataset& set, std::size_t images,
                                      const EvaluationProgress& progress);

}  // namespace aslog::ptq
