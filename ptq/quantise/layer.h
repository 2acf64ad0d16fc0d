// One convolution, from float weights to codes and parameters of the array.
#pragma once

#include <vector>

#include "golden/arithmetic/numerics.h"
#include "golden/layer/conv.h"
#include "ptq/quantise/float_images.h"
#include "ptq/quantise/lowering.h"
#include "ptq/quantise/options.h"
#include "ptq/quantise/scales.h"

namespace aslog::ptq {

struct LayerInput {
    const LoweredConv& conv;
    const golden::Numerics& numerics;
    ActivationScale input;
    ActivationScale output;
    golden::ClampRange clamp;
    const std::vector<golden::Tensor>& images;  // what goes into the quantised layer
    const FloatImages& targets;  // what shall come out before the clamp and without the residual,
                                 // in float: [image, channel, y, x]
    const FloatImages* sums;     // what goes into the clamp in the float network, of the same size;
                                 // null if nothing is clamped
};

// One layer for each group. Throws support::DoesNotFit if the array can not express a scale or
// hold the layer, and InputError for what is wrong otherwise.
std::vector<golden::ConvLayer> quantiseLayer(const LayerInput& input,
                                             const QuantiseOptions& options);

}  // namespace aslog::ptq
