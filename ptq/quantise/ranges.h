// Which range of real numbers the integers of each tensor cover.
#pragma once

#include <vector>

#include "ptq/graph/graph.h"
#include "ptq/quantise/lowering.h"
#include "ptq/quantise/scales.h"

namespace aslog::ptq {

// What the float network's tensors hold for these images [N, C, H, W]: extremes, and at most 2^18
// elements of each. By ValueId; empty for values that are no tensor of the integer network.
std::vector<ActivationSample> sampleActivations(const Graph& graph, const LoweredNetwork& network,
                                                const FloatTensor& images);

// A scale for each value that has a sample, 0 ... top. Steps that only move elements give their
// input's scale on; what nothing but a Concat reads takes the scale of the Concat, so that joining
// costs no second rounding. The network's answer is not clipped, and no product loses of it.
// `cut`: of the array's element.
std::vector<ActivationScale> chooseScales(const LoweredNetwork& network,
                                          const std::vector<ActivationSample>& samples, int top,
                                          bool clips, const golden::CutError& cut);

}  // namespace aslog::ptq
