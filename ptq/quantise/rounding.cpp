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

// Row-major: all candidates of one tap side by side.
using Candidates = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace

struct Rounding::Prepared {
    // Taps by falling variance of their inputs: what is rounded late has little left to make up for
    // it, so it should matter little. All matrices and vectors below are in this order.
    std::vector<Index> order;
    MatrixXd covariance;
    // Row i, divided by its diagonal: how the error of the i-th tap is handed on to the later ones.
    MatrixXd handedOn;
    VectorXd diagonal;            // of the same, before the division
    Eigen::LLT<MatrixXd> factor;  // of H, damped

    VectorXd ordered(const VectorXd& taps) const {
        VectorXd result(taps.size());
        for (Index i = 0; i < taps.size(); ++i) {
            result[i] = taps[order[static_cast<std::size_t>(i)]];
        }
        return result;
    }

    // Rounds with each of the scales and hands on no error.
    static Candidates plain(const VectorXd& weights, const Grid& grid, const VectorXd& scales) {
        Candidates values(weights.size(), scales.size());
        for (Index i = 0; i < weights.size(); ++i) {
            for (Index s = 0; s < scales.size(); ++s) {
                values(i, s) = static_cast<double>(grid.nearest(weights[i] / scales[s]));
            }
        }
        return values;
    }

    // One pass of GPTQ with each of the scales. The errors are handed on within a block at once, to
    // the taps behind it by one product of matrices.
    Candidates compensated(const VectorXd& weights, const Grid& grid,
                           const VectorXd& scales) const {
        constexpr Index kBlock = 64;
        const Index taps = weights.size();
        Candidates left = weights.replicate(1, scales.size());
        Candidates values(taps, scales.size());
        Candidates errors(kBlock, scales.size());
        for (Index first = 0; first < taps; first += kBlock) {
            const Index size = std::min(kBlock, taps - first);
            for (Index i = first; i < first + size; ++i) {
                for (Index s = 0; s < scales.size(); ++s) {
                    const auto value = static_cast<double>(grid.nearest(left(i, s) / scales[s]));
                    values(i, s) = value;
                    errors(i - first, s) = left(i, s) - scales[s] * value;
                }
                for (Index j = i + 1; j < first + size; ++j) {
                    left.row(j) -= handedOn(i, j) * errors.row(i - first);
                }
            }
            const Index rest = taps - first - size;
            left.bottomRows(rest).noalias() -=
                handedOn.block(first, first + size, size, rest).transpose() * errors.topRows(size);
        }
        return values;
    }

    // The errors of all candidates.
    VectorXd errorsOf(const VectorXd& weights, const Candidates& values,
                      const VectorXd& scales) const {
        const MatrixXd differences =
            weights.replicate(1, scales.size()) - values * scales.asDiagonal();
        const MatrixXd products = covariance * differences;
        return differences.cwiseProduct(products).colwise().sum();
    }
};

namespace {

// One set of values on its way down. The slope H (w - d·g) is kept up to date, so that neither an
// error nor a best scale needs a product with H.
class Descent {
  public:
    Descent(const MatrixXd& covariance, const VectorXd& weights, const VectorXd& product,
            const Grid& grid)
        : covariance_(covariance), weights_(weights), product_(product), grid_(grid) {}

    void start(const VectorXd& values, double scale) {
        values_ = values;
        scale_ = scale;
        slope_ = product_ - scale * (covariance_ * values);
    }

    // Moves one weight at a time to the grid value that makes the error least, until none moves.
    void run(int sweeps) {
        for (int sweep = 0; sweep < sweeps; ++sweep) {
            bool moved = false;
            for (Index tap = 0; tap < values_.size(); ++tap) {
                moved |= improve(tap);
            }
            if (!moved) {
                return;
            }
        }
    }

    // The scale that makes the error of these values least, if there is one.
    void refit(const std::function<double(double)>& snap) {
        const VectorXd product = (product_ - slope_) / scale_;  // H g
        const double size = values_.dot(product);
        const double best = size > 0 ? weights_.dot(product) / size : 0;
        if (best > 0 && std::isfinite(best)) {
            scale_ = snap(best);
            slope_ = product_ - scale_ * product;
        }
    }

    double error() const { return (weights_ - scale_ * values_).dot(slope_); }
    const VectorXd& values() const { return values_; }
    double scale() const { return scale_; }

  private:
    bool improve(Index tap) {
        const double variance = covariance_(tap, tap);
        if (variance <= 0) {
            return false;
        }
        const double best = values_[tap] + slope_[tap] / (variance * scale_);
        const auto next = static_cast<double>(grid_.nearest(best));
        // Half a step of doubt is no reason to move: it would go on for ever.
        const double gain = std::abs(values_[tap] - best) - std::abs(next - best);
        if (next == values_[tap] || gain <= 1e-9) {
            return false;
        }
        slope_ -= covariance_.col(tap) * (scale_ * (next - values_[tap]));
        values_[tap] = next;
        return true;
    }

    const MatrixXd& covariance_;
    const VectorXd& weights_;
    const VectorXd& product_;  // H w
    const Grid& grid_;
    VectorXd values_;
    double scale_ = 1;
    VectorXd slope_;
};

}  // namespace

