// Local search over the values of one channel: what is left to gain after a pass of rounding.
#pragma once

#include <array>
#include <functional>

#include <Eigen/Core>

#include "ptq/quantise/grid.h"

namespace aslog::ptq {

// One set of values on its way down. The slope H (w - d·g) is kept up to date, so that neither an
// error nor a best scale needs a product with H.
class Descent {
  public:
    // `covariance`: H, taps × taps; `weights`: w; `product`: H w. All must outlive the descent.
    Descent(const Eigen::MatrixXd& covariance, const Eigen::VectorXd& weights,
            const Eigen::VectorXd& product, const Grid& grid);

    // `values`: on the grid, one a tap; `scale` above 0.
    void start(const Eigen::VectorXd& values, double scale);

    // Moves one weight at a time to the value that makes the error least, until none moves or
    // `sweeps` over all taps are done.
    void run(int sweeps);

    // One sweep that moves two weights at a time, each to a neighbour on the grid, where both
    // together make the error less though neither does alone. One of the two is a weight that costs
    // little to move. False if there is no such pair.
    bool runPairs();

    // The scale that makes the error of these values least, if there is one. `snap`: to one that
    // the hardware can express.
    void refit(const std::function<double(double)>& snap);

    double error() const;  // (w - d·g)ᵀ H (w - d·g)
    const Eigen::VectorXd& values() const { return values_; }
    double scale() const { return scale_; }

  private:
    // Of every tap one place down, or one up, on the grid; without a place there: 0.
    struct Moves {
        Eigen::VectorXd changes;  // of scale · value
        Eigen::VectorXd costs;    // of the error, if only this tap moves
    };
    struct Partner {
        double gain = 0;
        Eigen::Index tap = 0;
        double change = 0;
    };

    bool improve(Eigen::Index tap);
    void priceMoves();
    Partner bestPartner(Eigen::Index tap, int direction);
    void move(Eigen::Index tap, double change);

    const Eigen::MatrixXd& covariance_;
    const Eigen::VectorXd& weights_;
    const Eigen::VectorXd& product_;
    const Grid& grid_;
    Eigen::VectorXd values_;
    double scale_ = 1;
    Eigen::VectorXd slope_;
    std::array<Moves, 2> moves_;  // down, up
    Eigen::VectorXd sums_;        // of bestPartner(); a member so that its memory is kept
};

}  // namespace aslog::ptq
