// A network of two layers on images of 1 x 2 pixels, whose every number can be worked out by hand.
#pragma once

#include <cstdint>
#include <string>

#include "ptq/data/dataset.h"
#include "ptq/graph/graph.h"
#include "ptq/quantise/network.h"
#include "tests/temporary_folder.h"

namespace aslog::test {

inline constexpr int kTwoPixelImages = 20;

/// That many images in the folder, without labels.
data::Dataset twoPixelImages(const tests::TemporaryFolder& folder);

/// x of a pixel, counted over all images: -1 ... 2.
float inputOf(int index);

/// y = 2 x + 1 in each of `channels`, z = max(y, 0).
ptq::Graph floatNetwork(std::int64_t channels = 1);

/// The same in steps of 1/2 for x and 1 for y and z: q_y - 20 = q_x - 10 + 1.
ptq::QuantisedNetwork integerNetwork(const std::string& middleName = "y");

}  // namespace aslog::test
