// Grids, and rounding that keeps a layer's outputs.

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include "golden/arithmetic/element.h"
#include "ptq/quantise/grid.h"
#include "ptq/quantise/rounding.h"
#include "tests/catch.h"

namespace {

using namespace aslog;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using ptq::Grid;
using ptq::Rounding;
using ptq::RoundingOptions;

VectorXd randomWeights(int taps, std::mt19937& random) {
    std::normal_distribution<double> normal;
    VectorXd weights(taps);
    for (double& weight : weights) {
        weight = 0.1 * normal(random);
    }
    return weights;
}

// Inputs that have much in common, as neighbouring pixels do.
MatrixXd randomCovariance(int taps, std::mt19937& random) {
    std::normal_distribution<double> normal;
    MatrixXd covariance = MatrixXd::Zero(taps, taps);
    for (int sample = 0; sample < 4 * taps; ++sample) {
        VectorXd inputs(taps);
        const double common = normal(random);
        for (double& input : inputs) {
            input = common + 0.5 * normal(random);
        }
        covariance += inputs * inputs.transpose() / (4.0 * taps);
    }
    return covariance;
}

// The least error that any values with any scale have.
double leastError(const MatrixXd& covariance, const VectorXd& weights, const Grid& grid) {
    const auto& values = grid.values();
    std::vector<std::size_t> digits(static_cast<std::size_t>(weights.size()));
    double least = std::numeric_limits<double>::infinity();
    for (;;) {
        VectorXd q(weights.size());
        for (std::size_t i = 0; i < digits.size(); ++i) {
            q[static_cast<Eigen::Index>(i)] = static_cast<double>(values[digits[i]]);
        }
        const double size = q.dot(covariance * q);
        const double scale = size > 0 ? std::max(0.0, weights.dot(covariance * q) / size) : 0;
        const VectorXd difference = weights - scale * q;
        least = std::min(least, difference.dot(covariance * difference));
        std::size_t i = 0;
        while (i < digits.size() && ++digits[i] == values.size()) {
            digits[i++] = 0;
        }
        if (i == digits.size()) {
            return least;
        }
    }
}

}  // namespace

TEST_CASE("A grid has every value of the element, and rounds as its format does") {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> part(-1.3, 1.3);
    for (const golden::FormatSpec& spec : golden::SlogFormat::all(8)) {
        if (spec.weightBits > 5) {
            continue;
        }
        const golden::SlogFormat format(spec);
        const golden::SlogElement element(format);
        const Grid grid(element);
        REQUIRE(grid.largest() == format.levels().back().value);
        REQUIRE(grid.values().size() == 2 * format.levels().size() - (spec.zero ? 1 : 0));
        for (int i = 0; i < 200; ++i) {
            const double x = part(random) * static_cast<double>(grid.largest());
            REQUIRE(grid.nearest(x) == format.decode(format.quantise(x)));
        }
        for (std::size_t i = 0; i + 1 < grid.values().size(); ++i) {  // ties
            const double x = 0.5 * static_cast<double>(grid.values()[i] + grid.values()[i + 1]);
            REQUIRE(grid.nearest(x) == format.decode(format.quantise(x)));
        }
    }
}

TEST_CASE("Rounding comes near the least error that there is, and never below it") {
    std::mt19937 random(2);
    const Grid grid(golden::SlogElement(golden::FormatSpec{3, 2, true, 8}));
    double ours = 0;
    double least = 0;
    for (int trial = 0; trial < 40; ++trial) {
        const int taps = 5;
        const MatrixXd covariance = randomCovariance(taps, random);
        const VectorXd weights = randomWeights(taps, random);
        const auto channel = Rounding(covariance, {}).round(weights, grid);
        const double best = leastError(covariance, weights, grid);
        CHECK(channel.error >= best * (1 - 1e-9));
        ours += channel.error;
        least += best;
    }
    CHECK(ours < 2.0 * least);
}

