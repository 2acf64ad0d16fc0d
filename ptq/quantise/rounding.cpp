#include "ptq/quantise/rounding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include <Eigen/Cholesky>
#include <fmt/format.h>

namespace aslog::ptq {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kLeastScale = 1e-30;  // of a channel without weights
constexpr std::size_t kStarts = 4;     // that descend

VectorXd asVector(const std::vector<std::int64_t>& values) {
    VectorXd result(static_cast<Index>(values.size()));
    for (Index i = 0; i < result.size(); ++i) {
        result[i] = static_cast<double>(values[static_cast<std::size_t>(i)]);
    }
    return result;
}

}  // namespace

struct Rounding::Prepared {
    MatrixXd covariance;
    // Taps by falling variance of their inputs: what is rounded late has little left to make up for
    // it, so it should matter little.
    std::vector<Index> order;
    // Row i, divided by its diagonal: how the error of the i-th tap in that order is handed on to
    // the later ones. Row-major, because it is read row by row.
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> handedOn;
    Eigen::LLT<MatrixXd> factor;  // of H, damped, in that order

    double error(const VectorXd& difference) const {
        return difference.dot(covariance * difference);
    }

    // One pass of GPTQ with a given scale.
    std::vector<std::int64_t> compensated(const VectorXd& weights, const Grid& grid,
                                          double scale) const {
        const Index taps = weights.size();
        VectorXd left(taps);  // in the order of the pass, with the errors handed on so far
        for (Index i = 0; i < taps; ++i) {
            left[i] = weights[order[static_cast<std::size_t>(i)]];
        }
        std::vector<std::int64_t> values(static_cast<std::size_t>(taps));
        for (Index i = 0; i < taps; ++i) {
            const std::int64_t value = grid.nearest(left[i] / scale);
            values[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = value;
            const double error = left[i] - scale * static_cast<double>(value);
            const Index rest = taps - i - 1;
            left.tail(rest) -= error * handedOn.row(i).tail(rest).transpose();
        }
        return values;
    }

    // Moves one weight at a time to the grid value that makes the error least, until none moves.
    void descend(const VectorXd& weights, const Grid& grid, int sweeps, double scale,
                 std::vector<std::int64_t>& values) const {
        VectorXd slope = covariance * (weights - scale * asVector(values));
        for (int sweep = 0; sweep < sweeps; ++sweep) {
            bool moved = false;
            for (const Index tap : order) {
                const double variance = covariance(tap, tap);
                if (variance <= 0) {
                    continue;
                }
                std::int64_t& value = values[static_cast<std::size_t>(tap)];
                const double best = static_cast<double>(value) + slope[tap] / (variance * scale);
                const std::int64_t next = grid.nearest(best);
                // Half a step of doubt is no reason to move: it would go on for ever.
                const double gain = std::abs(static_cast<double>(value) - best) -
                                    std::abs(static_cast<double>(next) - best);
                if (next == value || gain <= 1e-9) {
                    continue;
                }
                slope -= covariance.col(tap) * (scale * static_cast<double>(next - value));
                value = next;
                moved = true;
            }
            if (!moved) {
                return;
            }
        }
    }

    // The scale that makes the error of these values least; `otherwise` if none does.
    double bestScale(const VectorXd& weights, const std::vector<std::int64_t>& values,
                     double otherwise) const {
        const VectorXd grid = asVector(values);
        const VectorXd product = covariance * grid;
        const double size = grid.dot(product);
        const double scale = size > 0 ? weights.dot(product) / size : 0;
        return scale > 0 && std::isfinite(scale) ? scale : otherwise;
    }
};

Rounding::Rounding(const MatrixXd& covariance, const RoundingOptions& options) : options_(options) {
    if (covariance.rows() == 0 || covariance.rows() != covariance.cols() ||
        !covariance.allFinite()) {
        throw std::invalid_argument(fmt::format(
            "a covariance is a square matrix of numbers; found {} x {}{}", covariance.rows(),
            covariance.cols(), covariance.allFinite() ? "" : " with some that are not finite"));
    }
    auto prepared = std::make_unique<Prepared>();
    const Index taps = covariance.rows();
    prepared->covariance = 0.5 * (covariance + covariance.transpose());
    prepared->order.resize(static_cast<std::size_t>(taps));
    std::iota(prepared->order.begin(), prepared->order.end(), Index{0});
    std::stable_sort(prepared->order.begin(), prepared->order.end(),
                     [&](Index a, Index b) { return covariance(a, a) > covariance(b, b); });
    if (options.compensates) {
        // The upper Cholesky factor U of H's inverse, H^-1 = Uᵀ U, in the order of the pass.
        MatrixXd ordered(taps, taps);
        for (Index i = 0; i < taps; ++i) {
            for (Index j = 0; j < taps; ++j) {
                ordered(i, j) = prepared->covariance(prepared->order[static_cast<std::size_t>(i)],
                                                     prepared->order[static_cast<std::size_t>(j)]);
            }
        }
        const double mean = std::max(ordered.trace() / static_cast<double>(taps), 1e-30);
        ordered.diagonal().array() += options.damping * mean;
        prepared->factor.compute(ordered);
        if (prepared->factor.info() != Eigen::Success) {
            throw std::invalid_argument("a covariance has no negative eigenvalue; this one has");
        }
        const MatrixXd inverse = prepared->factor.solve(MatrixXd::Identity(taps, taps));
        prepared->handedOn = MatrixXd(Eigen::LLT<MatrixXd>(inverse).matrixU());
        for (Index i = 0; i < taps; ++i) {
            prepared->handedOn.row(i) /= prepared->handedOn(i, i);
        }
    }
    prepared_ = std::move(prepared);
}

Rounding::~Rounding() = default;

VectorXd Rounding::fitted(const VectorXd& weights, const VectorXd& crossCovariance) const {
    const VectorXd missing = crossCovariance - prepared_->covariance * weights;
    VectorXd ordered(missing.size());
    for (Index i = 0; i < missing.size(); ++i) {
        ordered[i] = missing[prepared_->order[static_cast<std::size_t>(i)]];
    }
    const VectorXd change = prepared_->factor.solve(ordered);
    VectorXd result = weights;
    for (Index i = 0; i < change.size(); ++i) {
        result[prepared_->order[static_cast<std::size_t>(i)]] += change[i];
    }
    return result;
}

double Rounding::errorOf(const VectorXd& weights, const RoundedChannel& channel) const {
    return prepared_->error(weights - channel.scale * asVector(channel.values));
}

RoundedChannel Rounding::round(const VectorXd& weights, const Grid& grid) const {
    if (weights.size() != prepared_->covariance.rows() || !weights.allFinite()) {
        throw std::invalid_argument(fmt::format("{} finite weights are needed, one a tap; found {}",
                                                prepared_->covariance.rows(), weights.size()));
    }
    const auto plain = [&](double scale) {
        std::vector<std::int64_t> values;
        values.reserve(static_cast<std::size_t>(weights.size()));
        for (const double weight : weights) {
            values.push_back(grid.nearest(weight / scale));
        }
        return values;
    };
    const double widest = weights.cwiseAbs().maxCoeff() / static_cast<double>(grid.largest());
    const auto snap = [this](double scale) { return options_.snap ? options_.snap(scale) : scale; };
    if (widest < kLeastScale) {
        const double scale = snap(1);
        RoundedChannel channel{plain(scale), scale, 0};
        channel.error = errorOf(weights, channel);
        return channel;
    }
    // The best starts, one a scale; which of them descends furthest shows only afterwards.
    std::vector<RoundedChannel> starts;
    const auto add = [&](std::vector<std::int64_t> values, double scale) {
        RoundedChannel& start = starts.emplace_back(RoundedChannel{std::move(values), scale, 0});
        start.error = errorOf(weights, start);
    };
    for (int i = 0; i < options_.scales; ++i) {
        const double part =
            options_.scales == 1 ? 0 : static_cast<double>(i) / (options_.scales - 1);
        const double scale = snap(widest * (1 - part * (1 - options_.smallestClip)));
        if (options_.compensates) {
            add(prepared_->compensated(weights, grid, scale), scale);
        }
        add(plain(scale), scale);
    }
    const auto isBetter = [](const RoundedChannel& a, const RoundedChannel& b) {
        return a.error < b.error;
    };
    std::stable_sort(starts.begin(), starts.end(), isBetter);
    RoundedChannel best = starts.front();
    for (std::size_t i = 0; i < std::min<std::size_t>(kStarts, starts.size()); ++i) {
        RoundedChannel next = std::move(starts[i]);
        for (int refit = 0; refit <= options_.refits; ++refit) {
            if (refit > 0) {
                next.scale = snap(prepared_->bestScale(weights, next.values, next.scale));
            }
            prepared_->descend(weights, grid, options_.sweeps, next.scale, next.values);
            next.error = errorOf(weights, next);
            if (isBetter(next, best)) {
                best = next;
            }
        }
    }
    return best;
}

}  // namespace aslog::ptq
