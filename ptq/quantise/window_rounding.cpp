#include "ptq/quantise/window_rounding.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "ptq/linear/product.h"
#include "support/interrupt.h"

namespace aslog::ptq {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr Index kBlock = 64;
// Of descent, each of which passes over all deviations; more gain next to nothing.
constexpr int kSweeps = 3;
constexpr int kRefits = 1;
constexpr double kDoubt = 1e-9;  // of a step: no reason to move, it would go on for ever

// a bᵀ for the rows [first, first + size) of both, beside each other in `to`.
void multiplyBlock(const RowMajorMatrix& a, const RowMajorMatrix& b, Index first, Index size,
                   RowMajorMatrix& to) {
    addProduct<double>({size, size, a.cols()}, {a.data() + first * a.cols(), a.cols(), 1},
                       {b.data() + first * b.cols(), 1, b.cols()}, 1, to.row(first).data(),
                       to.cols());
}

}  // namespace

// Rounded with each of the scales.
struct WindowRounding::Candidates {
    RowMajorMatrix values;  // taps x scales
    VectorXd errors;        // of H
};

// One set of values on its way down: one weight at a time moves to the value that makes the error
// least. What the channel is wrong by at each window is kept up to date.
class WindowRounding::Descent {
  public:
    Descent(const WindowRounding& owner, const VectorXd& weights, const Grid& grid)
        : owner_(owner),
          weights_(weights),
          grid_(grid),
          ofWeights_(owner.deviations_.transpose() * weights) {}

    void start(const VectorXd& values, double scale) {
        values_ = values;
        scale_ = scale;
        residual_ = ofWeights_ - scale * (owner_.deviations_.transpose() * values);
    }

    void run(int sweeps) {
        for (int sweep = 0; sweep < sweeps; ++sweep) {
            support::throwIfInterrupted();
            bool moved = false;
            for (Index first = 0; first < values_.size(); first += kBlock) {
                moved |= runBlock(first, std::min(kBlock, values_.size() - first));
            }
            if (!moved) {
                return;
            }
        }
    }

    // The scale that makes the error of these values least, if there is one.
    void refit(const std::function<double(double)>& snap) {
        const VectorXd ofValues = (ofWeights_ - residual_) / scale_;
        const double n = owner_.windows();
        const double s = owner_.shrinkage_;
        const double size = ofValues.squaredNorm() / n + s * values_.squaredNorm();
        const double best =
            size > 0 ? (ofWeights_.dot(ofValues) / n + s * weights_.dot(values_)) / size : 0;
        if (best > 0 && std::isfinite(best)) {
            scale_ = snap(best);
            residual_ = ofWeights_ - scale_ * ofValues;
        }
    }

    double error() const {
        return residual_.squaredNorm() / owner_.windows() +
               owner_.shrinkage_ * (weights_ - scale_ * values_).squaredNorm();
    }
    const VectorXd& values() const { return values_; }
    double scale() const { return scale_; }

  private:
    bool runBlock(Index first, Index size) {
        const auto deviations = owner_.deviations_.middleRows(first, size);
        VectorXd slope = deviations * residual_ / owner_.windows();
        slope += owner_.shrinkage_ *
                 (weights_.segment(first, size) - scale_ * values_.segment(first, size));
        VectorXd changes = VectorXd::Zero(size);
        bool moved = false;
        for (Index i = 0; i < size; ++i) {
            const double variance = owner_.variances_[first + i] + owner_.shrinkage_;
            double& value = values_[first + i];
            if (variance <= 0) {
                continue;
            }
            const double best = value + slope[i] / (variance * scale_);
            const auto next = static_cast<double>(grid_.nearest(best));
            if (next == value || std::abs(value - best) - std::abs(next - best) <= kDoubt) {
                continue;
            }
            const double change = scale_ * (next - value);
            slope -= change / owner_.windows() *
                     owner_.covarianceInBlock_.row(first + i).head(size).transpose();
            changes[i] = change;
            value = next;
            moved = true;
        }
        if (moved) {
            residual_ -= deviations.transpose() * changes;
        }
        return moved;
    }

