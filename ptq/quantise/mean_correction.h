// Biases that make the means of a layer right behind its clamp: a clamp turns noise into an offset,
// since what was below it stays and what was above does not.
// Source: Nagel et al., Data-Free Quantization, 2019 (bias correction); here on images, and behind
// the clamp.
#pragma once

#include <vector>

#include "golden/network/network.h"
#include "ptq/quantise/float_images.h"
#include "ptq/quantise/scales.h"

namespace aslog::ptq {

// By image, one sum for each channel; empty for an image that is not looked at.
using ChannelSums = std::vector<std::vector<double>>;

// Of the float outputs of a layer. Where outputs are many, of some of the images: the same ones,
// spread over all, whatever the threads.
ChannelSums channelSums(const FloatImages& outputs);

// Changes the b_c of `conv`. `found`: what it gives now, for the images that `wanted` has sums of;
// in steps of `scale`.
void correctMeans(const ChannelSums& wanted, const std::vector<golden::Tensor>& found,
                  const ActivationScale& scale, const golden::ClampRange& clamp,
                  golden::ConvStep& conv);

}  // namespace aslog::ptq
