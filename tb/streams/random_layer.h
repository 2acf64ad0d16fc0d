// Convolution layers whose outputs are spread over the output range.
#pragma once

#include <string>
#include <vector>

#include "golden/layer/conv.h"
#include "tb/models/device.h"
#include "tb/streams/random.h"

namespace aslog::tb {

struct LayerShape {
    std::string name;
    golden::ConvGeometry geometry;
    int height = 1;  // of the input
    int width = 1;
};

struct RandomLayer {
    golden::ConvLayer layer;
    golden::Tensor input;
};

/// Shapes that do not fit: channels beside multiples of rows and columns, one pixel, one channel,
/// 1x1 to 7x1 kernels, strides, dilation, paddings that differ. All within the accumulators.
[[nodiscard]] std::vector<LayerShape> oddShapes(const Device& device);

[[nodiscard]] LayerShape drawShape(const Device& device, Random& random);

/// A legal layer of this shape with random codes, zero point, mu, and an input for it.
[[nodiscard]] RandomLayer drawLayer(const Device& device, const LayerShape& shape, Random& random);

}  // namespace aslog::tb
