#include "ptq/quantise/layer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

#include "golden/layer/does_not_fit.h"
#include "golden/noise/layer_model.h"
#include "ptq/quantise/clamp_moments.h"
#include "ptq/quantise/cut_moments.h"
#include "ptq/quantise/few_windows.h"
#include "ptq/quantise/grid.h"
#include "ptq/quantise/moments.h"
#include "ptq/quantise/rounding.h"
#include "ptq/quantise/window_rounding.h"
#include "support/error.h"
#include "support/parallel.h"

namespace aslog::ptq {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Of an activation's own rounding, in steps squared. Inputs that vary less, or not at all, are no
// ground to fit weights to.
constexpr double kRoundingVariance = 1.0 / 12;

// Of the power of an output's rounding. Weights that make less noise are not worth a clamp's own
// covariance.
constexpr double kNegligibleNoise = 0.25;

// One output channel: w ≈ scale * (values + mu * 2^(dropped - f)).
struct Channel {
    RoundedChannel rounded;
    std::vector<golden::Code> codes;  // of the values
    golden::Code mu{};
    std::int64_t bias = 0;  // b_c without the zero point's term
};

// What a channel is fitted to; moments of inputs and targets, in steps of the input.
struct Goal {
    const LayerRounding& rounding;  // knows the covariance
    VectorXd crossCovariance;
    VectorXd inputMean;
    double targetMean = 0;
    double shrinkage = 0;  // that was added to the covariance's diagonal
};

double deviationOf(const VectorXd& values) {
    return std::sqrt((values.array() - values.mean()).square().mean());
}

// Few windows leave directions in which the inputs do not seem to vary, and rounding would sweep
// its errors there; other images vary in them. So H moves towards one in which all taps vary alike
// and independently, the more the fewer windows a tap has; and the least squares towards the float
// weights. Returns what was added to the diagonal.
double shrink(MatrixXd& covariance, double windows) {
    const double shrinkage = covariance.trace() / std::max(1.0, windows);
    covariance.diagonal().array() += shrinkage;
    return shrinkage;
}

// One group of channels.
class GroupQuantiser {
  public:
    GroupQuantiser(const LayerInput& input, const QuantiseOptions& options, int group)
        : input_(input),
          options_(options),
          steps_(options.steps),
          grid_(*input.numerics.element),
          scales_(input.numerics, input.input, input.output),
          group_(group),
          taps_(static_cast<Index>(input.conv.geometry.taps())) {
        takeMoments();
        rounding_ = makeRounding();
    }

    golden::ConvLayer run() const {
        const golden::ConvGeometry& g = input_.conv.geometry;
        golden::ConvLayer layer;
        layer.geometry = g;
        layer.inputZeroPoint = input_.input.zeroPoint;
        layer.offsets.assign(static_cast<std::size_t>(g.outputChannels), input_.output.zeroPoint);
        layer.clamp = input_.clamp;
        layer.channels.resize(layer.offsets.size());
        // Large layers have many codes: each channel's go where they stay.
        const auto taps = static_cast<std::size_t>(taps_);
        layer.codes.resize(layer.channels.size() * taps);
        support::inParallel(layer.channels.size(), [&](std::size_t c) {
            const Channel channel = quantiseChannel(static_cast<std::int64_t>(c));
            std::ranges::copy(channel.codes,
                              layer.codes.begin() + static_cast<std::ptrdiff_t>(c * taps));
            const golden::Ratio ratio = scales_.ratio(channel.rounded.scale);
            layer.channels[c] = {channel.bias, channel.mu, ratio.scale, ratio.shift};
        });
        for (std::size_t c = 0; c < layer.channels.size(); ++c) {
            layer.channels[c].bias +=
                golden::zeroPointTerm(layer, input_.numerics, static_cast<int>(c));
        }
        return layer;
    }

  private:
    bool isOutputAware() const { return steps_.compensation || steps_.outputScaleSearch; }

    bool isClampAware() const {
        return steps_.compensation && steps_.clampWeighting && input_.sums != nullptr && !few_ &&
               taps_ <= options_.largestClampTaps;
    }

    void takeMoments() {
        if (!isOutputAware() && !steps_.biasCorrection) {
            inputMean_ = VectorXd::Zero(taps_);
            return;
        }
        const golden::ConvGeometry& g = input_.conv.geometry;
        WindowSource source{g,
                            group_ * g.inputChannels,
                            input_.input.zeroPoint,
                            input_.images,
                            input_.targets,
                            group_ * g.outputChannels,
                            options_.largestWindows};
        const std::int64_t windows =
            elementCount(input_.targets.shape()) / input_.targets.shape()[1];
        if (hasFewWindows(taps_, static_cast<std::size_t>(windows))) {
            few_ = std::make_unique<FewWindows>(fewWindowsOf(source));
            windows_ = static_cast<std::size_t>(few_->inputs.cols());
            inputMean_ = few_->inputMean;
        } else {
            moments_ = momentsOf(source);
            windows_ = moments_.windows;
            inputMean_ = moments_.inputMean;
        }
        cutMoments_ = std::make_unique<CutMoments>(source, *input_.numerics.element);
        if (isClampAware()) {
            source.largestWindows = options_.largestClampWindows;
            const auto real = [&](std::uint32_t q) {
                return input_.output.scale * (static_cast<double>(q) - input_.output.zeroPoint);
            };
            clampMoments_ = std::make_unique<ClampMoments>(
                source, *input_.sums,
                ClampInterval{real(input_.clamp.low), real(input_.clamp.high)}, moments_);
        }
    }