    const WindowRounding& owner_;
    const VectorXd& weights_;
    const Grid& grid_;
    VectorXd ofWeights_;  // the weights' part of the output at each window
    VectorXd values_;
    double scale_ = 1;
    VectorXd residual_;
};

WindowRounding::WindowRounding(const RowMajorMatrix& deviations, double shrinkage,
                               const RoundingOptions& options)
    : LayerRounding(options), shrinkage_(shrinkage) {
    const Index taps = deviations.rows();
    const Index count = deviations.cols();
    if (taps == 0) {
        throw std::invalid_argument("a layer has at least one tap");
    }
    variances_ = deviations.rowwise().squaredNorm() / windows();
    order_ = byFallingVariance(variances_);
    variances_ = ordered(VectorXd(variances_));
    deviations_.resize(taps, count);
    for (Index i = 0; i < taps; ++i) {
        deviations_.row(i) = deviations.row(order_[static_cast<std::size_t>(i)]);
    }
    variances_ = deviations_.rowwise().squaredNorm() / windows();
    const double mean = std::max(variances_.mean() + shrinkage, options.leastVariance);
    damped_ = shrinkage + options.damping * mean;
    covarianceInBlock_ = RowMajorMatrix::Zero(taps, kBlock);
    for (Index first = 0; first < taps; first += kBlock) {
        multiplyBlock(deviations_, deviations_, first, std::min(kBlock, taps - first),
                      covarianceInBlock_);
    }
    const VectorXd ofOnes = deviations_.colwise().sum();
    rowSums_ = (deviations_ * ofOnes / windows()).array() + shrinkage_;
    if (options.compensates) {
        handOn();
    }
}

// After the taps before i have changed the windows by r, the weights from i on that make up best
// for it are w + Xᵀ K⁻¹ r, with K = XXᵀ + windows·damped·I of these taps alone. The inverses are
// made from the last tap to the first, each from the one behind it (Sherman and Morrison 1950).
void WindowRounding::handOn() {
    const Index taps = deviations_.rows();
    const Index count = deviations_.cols();
    response_.resize(taps, count);
    inverse_ = RowMajorMatrix::Identity(count, count) / (windows() * damped_);
    VectorXd product(count);
    for (Index i = taps; i-- > 0;) {
        support::throwIfInterrupted();
        product.noalias() = inverse_ * deviations_.row(i).transpose();
        const double size = 1 + deviations_.row(i).dot(product);
        response_.row(i) = product.transpose() / size;
        inverse_.noalias() -= product * response_.row(i);
    }
    responseInBlock_ = RowMajorMatrix::Zero(taps, kBlock);
    for (Index first = 0; first < taps; first += kBlock) {
        multiplyBlock(response_, deviations_, first, std::min(kBlock, taps - first),
                      responseInBlock_);
    }
}

double WindowRounding::windows() const {
    return static_cast<double>(std::max<Index>(1, deviations_.cols()));
}

VectorXd WindowRounding::ordered(const VectorXd& taps) const {
    VectorXd result(taps.size());
    for (Index i = 0; i < taps.size(); ++i) {
        result[i] = taps[order_[static_cast<std::size_t>(i)]];
    }
    return result;
}

VectorXd WindowRounding::times(const VectorXd& v) const {
    const VectorXd ofWindows = deviations_.transpose() * v;
    return deviations_ * ofWindows / windows() + shrinkage_ * v;
}

