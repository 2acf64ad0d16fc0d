#include "ptq/quantise/clamp_moments.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include <cblas.h>

namespace aslog::ptq {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::MatrixXf;
using Eigen::VectorXd;
using Eigen::VectorXf;
using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Windows of all that are counted for each tap. Fewer fit the calibration images better and others
// worse; measured on images that were left out.
constexpr double kWindowsPerTap = 32;
constexpr float kLeastWeight = 1e-3F;  // windows below it are not counted
constexpr double kFar = 30;            // deviations; nothing changes beyond

// E[(max(t + e, 0) - max(t, 0))²] for e normal with deviation 1.
double passingAbove(double t) {
    t = std::clamp(t, -kFar, kFar);
    const double farther = 0.5 * std::erfc(std::abs(t) / std::numbers::sqrt2);  // P(e > |t|)
    const double density = std::exp(-0.5 * t * t) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
    return t < 0 ? (1 + t * t) * farther + t * density : 1 - (1 - t * t) * farther - t * density;
}

// Sums over windows, each with its weight; not centred.
struct WeightedSums {
    MatrixXd products;  // taps × taps, lower triangle
    VectorXd cross;
    VectorXd inputs;
    double target = 0;
    double count = 0;
};

// Collects windows, multiplied by the square root of their weights, and sums them block by block.
class Summation {
  public:
    explicit Summation(Index taps)
        : block_(kWindowBlock, taps),
          targets_(kWindowBlock),
          roots_(kWindowBlock),
          products_(taps, taps),
          sums_{MatrixXd::Zero(taps, taps), VectorXd::Zero(taps), VectorXd::Zero(taps), 0, 0} {}

    template <typename Row>
    void add(const Row& inputs, float target, float weight) {
        const float root = std::sqrt(weight);
        block_.row(rows_) = root * inputs;
        targets_[rows_] = root * target;
        roots_[rows_] = root;
        sums_.target += double{weight} * target;
        sums_.count += weight;
        if (++rows_ == kWindowBlock) {
            flush();
        }
    }

    const WeightedSums& result() {
        flush();
        return sums_;
    }

  private:
    void flush() {
        if (rows_ == 0) {
            return;
        }
        const auto taps = static_cast<blasint>(block_.cols());
        // A row-major matrix of windows is, by columns, one of taps.
        cblas_ssyrk(CblasColMajor, CblasLower, CblasNoTrans, taps, static_cast<blasint>(rows_),
                    1.0F, block_.data(), taps, 0.0F, products_.data(), taps);
        sums_.products.triangularView<Eigen::Lower>() += products_.cast<double>();
        const auto windows = block_.topRows(rows_).transpose();
        sums_.cross += VectorXf(windows * targets_.head(rows_)).cast<double>();
        sums_.inputs += VectorXf(windows * roots_.head(rows_)).cast<double>();
        rows_ = 0;
    }

    RowMajor block_;
    VectorXf targets_;
    VectorXf roots_;
    MatrixXf products_;
    WeightedSums sums_;
    Index rows_ = 0;
};

}  // namespace

double passing(double y, double noise, const ClampInterval& clamp) {
    return passingAbove((y - clamp.low) / noise) * passingAbove((clamp.high - y) / noise);
}

ClampMoments::ClampMoments(const WindowSource& source, const FloatTensor& sums,
                           const ClampInterval& clamp, const Moments& all)
    : clamp_(clamp), all_(all) {
    const Windows windows(source);
    const auto count = static_cast<Index>(windows.count());
    const Index outputs = source.geometry.outputChannels;
    inputs_.resize(count, static_cast<Index>(source.geometry.taps()));
    targets_.resize(count, outputs);
    sums_.resize(count, outputs);
    inputOrigin_ = all.inputMean.cast<float>();
    targetOrigin_ = all.targetMean.cast<float>();
    VectorXf row(outputs);
    for (Index i = 0; i < count; ++i) {
        const auto number = static_cast<std::size_t>(i);
        windows.readInputs(number, inputs_.row(i).data());
        inputs_.row(i) -= inputOrigin_.transpose();
        windows.readTargets(number, source.targets, row.data());
        targets_.row(i) = row - targetOrigin_;
        windows.readTargets(number, sums, row.data());
        sums_.row(i) = row;
    }
}

VectorXf ClampMoments::weightsOf(Index channel, double noise) const {
    return sums_.col(channel).unaryExpr(
        [&](float y) { return static_cast<float>(passing(y, noise, clamp_)); });
}

ChannelMoments ClampMoments::of(Index channel, double noise) const {
    const VectorXf weights = weightsOf(channel, noise);
    Summation summation(inputs_.cols());
    for (Index i = 0; i < inputs_.rows(); ++i) {
        if (weights[i] >= kLeastWeight) {
            summation.add(inputs_.row(i), targets_(i, channel), weights[i]);
        }
    }
    const WeightedSums& sums = summation.result();
    const double shared = kWindowsPerTap * static_cast<double>(inputs_.cols());
    const double all = sums.count + shared;
    const double part = shared / all;
    // Of all windows, from the origins; next to nothing, which float did not hold.
    const VectorXd inputMean = all_.inputMean - inputOrigin_.cast<double>();
    const double targetMean = all_.targetMean[channel] - double{targetOrigin_[channel]};
    ChannelMoments result;
    result.windows = all;
    result.inputMean = sums.inputs / all + part * inputMean;
    result.targetMean = sums.target / all + part * targetMean;
    result.covariance = sums.products.selfadjointView<Eigen::Lower>();
    result.covariance = result.covariance / all +
                        part * (all_.covariance + inputMean * inputMean.transpose()) -
                        result.inputMean * result.inputMean.transpose();
    result.crossCovariance = sums.cross / all +
                             part * (all_.crossCovariance.col(channel) + inputMean * targetMean) -
                             result.inputMean * result.targetMean;
    result.inputMean += inputOrigin_.cast<double>();
    result.targetMean += double{targetOrigin_[channel]};
    return result;
}

}  // namespace aslog::ptq
