// Rounding of a layer of many taps and few windows, as a fully connected one of a large picture is.
//
// The covariance of its taps would be taps², but has no more than the rank of the windows. So all
// is done in the space of the windows: with X the deviations of the inputs, windows × taps, H is
// XᵀX / windows + s·I, and what a channel is wrong by is a vector of one number a window.
// docs/quantisation.md, "Layers of many taps".
#pragma once

#include <vector>

#include <Eigen/Core>

#include "ptq/linear/matrix.h"
#include "ptq/quantise/layer_rounding.h"

namespace aslog::ptq {

class WindowRounding final : public LayerRounding {
  public:
    // `deviations`: of the inputs from their means, taps × windows; without a window H is s·I.
    // `shrinkage`: s, not below 0, and above 0 without a window. Throws std::invalid_argument for
    // no taps.
    WindowRounding(const RowMajorMatrix& deviations, double shrinkage,
                   const RoundingOptions& options);

    Eigen::VectorXd fitted(const Eigen::VectorXd& weights,
                           const Eigen::VectorXd& crossCovariance) const override;
    // Takes fewer sweeps and refits than options allow, and moves no two weights at once.
    RoundedChannel round(const Eigen::VectorXd& weights, const Grid& grid, double leastScale = 0,
                         RoundingEffort effort = RoundingEffort::Full) const override;
    double bestOffset(const Eigen::VectorXd& weights, const RoundedChannel& channel) const override;

  private:
    class Descent;
    struct Candidates;

    void handOn();
    Candidates candidates(const Eigen::VectorXd& weights, const Grid& grid,
                          const Eigen::VectorXd& scales) const;
    Eigen::VectorXd ordered(const Eigen::VectorXd& taps) const;
    double windows() const;  // at least 1
    // H v
    Eigen::VectorXd times(const Eigen::VectorXd& v) const;

    // All by falling variance of the taps.
    std::vector<Eigen::Index> order_;
    RowMajorMatrix deviations_;
    double shrinkage_;
    double damped_ = 0;  // s, and what options.damping adds to the diagonal
    Eigen::VectorXd variances_;
    // Row i: how what the taps before have done to the windows moves the best weight of tap i.
    RowMajorMatrix response_;
    // Within each block of taps, side by side: products of responses with deviations, and of
    // deviations with each other, over the windows.
    RowMajorMatrix responseInBlock_;
    RowMajorMatrix covarianceInBlock_;
    RowMajorMatrix inverse_;   // of XXᵀ + windows·damped·I, windows × windows
    Eigen::VectorXd rowSums_;  // of H
};

}  // namespace aslog::ptq