TEST_CASE("Every step of the rounding is worth something on inputs that have much in common") {
    std::mt19937 random(3);
    const Grid grid(golden::SlogElement(golden::FormatSpec{4, 4, true, 8}));
    RoundingOptions none;
    none.compensates = false;
    none.sweeps = 0;
    none.refits = 0;
    none.pairSweeps = 0;
    RoundingOptions gptq = none;
    gptq.compensates = true;
    double plain = 0;
    RoundingOptions descent = none;
    descent.sweeps = 20;
    double compensated = 0;
    double descended = 0;
    double all = 0;
    for (int trial = 0; trial < 20; ++trial) {
        const MatrixXd covariance = randomCovariance(36, random);
        const VectorXd weights = randomWeights(36, random);
        plain += Rounding(covariance, none).round(weights, grid).error;
        compensated += Rounding(covariance, gptq).round(weights, grid).error;
        descended += Rounding(covariance, descent).round(weights, grid).error;
        all += Rounding(covariance, {}).round(weights, grid).error;
    }
    CHECK(compensated < 0.9 * plain);
    CHECK(descended < 0.9 * plain);
    CHECK(all < compensated);
    CHECK(all < descended);
}

TEST_CASE("Without covariance between the inputs each weight is rounded by itself") {
    std::mt19937 random(4);
    const Grid grid(golden::SlogElement(golden::FormatSpec{4, 6, true, 8}));
    const VectorXd weights = randomWeights(50, random);
    const MatrixXd covariance = 3 * MatrixXd::Identity(50, 50);
    const auto channel = Rounding(covariance, {}).round(weights, grid);
    for (int i = 0; i < 50; ++i) {
        const std::int64_t value = channel.values[static_cast<std::size_t>(i)];
        CHECK(std::abs(weights[i] - channel.scale * static_cast<double>(value)) <=
              std::abs(weights[i] - channel.scale * static_cast<double>(
                                                        grid.nearest(weights[i] / channel.scale))) +
                  1e-12);
    }
}

TEST_CASE("What is on the grid already is kept exactly") {
    std::mt19937 random(5);
    const Grid grid(golden::SlogElement(golden::FormatSpec{4, 4, true, 8}));
    VectorXd weights(30);
    for (int i = 0; i < 30; ++i) {
        weights[i] = 0.25 * static_cast<double>(grid.values()[random() % grid.values().size()]);
    }
    weights[0] = 0.25 * static_cast<double>(grid.largest());
    const auto channel = Rounding(randomCovariance(30, random), {}).round(weights, grid);
    CHECK(channel.error < 1e-20);
    CHECK(std::abs(channel.scale - 0.25) < 1e-12);
}

TEST_CASE("Channels without weights, taps without inputs, and too few samples are no problem") {
    std::mt19937 random(6);
    const Grid grid(golden::SlogElement(golden::FormatSpec{4, 6, false, 8}));
    const auto zero = Rounding(randomCovariance(4, random), {}).round(VectorXd::Zero(4), grid);
    CHECK(zero.scale > 0);
    MatrixXd covariance = MatrixXd::Zero(8, 8);
    covariance.topLeftCorner(3, 3) = randomCovariance(3, random);
    const auto channel = Rounding(covariance, {}).round(randomWeights(8, random), grid);
    CHECK(std::isfinite(channel.error));
    CHECK(channel.values.size() == 8);
    CHECK_NOTHROW(Rounding(MatrixXd::Zero(3, 3), {}).round(randomWeights(3, random), grid));
}

TEST_CASE("Wrong sizes and numbers that are not finite are refused") {
    const Grid grid(golden::SlogElement(golden::FormatSpec{4, 4, true, 8}));
    CHECK_THROWS_AS(Rounding(MatrixXd::Zero(2, 3), {}), std::invalid_argument);
    CHECK_THROWS_AS(Rounding(MatrixXd(0, 0), {}), std::invalid_argument);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(Rounding(MatrixXd::Constant(2, 2, nan), {}), std::invalid_argument);
    const Rounding rounding(MatrixXd::Identity(2, 2), {});
    CHECK_THROWS_AS(rounding.round(VectorXd::Zero(3), grid), std::invalid_argument);
    CHECK_THROWS_AS(rounding.round(VectorXd::Constant(2, nan), grid), std::invalid_argument);
}