Rounding::Rounding(const MatrixXd& covariance, const RoundingOptions& options) : options_(options) {
    if (covariance.rows() == 0 || covariance.rows() != covariance.cols() ||
        !covariance.allFinite()) {
        throw std::invalid_argument(fmt::format(
            "a covariance is a square matrix of numbers; found {} x {}{}", covariance.rows(),
            covariance.cols(), covariance.allFinite() ? "" : " with some that are not finite"));
    }
    if (!options_.snap) {
        options_.snap = [](double scale) { return scale; };
    }
    auto prepared = std::make_unique<Prepared>();
    const Index taps = covariance.rows();
    prepared->order.resize(static_cast<std::size_t>(taps));
    std::iota(prepared->order.begin(), prepared->order.end(), Index{0});
    std::stable_sort(prepared->order.begin(), prepared->order.end(),
                     [&](Index a, Index b) { return covariance(a, a) > covariance(b, b); });
    prepared->covariance.resize(taps, taps);
    for (Index j = 0; j < taps; ++j) {
        for (Index i = 0; i < taps; ++i) {
            const Index a = prepared->order[static_cast<std::size_t>(i)];
            const Index b = prepared->order[static_cast<std::size_t>(j)];
            prepared->covariance(i, j) = 0.5 * (covariance(a, b) + covariance(b, a));
        }
    }
    if (options.compensates) {
        // The upper Cholesky factor U of H's inverse, H^-1 = Uᵀ U.
        MatrixXd damped = prepared->covariance;
        const double mean = std::max(damped.trace() / static_cast<double>(taps), 1e-30);
        damped.diagonal().array() += options.damping * mean;
        prepared->factor.compute(damped);
        if (prepared->factor.info() != Eigen::Success) {
            throw std::invalid_argument("a covariance has no negative eigenvalue; this one has");
        }
        const MatrixXd inverse = prepared->factor.solve(MatrixXd::Identity(taps, taps));
        prepared->handedOn = Eigen::LLT<MatrixXd>(inverse).matrixU();
        prepared->diagonal = prepared->handedOn.diagonal();
        prepared->handedOn = prepared->diagonal.cwiseInverse().asDiagonal() * prepared->handedOn;
    }
    prepared_ = std::move(prepared);
}

Rounding::~Rounding() = default;

VectorXd Rounding::fitted(const VectorXd& weights, const VectorXd& crossCovariance) const {
    const VectorXd start = prepared_->ordered(weights);
    const VectorXd change = prepared_->factor.solve(prepared_->ordered(crossCovariance) -
                                                    prepared_->covariance * start);
    VectorXd result = weights;
    for (Index i = 0; i < change.size(); ++i) {
        result[prepared_->order[static_cast<std::size_t>(i)]] += change[i];
    }
    return result;
}

double Rounding::errorOf(const VectorXd& weights, const RoundedChannel& channel) const {
    const VectorXd difference =
        prepared_->ordered(weights - channel.scale * asVector(channel.values));
    return difference.dot(prepared_->covariance * difference);
}

VectorXd Rounding::candidateScales(double widest, const std::function<double(double)>& snap) const {
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

RoundedChannel Rounding::round(const VectorXd& weights, const Grid& grid, double leastScale) const {
    if (weights.size() != prepared_->covariance.rows() || !weights.allFinite()) {
        throw std::invalid_argument(fmt::format("{} finite weights are needed, one a tap; found {}",
                                                prepared_->covariance.rows(), weights.size()));
    }
    const VectorXd ordered = prepared_->ordered(weights);
    const double widest = weights.cwiseAbs().maxCoeff() / static_cast<double>(grid.largest());
    const std::function<double(double)> snap = [&](double scale) {
        return options_.snap(std::max({scale, leastScale, kLeastScale}));
    };
    const VectorXd scales = candidateScales(widest, snap);
    // The best starts, one a scale; which of them descends furthest shows only afterwards.
    const Candidates starts = options_.compensates ? prepared_->compensated(ordered, grid, scales)
                                                   : Prepared::plain(ordered, grid, scales);
    const VectorXd errors = prepared_->errorsOf(ordered, starts, scales);
    std::vector<Index> ranking(static_cast<std::size_t>(scales.size()));
    std::iota(ranking.begin(), ranking.end(), Index{0});
    std::stable_sort(ranking.begin(), ranking.end(),
                     [&](Index a, Index b) { return errors[a] < errors[b]; });
    ranking.resize(std::min(ranking.size(), options_.sweeps > 0 ? kStarts : 1));

    const VectorXd product = prepared_->covariance * ordered;
    Descent descent(prepared_->covariance, ordered, product, grid);
    VectorXd best;
    RoundedChannel result;
    for (const Index start : ranking) {
        descent.start(starts.col(start), scales[start]);
        for (int refit = 0; refit <= options_.refits; ++refit) {
            if (refit > 0) {
                descent.refit(snap);
            }
            descent.run(options_.sweeps);
            if (best.size() == 0 || descent.error() < result.error) {
                best = descent.values();
                result.scale = descent.scale();
                result.error = descent.error();
            }
        }
    }
    result.values.resize(static_cast<std::size_t>(best.size()));
    for (Index i = 0; i < best.size(); ++i) {
        result.values[static_cast<std::size_t>(prepared_->order[static_cast<std::size_t>(i)])] =
            static_cast<std::int64_t>(best[i]);
    }
    return result;
}

}  // namespace aslog::ptq
