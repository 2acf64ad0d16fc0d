// A quantised network: integers, and what they stand for.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "golden/network/network.h"
#include "ptq/quantise/options.h"
#include "ptq/quantise/scales.h"

namespace aslog::ptq {

struct QuantisedNetwork {
    NumberFormat format;
    golden::Network network;
    std::vector<double> scales;  // by TensorId: x = scale * (q - zeroPoint)

    // Pixels as the float network takes them, [C, H, W], to the integers of the input. Throws
    // std::invalid_argument for a wrong number of them.
    golden::Tensor quantiseImage(std::span<const float> image) const;

    // The numbers that a tensor of the network stands for.
    std::vector<float> dequantise(golden::TensorId id, const golden::Tensor& tensor) const;

    // What the float network gives, what the host computes behind it apart: from the network's
    // integer outputs, all one after the other. `outputs`: as golden::Network::run() gives them.
    std::vector<float> answer(const std::vector<golden::Tensor>& outputs) const;

    // The answer to an image.
    std::vector<float> run(std::span<const float> image) const;
};

}  // namespace aslog::ptq
