#include "ptq/quantise/layer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>

#include <fmt/format.h>

#include "ptq/quantise/grid.h"
#include "ptq/quantise/moments.h"
#include "ptq/quantise/rounding.h"
#include "ptq/reference/kernels.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// The search for one output channel: w ≈ scale * (values + mu * 2^-f).
struct Channel {
    RoundedChannel rounded;
    golden::Code mu{};
    double muValue = 0;  // mu * 2^-f
};

VectorXd asVector(const std::vector<std::int64_t>& values) {
    VectorXd result(static_cast<Index>(values.size()));
    std::transform(values.begin(), values.end(), result.begin(),
                   [](std::int64_t value) { return static_cast<double>(value); });
    return result;
}

double deviationOf(const VectorXd& values) {
    return std::sqrt((values.array() - values.mean()).square().mean());
}

// One group of channels.
class GroupQuantiser {
  public:
    GroupQuantiser(const LayerInput& input, const QuantiseOptions& options, int group)
        : input_(input),
          steps_(options.steps),
          grid_(*input.numerics.element),
          scales_(input.numerics, input.input, input.output),
          group_(group),
          taps_(static_cast<Index>(input.conv.geometry.taps())) {
        const golden::ConvGeometry& g = input.conv.geometry;
        if (needsMoments()) {
            moments_ = momentsOf({g, group * g.inputChannels, input.input.zeroPoint, input.images,
                                  input.targets, group * g.outputChannels, options.largestWindows});
        }
        RoundingOptions rounding;
        rounding.compensates = steps_.compensation;
        rounding.sweeps = steps_.compensation ? rounding.sweeps : 0;
        rounding.refits = steps_.compensation ? rounding.refits : 0;
        rounding.damping = options.damping;
        rounding.snap = [this](double scale) { return scales_.snap(scale); };
        if (!steps_.compensation && !steps_.outputScaleSearch && !steps_.scaleSearch) {
            rounding.scales = 1;
        }
        if (isOutputAware()) {
            shrink();
        }
        rounding_ = std::make_unique<Rounding>(
            isOutputAware() ? moments_.covariance : MatrixXd::Identity(taps_, taps_), rounding);
    }

    golden::ConvLayer run() const {
        const golden::ConvGeometry& g = input_.conv.geometry;
        std::vector<Channel> channels(static_cast<std::size_t>(g.outputChannels));
        forEachImage(g.outputChannels, [&](std::int64_t c) {
            channels[static_cast<std::size_t>(c)] = quantiseChannel(c);
        });
        golden::ConvLayer layer;
        layer.geometry = g;
        layer.inputZeroPoint = input_.input.zeroPoint;
        layer.offsets.assign(channels.size(), input_.output.zeroPoint);
        layer.clamp = input_.clamp;
        for (const Channel& channel : channels) {
            for (const std::int64_t value : channel.rounded.values) {
                layer.codes.push_back(input_.numerics.element->encodeValue(value));
            }
            const golden::Ratio ratio = scales_.ratio(channel.rounded.scale);
            layer.channels.push_back({0, channel.mu, ratio.scale, ratio.shift});
        }
        for (std::size_t c = 0; c < channels.size(); ++c) {
            layer.channels[c].bias =
                biasCode(channels[c], static_cast<Index>(c)) +
                golden::zeroPointTerm(layer, input_.numerics, static_cast<int>(c));
        }
        return layer;
    }

  private:
    // Few windows leave directions in which the inputs do not seem to vary, and rounding would
    // sweep its errors there; other images vary in them. So H moves towards one in which all taps
    // vary alike and independently, the more the fewer windows a tap has; and the least squares
    // towards the float weights.
    void shrink() {
        const double taps = static_cast<double>(taps_);
        const double mean = moments_.covariance.trace() / taps;
        shrinkage_ = mean * taps / static_cast<double>(std::max<std::size_t>(1, moments_.windows));
        moments_.covariance.diagonal().array() += shrinkage_;
    }

    bool isOutputAware() const { return steps_.compensation || steps_.outputScaleSearch; }
    bool needsMoments() const { return isOutputAware() || steps_.biasCorrection; }

    // In units of the levels times the input's step: what the moments are in.
    VectorXd floatWeights(std::int64_t channel) const {
        const std::int64_t first =
            (std::int64_t{group_} * input_.conv.geometry.outputChannels + channel) * taps_;
        VectorXd weights(taps_);
        for (Index i = 0; i < taps_; ++i) {
            weights[i] = input_.conv.weights[static_cast<std::size_t>(first + i)];
        }
        return weights;
    }

