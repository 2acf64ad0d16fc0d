// First and second moments of what goes into a convolution and of what shall come out.
#pragma once

#include <cstddef>

#include <Eigen/Core>

#include "ptq/quantise/windows.h"

namespace aslog::ptq {

// Of one group of channels, in units of the input's step; all centred at their means.
struct Moments {
    Eigen::MatrixXd covariance;       // taps x taps, of the inputs
    Eigen::MatrixXd crossCovariance;  // taps x outputs, of inputs and targets
    Eigen::VectorXd inputMean;        // taps
    Eigen::VectorXd targetMean;       // outputs
    std::size_t windows = 0;          // that were counted
};

// The result depends neither on the number of cores nor on the run.
Moments momentsOf(const WindowSource& source);

}  // namespace aslog::ptq
