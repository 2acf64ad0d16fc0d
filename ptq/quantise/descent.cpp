#include "ptq/quantise/descent.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "support/interrupt.h"

namespace aslog::ptq {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kCheapMoves = 256;  // that look for a partner in one sweep
constexpr double kLeastGain = 1e-6;       // of a pair, as a part of the error

}  // namespace

Descent::Descent(const MatrixXd& covariance, const VectorXd& weights, const VectorXd& product,
                 const Grid& grid)
    : covariance_(covariance), weights_(weights), product_(product), grid_(grid) {
}

void Descent::start(const VectorXd& values, double scale) {
    values_ = values;
    scale_ = scale;
    slope_ = product_ - scale * (covariance_ * values);
}

void Descent::run(int sweeps) {
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        support::throwIfInterrupted();
        bool moved = false;
        for (Index tap = 0; tap < values_.size(); ++tap) {
            moved |= improve(tap);
        }
        if (!moved) {
            return;
        }
    }
}

bool Descent::runPairs() {
    priceMoves();
    struct Start {
        double cost;
        Index tap;
        int direction;
    };
    std::vector<Start> starts;
    for (int direction = 0; direction < 2; ++direction) {
        const Moves& moves = moves_[static_cast<std::size_t>(direction)];
        for (Index tap = 0; tap < values_.size(); ++tap) {
            if (moves.changes[tap] != 0) {
                starts.push_back({moves.costs[tap], tap, direction});
            }
        }
    }
    const std::size_t count = std::min(starts.size(), kCheapMoves);
    std::partial_sort(starts.begin(), starts.begin() + static_cast<std::ptrdiff_t>(count),
                      starts.end(), [](const Start& a, const Start& b) {
                          return a.cost != b.cost             ? a.cost < b.cost
                                 : a.direction != b.direction ? a.direction < b.direction
                                                              : a.tap < b.tap;
                      });
    starts.resize(count);
    const double leastGain = kLeastGain * error();
    bool moved = false;
    for (const Start& start : starts) {
        const double change = moves_[static_cast<std::size_t>(start.direction)].changes[start.tap];
        // An earlier pair may have taken this tap to the end of the grid.
        if (change == 0) {
            continue;
        }
        const Partner partner = bestPartner(start.tap, start.direction);
        if (partner.gain > leastGain) {
            move(start.tap, change);
            move(partner.tap, partner.change);
            priceMoves();
            moved = true;
        }
    }
    return moved;
}

void Descent::refit(const std::function<double(double)>& snap) {
    const VectorXd product = (product_ - slope_) / scale_;  // H g
    const double size = values_.dot(product);
    const double best = size > 0 ? weights_.dot(product) / size : 0;
    if (best > 0 && std::isfinite(best)) {
        scale_ = snap(best);
        slope_ = product_ - scale_ * product;
    }
}

double Descent::error() const {
    return (weights_ - scale_ * values_).dot(slope_);
}

bool Descent::improve(Index tap) {
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
    move(tap, scale_ * (next - values_[tap]));
    return true;
}

void Descent::priceMoves() {
    for (std::size_t direction = 0; direction < 2; ++direction) {
        Moves& moves = moves_[direction];
        moves.changes.resize(values_.size());
        for (Index tap = 0; tap < values_.size(); ++tap) {
            const auto value = static_cast<std::int64_t>(values_[tap]);
            const std::int64_t next = direction == 0 ? grid_.below(value) : grid_.above(value);
            moves.changes[tap] = scale_ * static_cast<double>(next - value);
        }
        moves.costs = moves.changes.array() *
                      (moves.changes.array() * covariance_.diagonal().array() - 2 * slope_.array());
    }
}

// Two changes a, b cost what each costs, and 2 a b H_ij.
Descent::Partner Descent::bestPartner(Index tap, int direction) {
    const Moves& own = moves_[static_cast<std::size_t>(direction)];
    Partner best;
    for (const Moves& moves : moves_) {
        sums_ = moves.costs.array() +
                (2 * own.changes[tap]) * moves.changes.array() * covariance_.col(tap).array();
        sums_[tap] = std::numeric_limits<double>::infinity();
        Index partner = 0;
        const double gain = -(sums_.minCoeff(&partner) + own.costs[tap]);
        if (gain > best.gain) {
            best = {gain, partner, moves.changes[partner]};
        }
    }
    return best;
}

void Descent::move(Index tap, double change) {
    slope_ -= covariance_.col(tap) * change;
    values_[tap] += std::round(change / scale_);
}

}  // namespace aslog::ptq
