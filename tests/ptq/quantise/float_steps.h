// The steps of a lowered network in real numbers, by plain loops: what a lowering means.
#pragma once

#include <vector>

#include "ptq/quantise/lowering.h"

namespace aslog::test {

/// Channel-major planes of one image, by ValueId; empty for values that are no tensor of a step.
std::vector<std::vector<double>> floatSteps(const ptq::LoweredNetwork& network,
                                            const std::vector<float>& image);

}  // namespace aslog::test
