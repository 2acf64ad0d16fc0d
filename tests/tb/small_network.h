// A network of convolutions that differ in everything, with random weights.
#pragma once

#include "golden/network/network.h"
#include "tests/golden/layers.h"

namespace aslog::tb::test {

/// Five convolutions and a pooling on 6x9x8 images, at most 54 taps: "odd" (3x2, stride 2x1, uneven
/// padding), "narrow" (1x1), "dilated", "grouped" (two groups of different sizes) and "joined" (two
/// groups and a residual).
golden::NetworkSpec smallNetwork(aslog::test::Random& random, const golden::Numerics& numerics);

}  // namespace aslog::tb::test