    std::unique_ptr<const LayerRounding> makeRounding() {
        if (!isOutputAware()) {
            // Errors of the weights themselves count.
            return std::make_unique<WindowRounding>(RowMajorMatrix(taps_, 0), 1, roundingOptions());
        }
        if (few_) {
            shrinkage_ = few_->inputs.squaredNorm() / golden::square(static_cast<double>(windows_));
            return std::make_unique<WindowRounding>(few_->inputs, shrinkage_, roundingOptions());
        }
        // Of many taps one copy of it is enough.
        MatrixXd covariance = clampMoments_ ? moments_.covariance : std::move(moments_.covariance);
        shrinkage_ = shrink(covariance, static_cast<double>(windows_));
        return std::make_unique<Rounding>(covariance, roundingOptions());
    }

    RoundingOptions roundingOptions() const {
        RoundingOptions rounding;
        rounding.damping = options_.damping;
        rounding.leastVariance = kRoundingVariance;
        rounding.snap = [this](double scale) { return scales_.snap(scale); };
        if (!steps_.compensation) {
            rounding.compensates = false;
            rounding.sweeps = rounding.refits = rounding.pairSweeps = 0;
        }
        if (!isOutputAware() && !steps_.scaleSearch) {
            rounding.scales = 1;
        }
        return rounding;
    }

    Channel quantiseChannel(std::int64_t c) const {
        Goal goal{*rounding_, {}, inputMean_, 0, shrinkage_};
        if (few_) {
            goal.crossCovariance = few_->crossCovariance(c);
            goal.targetMean = few_->targetMean[c];
        } else if (windows_ > 0) {
            goal.crossCovariance = moments_.crossCovariance.col(c);
            goal.targetMean = moments_.targetMean[c];
        }
        if (clampMoments_) {
            // Of the weights, and of the rounding of the output.
            const double own = quantiseFor(c, goal, RoundingEffort::Quick).rounded.error *
                               golden::square(input_.input.scale);
            const double least = kRoundingVariance * golden::square(input_.output.scale);
            if (own > kNegligibleNoise * least) {
                return quantiseForClamp(c, std::sqrt(own + least));
            }
        }
        return quantiseFor(c, goal);
    }

    // `noise`: the expected deviation of the output.
    Channel quantiseForClamp(std::int64_t c, double noise) const {
        ChannelMoments moments = clampMoments_->of(c, noise);
        const double shrinkage = shrink(moments.covariance, moments.windows);
        RoundingOptions options;
        options.damping = options_.damping;
        options.leastVariance = kRoundingVariance;
        options.snap = [this](double scale) { return scales_.snap(scale); };
        const Rounding rounding(moments.covariance, options);
        return quantiseFor(c, {rounding, std::move(moments.crossCovariance),
                               std::move(moments.inputMean), moments.targetMean, shrinkage});
    }

    Channel quantiseFor(std::int64_t c, const Goal& goal,
                        RoundingEffort effort = RoundingEffort::Full) const {
        VectorXd weights = floatWeights(c);
        if (steps_.compensation) {
            // The moments count the input in steps, the weights take it in its own unit.
            weights = goal.rounding.fitted(
                weights, goal.crossCovariance / input_.input.scale + goal.shrinkage * weights);
        }
        checkScale(weights, c);
        Channel channel;
        const double least = leastScale(weights, c, goal);
        channel.rounded = goal.rounding.round(weights, grid_, least, effort);
        if (steps_.varianceCorrection && !steps_.compensation) {
            correctVariance(weights, least, channel.rounded);
        }
        channel.codes.reserve(channel.rounded.values.size());
        for (const std::int64_t value : channel.rounded.values) {
            channel.codes.push_back(input_.numerics.element->encodeValue(value));
        }
        double mu = 0;  // mu_c * 2^(dropped - f)
        if (input_.numerics.muFormat) {
            const golden::SlogFormat& format = *input_.numerics.muFormat;
            channel.mu =
                format.quantise(steps_.meanCorrection ? meanError(weights, channel, goal) : 0);
            mu = std::ldexp(static_cast<double>(format.decode(channel.mu)), -biasPlaces());
        }
        channel.bias = biasCode(channel, mu, c, goal);
        return channel;
    }