VectorXd WindowRounding::fitted(const VectorXd& weights, const VectorXd& crossCovariance) const {
    const VectorXd start = ordered(weights);
    const VectorXd wanted = ordered(crossCovariance) - times(start);
    // The inverse of H, damped, by that of a matrix of the windows (Woodbury 1950).
    const VectorXd ofWindows = inverse_ * (deviations_.transpose() * wanted).eval();
    const VectorXd change = (wanted - deviations_ * ofWindows) / damped_;
    VectorXd result = weights;
    for (Index i = 0; i < change.size(); ++i) {
        result[order_[static_cast<std::size_t>(i)]] += change[i];
    }
    return result;
}

WindowRounding::Candidates WindowRounding::candidates(const VectorXd& weights, const Grid& grid,
                                                      const VectorXd& scales) const {
    const Index taps = weights.size();
    const Index count = deviations_.cols();
    const Index columns = scales.size();
    Candidates result{RowMajorMatrix(taps, columns), VectorXd::Zero(columns)};
    RowMajorMatrix ofWindows = RowMajorMatrix::Zero(count, columns);  // what is wrong so far
    RowMajorMatrix left(kBlock, columns);
    RowMajorMatrix errors(kBlock, columns);
    for (Index first = 0; first < taps; first += kBlock) {
        const Index size = std::min(kBlock, taps - first);
        left.topRows(size) = weights.segment(first, size).replicate(1, columns);
        if (options().compensates) {
            addProduct<double>({size, columns, count}, {response_.data() + first * count, count, 1},
                               {ofWindows.data(), columns, 1}, 1, left.data(), columns);
        }
        for (Index i = 0; i < size; ++i) {
            for (Index s = 0; s < columns; ++s) {
                const auto value = static_cast<double>(grid.nearest(left(i, s) / scales[s]));
                result.values(first + i, s) = value;
                errors(i, s) = weights[first + i] - scales[s] * value;
            }
            for (Index j = i + 1; options().compensates && j < size; ++j) {
                left.row(j) += responseInBlock_(first + j, i) * errors.row(i);
            }
        }
        addProduct<double>({count, columns, size}, {deviations_.data() + first * count, 1, count},
                           {errors.data(), columns, 1}, 1, ofWindows.data(), columns);
        result.errors += shrinkage_ * errors.topRows(size).colwise().squaredNorm().transpose();
    }
    result.errors += ofWindows.colwise().squaredNorm().transpose() / windows();
    return result;
}

RoundedChannel WindowRounding::round(const VectorXd& weights, const Grid& grid, double leastScale,
                                     RoundingEffort effort) const {
    checkWeights(weights, deviations_.rows());
    const VectorXd start = ordered(weights);
    const std::function<double(double)> snap = snapFrom(leastScale);
    const VectorXd scales = candidateScales(weights, grid, snap);
    const Candidates found = candidates(start, grid, scales);
    Index at = 0;
    found.errors.minCoeff(&at);
    VectorXd best = found.values.col(at);
    RoundedChannel result{{}, scales[at], found.errors[at]};
    if (options().sweeps > 0) {
        Descent descent(*this, start, grid);
        descent.start(best, result.scale);
        const int refits = effort == RoundingEffort::Full ? options().refits : 0;
        for (int refit = 0; refit <= std::min(kRefits, refits); ++refit) {
            descent.run(std::min(kSweeps, options().sweeps));
            if (descent.error() < result.error) {
                best = descent.values();
                result.scale = descent.scale();
                result.error = descent.error();
            }
            descent.refit(snap);
        }
    }
    result.values.resize(static_cast<std::size_t>(best.size()));
    for (Index i = 0; i < best.size(); ++i) {
        result.values[static_cast<std::size_t>(order_[static_cast<std::size_t>(i)])] =
            static_cast<std::int64_t>(best[i]);
    }
    return result;
}

double WindowRounding::bestOffset(const VectorXd& weights, const RoundedChannel& channel) const {
    const VectorXd difference = ordered(weights - channel.scale * asVector(channel.values));
    const double size = rowSums_.sum();
    return size > 0 ? difference.dot(rowSums_) / size : 0;
}

}  // namespace aslog::ptq
