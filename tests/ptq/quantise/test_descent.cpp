// Local search over the values of a channel.
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "golden/arithmetic/element.h"
#include "ptq/quantise/descent.h"
#include "ptq/quantise/rounding.h"
#include "tests/catch.h"

namespace {

using namespace aslog;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using ptq::Descent;
using ptq::Grid;

struct Problem {
    MatrixXd covariance;
    VectorXd weights;
    VectorXd product;

    double errorOf(const VectorXd& values, double scale) const {
        const VectorXd difference = weights - scale * values;
        return difference.dot(covariance * difference);
    }
};

/// Inputs that are nearly the same, so that single moves soon get stuck.
Problem randomProblem(Index taps, std::mt19937& random) {
    std::normal_distribution<double> normal;
    MatrixXd inputs(taps, 3 * taps);
    for (Index sample = 0; sample < inputs.cols(); ++sample) {
        const double common = normal(random);
        for (Index tap = 0; tap < taps; ++tap) {
            inputs(tap, sample) = common + 0.3 * normal(random);
        }
    }
    Problem problem{inputs * inputs.transpose() / static_cast<double>(inputs.cols()),
                    VectorXd::NullaryExpr(taps, [&] { return 8 * normal(random); }),
                    {}};
    problem.product = problem.covariance * problem.weights;
    return problem;
}

VectorXd nearestValues(const Problem& problem, const Grid& grid, double scale) {
    return problem.weights.unaryExpr(
        [&](double w) { return static_cast<double>(grid.nearest(w / scale)); });
}

/// The least error that two taps, each at most one place away, can reach.
double leastOfPairs(const Problem& problem, const Grid& grid, const VectorXd& values,
                    double scale) {
    double least = std::numeric_limits<double>::infinity();
    const auto places = [&](Index tap) {
        const auto value = static_cast<std::int64_t>(values[tap]);
        return std::array{grid.below(value), value, grid.above(value)};
    };
    for (Index a = 0; a < values.size(); ++a) {
        for (Index b = 0; b < a; ++b) {
            for (const std::int64_t x : places(a)) {
                for (const std::int64_t y : places(b)) {
                    VectorXd next = values;
                    next[a] = static_cast<double>(x);
                    next[b] = static_cast<double>(y);
                    least = std::min(least, problem.errorOf(next, scale));
                }
            }
        }
    }
    return least;
}

const Grid& grid() {
    static const Grid kGrid(golden::SlogElement(golden::FormatSpec{4, 4, true, 8}));
    return kGrid;
}

}  // namespace

TEST_CASE("Each value of a grid has its neighbours, the last one itself") {
    for (const golden::FormatSpec& spec : golden::SlogFormat::all(8)) {
        const Grid all{golden::SlogElement(spec)};
        const auto& values = all.values();
        for (std::size_t i = 0; i < values.size(); ++i) {
            CHECK(all.below(values[i]) == values[i == 0 ? 0 : i - 1]);
            CHECK(all.above(values[i]) == values[i + 1 == values.size() ? i : i + 1]);
        }
    }
}

TEST_CASE("Descent ends where no single value and no pair of neighbours is better") {
    std::mt19937 random(1);
    int pairs = 0;
    for (int trial = 0; trial < 30; ++trial) {
        const Problem problem = randomProblem(9, random);
        Descent descent(problem.covariance, problem.weights, problem.product, grid());
        descent.start(nearestValues(problem, grid(), 1), 1);
        descent.run(100);
        const double single = descent.error();
        while (descent.runPairs()) {
            ++pairs;
            descent.run(100);
        }
        CHECK(descent.error() <= single);
        CHECK(descent.error() == Approx(problem.errorOf(descent.values(), 1)).epsilon(1e-9));
        CHECK(descent.error() <=
              leastOfPairs(problem, grid(), descent.values(), 1) * (1 + 1e-5) + 1e-12);
        for (const double value : descent.values()) {
            CHECK(static_cast<double>(grid().nearest(value)) == value);
        }
    }
    CHECK(pairs > 30);
}

TEST_CASE("Pairs make the rounding of many taps better") {
    std::mt19937 random(2);
    ptq::RoundingOptions singles;
    singles.pairSweeps = 0;
    double with = 0;
    double without = 0;
    for (int trial = 0; trial < 10; ++trial) {
        const Problem problem = randomProblem(200, random);
        with += ptq::Rounding(problem.covariance, {}).round(problem.weights, grid()).error;
        const double one =
            ptq::Rounding(problem.covariance, singles).round(problem.weights, grid()).error;
        without += one;
    }
    CHECK(with < 0.97 * without);
}

TEST_CASE("The best offset of the weights makes their error least") {
    std::mt19937 random(3);
    for (int trial = 0; trial < 10; ++trial) {
        const Problem problem = randomProblem(12, random);
        const ptq::Rounding rounding(problem.covariance, {});
        ptq::RoundedChannel channel = rounding.round(problem.weights, grid());
        const VectorXd shifted = problem.weights.array() + 0.7;
        const double best = rounding.bestOffset(shifted, channel);
        const auto errorWith = [&](double offset) {
            return rounding.errorOf(shifted.array() - offset, channel);
        };
        CHECK(errorWith(best) < errorWith(best + 1e-3));
        CHECK(errorWith(best) < errorWith(best - 1e-3));
    }
    const ptq::Rounding nothing(MatrixXd::Zero(3, 3), {});
    CHECK(nothing.bestOffset(VectorXd::Ones(3), {{0, 0, 0}, 1, 0}) == 0);
}
