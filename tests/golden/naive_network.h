// The steps of a network by their definitions, one element at a time: docs/arithmetic.md,
// section 10. Knows nothing of how golden/ computes them.
#pragma once

#include <cstdint>
#include <vector>

#include "golden/network/network.h"

namespace aslog::test {

__extension__ using Wide = __int128;

/// floor(numerator / 2^shift + 1/2)
Wide dividedAndRounded(Wide numerator, int shift);

/// R(u; M, s) = floor(u * M / 2^s + 1/2)
Wide naiveRatio(std::int64_t u, const golden::Ratio& ratio);

/// What a step makes of its inputs.
struct NaiveStep {
    const golden::Step& step;
    const std::vector<golden::TensorInfo>& inputs;
    const golden::TensorInfo& output;
    const golden::Numerics& numerics;

    golden::Tensor run(const std::vector<const golden::Tensor*>& tensors) const;
};

/// Every tensor of the network for one image, by TensorId.
std::vector<golden::Tensor> naiveTensors(const golden::NetworkSpec& spec,
                                         const golden::Numerics& numerics,
                                         const golden::Tensor& image);

}  // namespace aslog::test
