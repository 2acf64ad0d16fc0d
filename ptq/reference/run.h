// The float reference: what a network computes, in single precision.
#pragma once

#include <functional>
#include <vector>

#include "ptq/graph/graph.h"

namespace aslog::ptq {

// Sees a value as soon as it is computed: the graph's inputs, then the output of each node, in
// order. Constants are not shown. The tensor lives only during the call.
using Observer = std::function<void(ValueId, const FloatTensor&)>;

// The graph's outputs, in order. `inputs` are those of graph.inputs, in order; their first size is
// the batch. The images of a convolution or pooling run on all cores, everything else on one; the
// result does not depend on the number of cores. Throws InputError as inferShapes() does, or if a
// tensor's data does not fit its shape.
std::vector<FloatTensor> run(const Graph& graph, const std::vector<FloatTensor>& inputs,
                             const Observer& observe = {});

}  // namespace aslog::ptq
