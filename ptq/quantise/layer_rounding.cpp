#include "ptq/quantise/layer_rounding.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace aslog::ptq {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr double kLeastScale = 1e-30;  // of a channel without weights

}  // namespace

VectorXd asVector(const std::vector<std::int64_t>& values) {
    VectorXd result(static_cast<Index>(values.size()));
    std::transform(values.begin(), values.end(), result.begin(),
                   [](std::int64_t value) { return static_cast<double>(value); });
    return result;
}

LayerRounding::LayerRounding(RoundingOptions options) : options_(std::move(options)) {
    if (!options_.snap) {
        options_.snap = [](double scale) { return scale; };
    }
}

void LayerRounding::checkWeights(const VectorXd& weights, Index taps) {
    if (weights.size() != taps || !weights.allFinite()) {
        throw std::invalid_argument(
            fmt::format("{} finite weights are needed, one a tap; found {}", taps, weights.size()));
    }
}

std::function<double(double)> LayerRounding::snapFrom(double leastScale) const {
    return [this, leastScale](double scale) {
        return options_.snap(std::max({scale, leastScale, kLeastScale}));
    };
}

VectorXd LayerRounding::candidateScales(const VectorXd& weights, const Grid& grid,
                                        const std::function<double(double)>& snap) const {
    const double widest = weights.cwiseAbs().maxCoeff() / static_cast<double>(grid.largest());
    std::vector<double> scales;
    for (int i = 0; i < options_.scales; ++i) {
        const double part =
            options_.scales == 1 ? 0 : static_cast<double>(i) / (options_.scales - 1);
        const double scale = snap(widest * (1 - part * (1 - options_.smallestClip)));
        if (scales.empty() || scale != scales.back()) {
            scales.push_back(scale);
        }
    }
    return Eigen::Map<VectorXd>(scales.data(), static_cast<Index>(scales.size()));
}

std::vector<Index> byFallingVariance(const VectorXd& variances) {
    std::vector<Index> order(static_cast<std::size_t>(variances.size()));
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](Index a, Index b) { return variances[a] > variances[b]; });
    return order;
}

}  // namespace aslog::ptq
