// Rounding of a layer whose covariance is known.
#pragma once

#include <memory>

#include <Eigen/Core>

#include "ptq/quantise/layer_rounding.h"

namespace aslog::ptq {

class Rounding final : public LayerRounding {
  public:
    // `covariance`: H, taps × taps, symmetric, positive semidefinite; of the centred inputs if
    // their mean is corrected by the bias. Throws std::invalid_argument if it is not square, empty
    // or not finite.
    Rounding(const Eigen::MatrixXd& covariance, const RoundingOptions& options);
    ~Rounding() override;

    Eigen::VectorXd fitted(const Eigen::VectorXd& weights,
                           const Eigen::VectorXd& crossCovariance) const override;
    RoundedChannel round(const Eigen::VectorXd& weights, const Grid& grid, double leastScale = 0,
                         RoundingEffort effort = RoundingEffort::Full) const override;
    double bestOffset(const Eigen::VectorXd& weights, const RoundedChannel& channel) const override;

    // The error of any values, for comparison.
    double errorOf(const Eigen::VectorXd& weights, const RoundedChannel& channel) const;

  private:
    struct Prepared;

    std::unique_ptr<const Prepared> prepared_;
};

}  // namespace aslog::ptq
