// Rounding of the weights of a layer to a grid so that the layer's outputs, not its weights, change
// least.
//
// The outputs of channel c change by x·(w - d·g), x the inputs of the layer. With H the covariance
// of the inputs the mean square of that change is (w - d·g)ᵀ H (w - d·g): the error of this file.
// Weights may be wrong by much where others make up for it, which plain rounding does not use.
// Sources: Frantar et al., GPTQ, 2022 (one pass, error handed on to the weights not yet rounded);
// coordinate descent on the same error; here on the grid of any element, per output channel.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <Eigen/Core>

#include "ptq/quantise/grid.h"

namespace aslog::ptq {

struct RoundingOptions {
    bool compensates = true;       // hand the error of each weight on to those not yet rounded
    int sweeps = 20;               // of coordinate descent, at most; 0: none
    int refits = 2;                // of the scale, each followed by descent again
    int pairSweeps = 8;            // of descent by pairs from the best of all, at most; 0: none
    int scales = 24;               // candidates of a channel's scale
    double smallestClip = 0.35;    // of the scale that makes the largest weight the largest value
    double damping = 0.01;         // added to H's diagonal, as a part of its mean
    double leastVariance = 1e-30;  // the mean counts as this if it is less; above 0
    // The nearest scale that the hardware can express; absent: any. snap(snap(x)) = snap(x) > 0.
    std::function<double(double)> snap = {};
};

// Quick: no refits and no pairs, to know about what the error will be.
enum class RoundingEffort { Quick, Full };

// The weights of one output channel: w ≈ scale · values.
struct RoundedChannel {
    std::vector<std::int64_t> values;  // on the grid, one a tap
    double scale = 0;                  // above 0
    double error = 0;                  // (w - d·g)ᵀ H (w - d·g), H without damping
};

Eigen::VectorXd asVector(const std::vector<std::int64_t>& values);

// One layer: what does not depend on the channel is prepared once. Functions may be called from
// several threads.
class LayerRounding {
  public:
    explicit LayerRounding(RoundingOptions options);
    virtual ~LayerRounding() = default;

    // The weights that bring the outputs nearest to others, of which `crossCovariance` is the
    // covariance with each input; damped towards `weights`. Needs options.compensates.
    virtual Eigen::VectorXd fitted(const Eigen::VectorXd& weights,
                                   const Eigen::VectorXd& crossCovariance) const = 0;

    // `weights`: one a tap. `leastScale`: no smaller one is tried, for a channel whose bias is so
    // large that it has no place in the steps of the weights. All 0 give values that are all the
    // grid's smallest magnitude or 0, and the least scale. Throws std::invalid_argument for a wrong
    // number of weights or one that is not finite.
    virtual RoundedChannel round(const Eigen::VectorXd& weights, const Grid& grid,
                                 double leastScale = 0,
                                 RoundingEffort effort = RoundingEffort::Full) const = 0;

    // What, added to all weights of the channel, makes the error least; 0 if nothing does.
    virtual double bestOffset(const Eigen::VectorXd& weights,
                              const RoundedChannel& channel) const = 0;

  protected:
    const RoundingOptions& options() const { return options_; }

    // Throws std::invalid_argument as round() does.
    static void checkWeights(const Eigen::VectorXd& weights, Eigen::Index taps);

    // options().snap of what is at least `leastScale`.
    std::function<double(double)> snapFrom(double leastScale) const;

    // Candidates of the scale, falling, no two the same.
    Eigen::VectorXd candidateScales(const Eigen::VectorXd& weights, const Grid& grid,
                                    const std::function<double(double)>& snap) const;

  private:
    RoundingOptions options_;
};

// The numbers of the taps by falling variance of their inputs: what is rounded late has little left
// to make up for it, so it should matter little.
std::vector<Eigen::Index> byFallingVariance(const Eigen::VectorXd& variances);

}  // namespace aslog::ptq
