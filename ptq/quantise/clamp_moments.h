// Moments of one output channel in which a window counts by how much of an error there gets through
// the clamp behind the layer: where a ReLU gives 0 anyway, most errors do not matter.
#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "ptq/quantise/float_images.h"
#include "ptq/quantise/moments.h"
#include "ptq/quantise/windows.h"

namespace aslog::ptq {

struct ClampInterval {
    double low = 0;
    double high = 0;
};

// Of one output channel; as Moments.
struct ChannelMoments {
    Eigen::MatrixXd covariance;
    Eigen::VectorXd crossCovariance;
    Eigen::VectorXd inputMean;
    double targetMean = 0;
    double windows = 0;  // that counted
};

// The part of the power of an error that the interval lets through: E[(clamp(y + e) - clamp(y))²] /
// E[e²] for e normal with deviation `noise` above 0. From 0 far outside to 1 far inside.
// Both ends are taken by themselves: exact where the interval is wide beside the noise.
double passing(double y, double noise, const ClampInterval& clamp);

class ClampMoments {
  public:
    // `sums`: what goes into the clamp in the float network, of the size of source.targets. `all`:
    // moments of all windows; must outlive this.
    ClampMoments(const WindowSource& source, const FloatImages& sums, const ClampInterval& clamp,
                 const Moments& all);

    // `channel`: of the group; `noise`: expected deviation of its sums, above 0. Some windows of
    // `all` are counted too: a clamp must not let what lies outside it come in, and few windows are
    // no ground to fit many taps to. Weights are rounded to 16ths. May be called from several
    // threads.
    ChannelMoments of(Eigen::Index channel, double noise) const;

  private:
    // Targets of one output channel: low + step * numbers[window], so that they are summed exactly:
    // 65,535 steps from the least to the largest, against the 255 of an output.
    struct FixedPoint {
        double low = 0;
        double step = 0;
        std::vector<std::uint16_t> numbers;
    };
    static FixedPoint fixedPoint(const Eigen::VectorXf& targets);
    struct Sums;
    void addWindows(const std::vector<std::uint32_t>& chosen, const FixedPoint& targets,
                    double weight, Sums& sums) const;
    std::vector<int> weightsOf(Eigen::Index channel, double noise) const;

    int zeroPoint_;
    std::size_t windows_;
    std::vector<std::uint8_t> inputs_;       // activations: tap, window
    std::vector<std::uint8_t> inputOrigin_;  // of the first window
    Eigen::MatrixXf targets_;                // window, output channel
    Eigen::MatrixXf sums_;                   // likewise; empty if they are the targets
    ClampInterval clamp_;
    const Moments& all_;
};

}  // namespace aslog::ptq
