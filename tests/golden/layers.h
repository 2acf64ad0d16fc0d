// Random legal layers for the tests of the layer, the schedule and the array.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "golden/arithmetic/numerics.h"
#include "golden/layer/conv.h"

namespace aslog::test {

using Random = std::mt19937_64;

/// Uniform enough for tests, and the same on every machine; low <= result <= high.
std::int64_t draw(Random& random, std::int64_t low, std::int64_t high);

/// A handful of elements that differ in everything: SLogII formats of all sizes and all baselines.
const std::vector<std::shared_ptr<const golden::Element>>& assortedElements(int activationBits);

/// Numerics that just hold `taps`; bias correction if `hasMu`.
golden::Numerics numericsFor(std::shared_ptr<const golden::Element> element, std::int64_t taps,
                             bool hasMu);

/// Small odd geometries: kernels 1 to 4, strides, uneven padding, dilation.
golden::ConvGeometry randomGeometry(Random& random);

/// A layer of random codes and parameters whose outputs spread over the clamp range.
golden::ConvLayer randomLayer(Random& random, const golden::ConvGeometry& geometry,
                              const golden::Numerics& numerics);

golden::Tensor randomInput(Random& random, const golden::Numerics& numerics, int channels,
                           int height, int width);

}  // namespace aslog::test
