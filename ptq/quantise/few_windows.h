// What goes into a convolution of many taps and few windows, and what shall come out: kept one by
// one, because the covariance of the taps would take far more memory and have no higher rank.
#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "ptq/linear/matrix.h"
#include "ptq/quantise/windows.h"

namespace aslog::ptq {

// Of one group of channels; inputs in units of their step.
struct FewWindows {
    RowMajorMatrix inputs;    // taps × windows, from their means
    Eigen::MatrixXf targets;  // windows × outputs, from their means
    Eigen::VectorXd inputMean;
    Eigen::VectorXd targetMean;

    // Of the inputs with the targets of one output channel of the group.
    Eigen::VectorXd crossCovariance(Eigen::Index channel) const;
};

// Whether a layer of so many taps and windows is better kept as windows than as a covariance.
bool hasFewWindows(std::int64_t taps, std::size_t windows);

// Takes kMostFewWindows at most, whatever `source` allows. The result depends neither on the number
// of cores nor on the run.
constexpr std::size_t kMostFewWindows = 512;
FewWindows fewWindowsOf(WindowSource source);

}  // namespace aslog::ptq
