#include "ptq/quantise/clamp_moments.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

#include "ptq/linear/gram.h"

namespace aslog::ptq {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::MatrixXf;
using Eigen::VectorXd;
using Eigen::VectorXf;

// Windows of all that are counted for each tap. Fewer fit the calibration images better and others
// worse; measured on images that were left out.
constexpr double kWindowsPerTap = 32;
// Weights are whole parts of 1: windows of one weight are summed together, in whole numbers.
constexpr int kWeightParts = 16;
constexpr double kFar = 30;  // deviations; nothing changes beyond

// E[(max(t + e, 0) - max(t, 0))²] for e normal with deviation 1.
double passingAbove(double t) {
    t = std::clamp(t, -kFar, kFar);
    const double farther = 0.5 * std::erfc(std::abs(t) / std::numbers::sqrt2);  // P(e > |t|)
    const double density = std::exp(-0.5 * t * t) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
    return t < 0 ? (1 + t * t) * farther + t * density : 1 - (1 - t * t) * farther - t * density;
}

}  // namespace

// Over windows, each with its weight; not centred. All are whole numbers, and exact.
struct ClampMoments::Sums {
    // Lines of the taps, then the upper and the lower byte of the target.
    MatrixXd products;
    VectorXd lines;
    double count = 0;

    explicit Sums(Index taps)
        : products(MatrixXd::Zero(taps + 2, taps + 2)), lines(VectorXd::Zero(taps + 2)) {}
};

double passing(double y, double noise, const ClampInterval& clamp) {
    return passingAbove((y - clamp.low) / noise) * passingAbove((clamp.high - y) / noise);
}

ClampMoments::ClampMoments(const WindowSource& source, const FloatImages& sums,
                           const ClampInterval& clamp, const Moments& all)
    : zeroPoint_(source.zeroPoint), clamp_(clamp), all_(all) {
    const Windows windows(source);
    windows_ = windows.count();
    const auto count = static_cast<Index>(windows_);
    const Index outputs = source.geometry.outputChannels;
    const auto taps = static_cast<std::size_t>(source.geometry.taps());
    inputs_.resize(taps * windows_);
    for (std::size_t first = 0; first < windows_; first += kWindowBlock) {
        windows.readInputs(first, std::min(kWindowBlock, windows_ - first), inputs_.data() + first,
                           windows_);
    }
    for (std::size_t tap = 0; tap < taps; ++tap) {
        inputOrigin_.push_back(windows_ > 0 ? inputs_[tap * windows_] : std::uint8_t{0});
    }
    const auto read = [&](const FloatImages& from, MatrixXf& to) {
        TargetReader reader(windows, from);
        to.resize(count, outputs);
        VectorXf row(outputs);
        for (Index i = 0; i < count; ++i) {
            reader.read(static_cast<std::size_t>(i), row.data());
            to.row(i) = row;
        }
    };
    read(source.targets, targets_);
    if (&sums != &source.targets) {
        read(sums, sums_);
    }
}

ClampMoments::FixedPoint ClampMoments::fixedPoint(const VectorXf& targets) {
    constexpr double kLargest = std::numeric_limits<std::uint16_t>::max();
    FixedPoint result;
    if (targets.size() == 0) {
        return result;
    }
    result.low = targets.minCoeff();
    result.step = (targets.maxCoeff() - result.low) / kLargest;
    for (const float target : targets) {
        const double number = result.step > 0 ? (target - result.low) / result.step : 0;
        result.numbers.push_back(static_cast<std::uint16_t>(std::lround(number)));
    }
    return result;
}

// Adds windows of one weight.
void ClampMoments::addWindows(const std::vector<std::uint32_t>& chosen, const FixedPoint& targets,
                              double weight, Sums& sums) const {
    const std::size_t taps = inputOrigin_.size();
    for (std::size_t first = 0; first < chosen.size(); first += kWindowBlock) {
        const std::size_t count = std::min(kWindowBlock, chosen.size() - first);
        const std::uint32_t* windows = chosen.data() + first;
        ByteLines lines(taps + 2, count);
        for (std::size_t tap = 0; tap < taps; ++tap) {
            const std::uint8_t* from = inputs_.data() + tap * windows_;
            std::uint8_t* line = lines.line(tap);
            for (std::size_t i = 0; i < count; ++i) {
                line[i] = from[windows[i]];
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            lines.line(taps)[i] = static_cast<std::uint8_t>(targets.numbers[windows[i]] >> 8);
            lines.line(taps + 1)[i] = static_cast<std::uint8_t>(targets.numbers[windows[i]]);
        }
        lines.addGram(weight, sums.products, sums.lines);
        sums.count += weight * static_cast<double>(count);
    }
}

std::vector<int> ClampMoments::weightsOf(Index channel, double noise) const {
    const MatrixXf& sums = sums_.size() > 0 ? sums_ : targets_;
    std::vector<int> weights(windows_);
    for (std::size_t i = 0; i < windows_; ++i) {
        const double y = sums(static_cast<Index>(i), channel);
        weights[i] = static_cast<int>(std::lround(kWeightParts * passing(y, noise, clamp_)));
    }
    return weights;
}

ChannelMoments ClampMoments::of(Index channel, double noise) const {
    const Index taps = all_.inputMean.size();
    std::array<std::vector<std::uint32_t>, kWeightParts + 1> byWeight;
    const std::vector<int> weights = weightsOf(channel, noise);
    for (std::size_t i = 0; i < windows_; ++i) {
        byWeight[static_cast<std::size_t>(weights[i])].push_back(static_cast<std::uint32_t>(i));
    }
    const FixedPoint targets = fixedPoint(targets_.col(channel));
    Sums sums(taps);
    for (std::size_t weight = 1; weight < byWeight.size(); ++weight) {
        addWindows(byWeight[weight], targets, static_cast<double>(weight), sums);
    }
    // From an origin, so that what never changes is exactly 0.
    VectorXd origin(taps);
    std::copy(inputOrigin_.begin(), inputOrigin_.end(), origin.begin());
    const VectorXd inputs = sums.lines.head(taps) - sums.count * origin;
    MatrixXd products =
        MatrixXd(sums.products.selfadjointView<Eigen::Lower>()).topLeftCorner(taps, taps);
    for (Index j = 0; j < taps; ++j) {
        products.col(j) -= origin[j] * sums.lines.head(taps) + inputs[j] * origin;
    }
    const double target = targets.step * (256 * sums.lines[taps] + sums.lines[taps + 1]);
    const VectorXd cross =
        targets.step *
            (256 * sums.products.row(taps) + sums.products.row(taps + 1)).head(taps).transpose() -
        target * origin;

    const double shared = kWindowsPerTap * static_cast<double>(taps);
    const double all = sums.count / kWeightParts + shared;
    const double part = shared / all;
    const double parts = kWeightParts * all;
    const VectorXd inputMean = (all_.inputMean - origin).array() + zeroPoint_;
    const double targetMean = all_.targetMean[channel] - targets.low;
    ChannelMoments result;
    result.windows = all;
    result.inputMean = inputs / parts + part * inputMean;
    result.targetMean = target / parts + part * targetMean;
    result.covariance = products / parts +
                        part * (all_.covariance + inputMean * inputMean.transpose()) -
                        result.inputMean * result.inputMean.transpose();
    result.crossCovariance = cross / parts +
                             part * (all_.crossCovariance.col(channel) + inputMean * targetMean) -
                             result.inputMean * result.targetMean;
    result.inputMean = (result.inputMean + origin).array() - zeroPoint_;
    result.targetMean += targets.low;
    return result;
}

}  // namespace aslog::ptq
