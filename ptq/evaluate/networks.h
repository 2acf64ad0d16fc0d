// Float and quantised networks as what evaluate() takes.
#pragma once

#include "ptq/evaluate/evaluate.h"
#include "ptq/graph/graph.h"
#include "ptq/quantise/network.h"

namespace aslog::ptq {

// One input; the argument must outlive the result. Throws support::InputError if there is more than
// one output.
Inference asInference(const Graph& graph);

// The golden model, on all cores. As above.
Inference asInference(const QuantisedNetwork& network);

// Images [first, first + count) of a data set as one batch [count, C, H, W].
FloatTensor batchOf(const data::Dataset& set, std::size_t first, std::size_t count);

// The images, [N, C, H, W], and behind them each once more with left and right exchanged.
FloatTensor withMirrored(const FloatTensor& images);

}  // namespace aslog::ptq