    Channel quantiseChannel(std::int64_t c) const {
        VectorXd weights = floatWeights(c);
        if (steps_.compensation) {
            // The moments count the input in steps, the weights take it in its own unit.
            weights =
                rounding_->fitted(weights, moments_.crossCovariance.col(c) / input_.input.scale +
                                               shrinkage_ * weights);
        }
        const double widest = weights.cwiseAbs().maxCoeff() / static_cast<double>(grid_.largest());
        if (widest > 2 * scales_.largest()) {
            throw support::InputError(fmt::format(
                "output channel {} needs weight steps of {:.3g}, the widest that the PCF can "
                "express is {:.3g}; a smaller pcf.shift_min or more pcf.scale_bits help",
                std::int64_t{group_} * input_.conv.geometry.outputChannels + c, widest,
                scales_.largest()));
        }
        Channel channel;
        channel.mu =
            input_.numerics.muFormat ? input_.numerics.muFormat->quantise(0) : golden::Code{};
        const double least = leastScale(weights, c);
        channel.rounded = rounding_->round(weights, grid_, least);
        if (steps_.varianceCorrection && !steps_.compensation) {
            correctVariance(weights, least, channel.rounded);
        }
        if (steps_.meanCorrection && input_.numerics.muFormat) {
            correctMean(weights, channel);
        }
        return channel;
    }

    // b_c counts in steps of the weights: where these are small beside the bias, as in a channel
    // that is all but constant, they must be larger than the weights alone would have them. Half of
    // what b_c can hold is left to the zero point.
    double leastScale(const VectorXd& weights, std::int64_t c) const {
        double bias = channelBias(c);
        if (steps_.biasCorrection) {
            bias = moments_.targetMean[c] - input_.input.scale * weights.dot(moments_.inputMean);
        }
        const int bits = input_.numerics.correctionBits - 3 - input_.numerics.fractionBits;
        return std::ldexp(std::abs(bias) / input_.input.scale, -bits);
    }

    double channelBias(std::int64_t c) const {
        return input_.conv.bias[static_cast<std::size_t>(
            std::int64_t{group_} * input_.conv.geometry.outputChannels + c)];
    }

    // xi_c. Compensated rounding has fitted the scale to the outputs already.
    void correctVariance(const VectorXd& weights, double least, RoundedChannel& rounded) const {
        const double found = deviationOf(asVector(rounded.values)) * rounded.scale;
        const double wanted = deviationOf(weights);
        if (found > 0 && wanted > 0) {
            rounded.scale = scales_.snap(std::max(least, rounded.scale * wanted / found));
        }
    }

    // mu_c: the mean error of the weights, or what makes the error of the outputs least.
    void correctMean(const VectorXd& weights, Channel& channel) const {
        const golden::SlogFormat& format = *input_.numerics.muFormat;
        const double unit = std::ldexp(1.0, -input_.numerics.fractionBits);
        const VectorXd error = weights - channel.rounded.scale * asVector(channel.rounded.values);
        double mean = error.mean();
        if (isOutputAware()) {
            const VectorXd row = moments_.covariance.rowwise().sum();
            const double size = row.sum();
            mean = size > 0 ? error.dot(row) / size : 0;
        }
        channel.mu = format.quantise(mean / (channel.rounded.scale * unit));
        channel.muValue = static_cast<double>(format.decode(channel.mu)) * unit;
    }

    std::int64_t biasCode(const Channel& channel, Index c) const {
        const double step = input_.input.scale * channel.rounded.scale;
        double bias = channelBias(c) / step;
        if (steps_.biasCorrection) {
            const VectorXd weights = asVector(channel.rounded.values).array() + channel.muValue;
            bias = moments_.targetMean[c] / step - weights.dot(moments_.inputMean);
        }
        bias = std::ldexp(bias, input_.numerics.fractionBits);
        return std::llround(std::clamp(bias, -0x1p61, 0x1p61));
    }

    const LayerInput& input_;
    QuantiseSteps steps_;
    Grid grid_;
    WeightScales scales_;
    int group_;
    Index taps_;
    Moments moments_;
    double shrinkage_ = 0;  // added to the diagonal of H
    std::unique_ptr<Rounding> rounding_;
};

}  // namespace

std::vector<golden::ConvLayer> quantiseLayer(const LayerInput& input,
                                             const QuantiseOptions& options) {
    std::vector<golden::ConvLayer> layers;
    for (int group = 0; group < input.conv.groups; ++group) {
        layers.push_back(GroupQuantiser(input, options, group).run());
        try {
            golden::checkLayer(layers.back(), input.numerics);
        } catch (const std::invalid_argument& error) {
            throw support::InputError(error.what());
        }
    }
    return layers;
}

}  // namespace aslog::ptq
