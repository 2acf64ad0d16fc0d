#include "ptq/quantise/rounding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>

#include "ptq/linear/cholesky.h"
#include "ptq/linear/product.h"
#include "ptq/quantise/descent.h"

namespace aslog::ptq {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kStarts = 4;  // that descend

// Row-major: all candidates of one tap side by side.
using Candidates = RowMajorMatrix;

}  // namespace

struct Rounding::Prepared {
    // All matrices and vectors below are in this order of the taps.
    std::vector<Index> order;
    MatrixXd covariance;
    // Row i, divided by its diagonal: how the error of the i-th tap is handed on to the later ones.
    RowMajorMatrix handedOn;
    // These diagonals. With them the rows are U, upper triangular: H, damped, is (Uᵀ U)^-1.
    VectorXd diagonal;

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
            if (rest > 0) {
                addProduct<double>({rest, scales.size(), size},
                                   {&handedOn(first, first + size), 1, taps},
                                   {errors.data(), scales.size(), 1}, -1.0,
                                   left.row(first + size).data(), scales.size());
            }
        }
        return values;
    }

    // The errors of all candidates.
    VectorXd errorsOf(const VectorXd& weights, const Candidates& values,
                      const VectorXd& scales) const {
        const Candidates differences =
            weights.replicate(1, scales.size()) - values * scales.asDiagonal();
        Candidates products = Candidates::Zero(weights.size(), scales.size());
        addProduct<double>(
            {weights.size(), scales.size(), weights.size()}, {covariance.data(), weights.size(), 1},
            {differences.data(), scales.size(), 1}, 1.0, products.data(), scales.size());
        return differences.cwiseProduct(products).colwise().sum();
    }
};

Rounding::Rounding(const MatrixXd& covariance, const RoundingOptions& options)
    : LayerRounding(options) {
    if (covariance.rows() == 0 || covariance.rows() != covariance.cols() ||
        !covariance.allFinite()) {
        throw std::invalid_argument(fmt::format(
            "a covariance is a square matrix of numbers; found {} x {}{}", covariance.rows(),
            covariance.cols(), covariance.allFinite() ? "" : " with some that are not finite"));
    }
    auto prepared = std::make_unique<Prepared>();
    const Index taps = covariance.rows();
    prepared->order = byFallingVariance(covariance.diagonal());
    prepared->covariance.resize(taps, taps);
    for (Index j = 0; j < taps; ++j) {
        for (Index i = 0; i < taps; ++i) {
            const Index a = prepared->order[static_cast<std::size_t>(i)];
            const Index b = prepared->order[static_cast<std::size_t>(j)];
            prepared->covariance(i, j) = 0.5 * (covariance(a, b) + covariance(b, a));
        }
    }
    if (options.compensates) {
        // H = R Rᵀ with R upper triangular: the Cholesky factor of H with its taps reversed. So
        // U = R^-1.
        RowMajorMatrix factor = prepared->covariance.reverse();
        const double mean =
            std::max(factor.trace() / static_cast<double>(taps), options.leastVariance);
        factor.diagonal().array() += options.damping * mean;
        if (!factorise(factor)) {
            throw std::invalid_argument("a covariance has no negative eigenvalue; this one has");
        }
        prepared->handedOn = inverseOfLower(factor).reverse();
        prepared->diagonal = prepared->handedOn.diagonal();
        prepared->handedOn = prepared->diagonal.cwiseInverse().asDiagonal() * prepared->handedOn;
    }
    prepared_ = std::move(prepared);
}

Rounding::~Rounding() = default;

VectorXd Rounding::fitted(const VectorXd& weights, const VectorXd& crossCovariance) const {
    const VectorXd start = prepared_->ordered(weights);
    VectorXd change = prepared_->ordered(crossCovariance) - prepared_->covariance * start;
    const auto handedOn = prepared_->handedOn.triangularView<Eigen::Upper>();
    change = prepared_->diagonal.cwiseAbs2().asDiagonal() * (handedOn * change);
    change = handedOn.transpose() * change;
    VectorXd result = weights;
    for (Index i = 0; i < change.size(); ++i) {
        result[prepared_->order[static_cast<std::size_t>(i)]] += change[i];
    }
    return result;
}

double Rounding::bestOffset(const VectorXd& weights, const RoundedChannel& channel) const {
    const VectorXd difference =
        prepared_->ordered(weights - channel.scale * asVector(channel.values));
    const VectorXd row = prepared_->covariance.rowwise().sum();
    const double size = row.sum();
    return size > 0 ? difference.dot(row) / size : 0;
}

double Rounding::errorOf(const VectorXd& weights, const RoundedChannel& channel) const {
    const VectorXd difference =
        prepared_->ordered(weights - channel.scale * asVector(channel.values));
    return difference.dot(prepared_->covariance * difference);
}

RoundedChannel Rounding::round(const VectorXd& weights, const Grid& grid, double leastScale,
                               RoundingEffort effort) const {
    const bool isFull = effort == RoundingEffort::Full;
    checkWeights(weights, prepared_->covariance.rows());
    const VectorXd ordered = prepared_->ordered(weights);
    const std::function<double(double)> snap = snapFrom(leastScale);
    const VectorXd scales = candidateScales(weights, grid, snap);
    // The best starts, one a scale; which of them descends furthest shows only afterwards.
    const Candidates starts = options().compensates ? prepared_->compensated(ordered, grid, scales)
                                                    : Prepared::plain(ordered, grid, scales);
    const VectorXd errors = prepared_->errorsOf(ordered, starts, scales);
    std::vector<Index> ranking(static_cast<std::size_t>(scales.size()));
    std::iota(ranking.begin(), ranking.end(), Index{0});
    std::stable_sort(ranking.begin(), ranking.end(),
                     [&](Index a, Index b) { return errors[a] < errors[b]; });
    ranking.resize(std::min(ranking.size(), options().sweeps > 0 ? kStarts : 1));

    const VectorXd product = prepared_->covariance * ordered;
    Descent descent(prepared_->covariance, ordered, product, grid);
    VectorXd best;
    RoundedChannel result;
    const auto keepBetter = [&] {
        if (best.size() == 0 || descent.error() < result.error) {
            best = descent.values();
            result.scale = descent.scale();
            result.error = descent.error();
        }
    };
    for (const Index start : ranking) {
        descent.start(starts.col(start), scales[start]);
        descent.run(options().sweeps);
        keepBetter();
        for (int refit = 0; isFull && refit < options().refits; ++refit) {
            descent.refit(snap);
            descent.run(options().sweeps);
            keepBetter();
        }
    }
    if (isFull && options().pairSweeps > 0) {
        descent.start(best, result.scale);
        for (int sweep = 0; sweep < options().pairSweeps && descent.runPairs(); ++sweep) {
            descent.run(options().sweeps);
            keepBetter();
            descent.refit(snap);
            descent.run(options().sweeps);
            keepBetter();
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
