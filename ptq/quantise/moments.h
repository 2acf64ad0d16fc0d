// First and second moments of what goes into a convolution and of what shall come out.
#pragma once

#include <vector>

#include <Eigen/Core>

#include "golden/conv.h"
#include "ptq/graph/tensor.h"

namespace aslog::ptq {

// Of one group of channels, in units of the input's step; all centred at their means.
struct Moments {
    Eigen::MatrixXd covariance;       // taps x taps, of the inputs
    Eigen::MatrixXd crossCovariance;  // taps x outputs, of inputs and targets
    Eigen::VectorXd inputMean;        // taps
    Eigen::VectorXd targetMean;       // outputs
    std::size_t windows = 0;          // that were counted
};

struct MomentsInput {
    const golden::ConvGeometry& geometry;  // of a group
    int firstChannel = 0;                  // of the group, in the images
    int zeroPoint = 0;
    const std::vector<golden::Tensor>& images;  // quantised
    const Tensor& targets;                      // [image, channel, y, x], in float
    int firstTarget = 0;                        // channel
    std::size_t largestWindows = 0;             // more are left out, evenly and at random places
};

// The result depends neither on the number of cores nor on the run.
Moments momentsOf(const MomentsInput& input);

}  // namespace aslog::ptq