    VectorXd floatWeights(std::int64_t c) const {
        const auto first =
            input_.conv.weights.begin() + static_cast<std::ptrdiff_t>(outputOf(c) * taps_);
        VectorXd weights(taps_);
        std::copy(first, first + taps_, weights.begin());
        return weights;
    }

    // Binary places of b_c and mu_c behind the point of a weight in steps.
    int biasPlaces() const {
        return input_.numerics.fractionBits - input_.numerics.element->dropped();
    }

    // Of channel c of this group among all of the layer.
    std::int64_t outputOf(std::int64_t c) const {
        return std::int64_t{group_} * input_.conv.geometry.outputChannels + c;
    }

    double floatBias(std::int64_t c) const {
        return input_.conv.bias[static_cast<std::size_t>(outputOf(c))];
    }

    void checkScale(const VectorXd& weights, std::int64_t c) const {
        const double widest = weights.cwiseAbs().maxCoeff() / static_cast<double>(grid_.largest());
        if (widest > 2 * scales_.largest()) {
            throw support::DoesNotFit(fmt::format(
                "output channel {} needs weight steps of {:.3g}, the widest that the PCF can "
                "express is {:.3g}; a smaller pcf.shift_min or more pcf.scale_bits help",
                outputOf(c), widest, scales_.largest()));
        }
    }

    // b_c counts in steps of the weights: where these are small beside the bias, as in a channel
    // that is all but constant, they must be larger than the weights alone would have them. Half of
    // what b_c can hold is left to the zero point.
    double leastScale(const VectorXd& weights, std::int64_t c, const Goal& goal) const {
        double bias = floatBias(c);
        if (steps_.biasCorrection) {
            bias = goal.targetMean - input_.input.scale * weights.dot(goal.inputMean);
        }
        const int bits = input_.numerics.correctionBits - 3 - biasPlaces();
        return std::ldexp(std::abs(bias) / input_.input.scale, -bits);
    }

    // xi_c. Compensated rounding has fitted the scale to the outputs already.
    void correctVariance(const VectorXd& weights, double least, RoundedChannel& rounded) const {
        const double found = deviationOf(asVector(rounded.values)) * rounded.scale;
        const double wanted = deviationOf(weights);
        if (found > 0 && wanted > 0) {
            rounded.scale = scales_.snap(std::max(least, rounded.scale * wanted / found));
        }
    }

    // What mu_c shall be, in units of 2^(dropped - f) of the scale: the mean error of the weights,
    // or what makes the error of the outputs least.
    double meanError(const VectorXd& weights, const Channel& channel, const Goal& goal) const {
        return std::ldexp(
            goal.rounding.bestOffset(weights, channel.rounded) / channel.rounded.scale,
            biasPlaces());
    }

    std::int64_t biasCode(const Channel& channel, double mu, std::int64_t c,
                          const Goal& goal) const {
        const double step = input_.input.scale * channel.rounded.scale;
        double bias = std::ldexp(floatBias(c) / step, biasPlaces());
        if (steps_.biasCorrection) {
            const VectorXd weights = asVector(channel.rounded.values).array() + mu;
            bias = goal.targetMean / step - weights.dot(goal.inputMean);
            bias = std::ldexp(bias, biasPlaces()) +
                   std::ldexp(cutMoments_->meanLoss(channel.codes), input_.numerics.fractionBits);
        }
        bias += scales_.meanShiftLoss(channel.rounded.scale);
        return std::llround(std::clamp(bias, -0x1p61, 0x1p61));
    }

    const LayerInput& input_;
    const QuantiseOptions& options_;
    QuantiseSteps steps_;
    Grid grid_;
    WeightScales scales_;
    int group_;
    Index taps_;
    std::size_t windows_ = 0;                // that moments were taken of; 0 if nothing needs them
    VectorXd inputMean_;                     // 0 without windows
    Moments moments_;                        // only without few_
    std::unique_ptr<const FewWindows> few_;  // only for many taps and few windows
    double shrinkage_ = 0;
    std::unique_ptr<const CutMoments> cutMoments_;      // null if nothing needs them
    std::unique_ptr<const LayerRounding> rounding_;     // of all windows
    std::unique_ptr<const ClampMoments> clampMoments_;  // null if every window counts the same
};

}  // namespace

std::vector<golden::ConvLayer> quantiseLayer(const LayerInput& input,
                                             const QuantiseOptions& options) {
    std::vector<golden::ConvLayer> layers;
    for (int group = 0; group < input.conv.groups; ++group) {
        layers.push_back(GroupQuantiser(input, options, group).run());
        try {
            golden::checkLayer(layers.back(), input.numerics);
        } catch (const golden::DoesNotFit& error) {
            throw support::DoesNotFit(error.what());
        } catch (const std::invalid_argument& error) {
            throw support::InputError(error.what());
        }
    }
    return layers;
}

}  // namespace aslog::ptq
