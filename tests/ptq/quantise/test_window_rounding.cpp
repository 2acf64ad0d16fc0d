// Rounding in the space of the windows against rounding with the covariance that they make.
#include <random>
#include <stdexcept>

#include "golden/arithmetic/element.h"
#include "ptq/quantise/rounding.h"
#include "ptq/quantise/window_rounding.h"
#include "tests/catch.h"

namespace {

using namespace aslog;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using ptq::RoundedChannel;
using ptq::RowMajorMatrix;

RowMajorMatrix randomMatrix(Index rows, Index columns, std::mt19937& random) {
    std::normal_distribution<double> normal;
    return RowMajorMatrix::NullaryExpr(rows, columns, [&](Index, Index) { return normal(random); });
}

/// Inputs that have much in common, and vary by different amounts; some do not vary at all.
RowMajorMatrix randomDeviations(Index taps, Index windows, std::mt19937& random) {
    RowMajorMatrix deviations = randomMatrix(taps, windows, random);
    deviations.rowwise() += randomMatrix(1, windows, random).row(0);
    for (Index i = 0; i < taps; ++i) {
        deviations.row(i) *= i % 7 == 3 ? 0 : 1 + static_cast<double>(i % 5);
    }
    deviations.colwise() -= deviations.rowwise().mean().eval();
    return deviations;
}

MatrixXd covarianceOf(const RowMajorMatrix& deviations, double shrinkage) {
    MatrixXd covariance =
        deviations * deviations.transpose() / static_cast<double>(deviations.cols());
    covariance.diagonal().array() += shrinkage;
    return covariance;
}

struct Case {
    RowMajorMatrix deviations;
    double shrinkage;
    MatrixXd covariance;
    VectorXd weights;

    Case(Index taps, Index windows, double shrinkageOf, std::mt19937& random)
        : deviations(randomDeviations(taps, windows, random)),
          shrinkage(shrinkageOf),
          covariance(covarianceOf(deviations, shrinkageOf)),
          weights(randomMatrix(taps, 1, random)) {}
};

const ptq::Grid& levels() {
    static const golden::SlogElement element{golden::FormatSpec{}};
    static const ptq::Grid result(element);
    return result;
}

}  // namespace

TEST_CASE("The weights that fit best are those of the covariance") {
    std::mt19937 random(1);
    for (const Index taps : {1, 5, 64, 130}) {
        for (const double shrinkage : {0.0, 0.3}) {
            INFO(taps << " taps, " << shrinkage);
            const Case made(taps, 20, shrinkage, random);
            const ptq::Rounding dense(made.covariance, {});
            const ptq::WindowRounding few(made.deviations, made.shrinkage, {});
            const VectorXd cross =
                made.covariance * made.weights + made.deviations * randomMatrix(20, 1, random);
            const VectorXd wanted = dense.fitted(made.weights, cross);
            const VectorXd found = few.fitted(made.weights, cross);
            CHECK((wanted - made.weights).norm() > 1e-3);
            CHECK((found - wanted).norm() < 1e-9 * wanted.norm());
        }
    }
}

TEST_CASE("One pass of rounding gives what it gives with the covariance") {
    std::mt19937 random(2);
    ptq::RoundingOptions options;
    options.sweeps = options.refits = options.pairSweeps = 0;
    for (const bool compensates : {true, false}) {
        options.compensates = compensates;
        for (const Index taps : {1, 63, 64, 200}) {
            INFO(taps << " taps, " << compensates);
            const Case made(taps, 30, 0.1, random);
            const ptq::Rounding dense(made.covariance, options);
            const ptq::WindowRounding few(made.deviations, made.shrinkage, options);
            const RoundedChannel wanted = dense.round(made.weights, levels());
            const RoundedChannel found = few.round(made.weights, levels());
            CHECK(found.values == wanted.values);
            CHECK(found.scale == wanted.scale);
            CHECK(found.error == Approx(wanted.error));
            CHECK(few.bestOffset(made.weights, found) ==
                  Approx(dense.bestOffset(made.weights, wanted)));
        }
    }
}

TEST_CASE("Descent makes the error less, and says how much is left") {
    std::mt19937 random(3);
    ptq::RoundingOptions noDescent;
    noDescent.sweeps = 0;
    double before = 0;
    double after = 0;
    double withCovariance = 0;
    for (int round = 0; round < 10; ++round) {
        const Case made(150, 40, 0.05, random);
        const ptq::Rounding dense(made.covariance, {});
        const RoundedChannel found =
            ptq::WindowRounding(made.deviations, made.shrinkage, {}).round(made.weights, levels());
        CHECK(found.error == Approx(dense.errorOf(made.weights, found)));
        after += found.error;
        withCovariance += dense.round(made.weights, levels()).error;
        before += ptq::WindowRounding(made.deviations, made.shrinkage, noDescent)
                      .round(made.weights, levels())
                      .error;
    }
    CHECK(after < 0.98 * before);
    CHECK(after < 1.5 * withCovariance);  // which has more starts, and moves pairs
}

TEST_CASE("Without windows the errors of the weights themselves count") {
    std::mt19937 random(4);
    ptq::RoundingOptions options;
    options.compensates = false;
    options.sweeps = options.refits = options.pairSweeps = 0;
    const VectorXd weights = randomMatrix(70, 1, random);
    const RoundedChannel wanted =
        ptq::Rounding(MatrixXd::Identity(70, 70), options).round(weights, levels());
    const RoundedChannel found =
        ptq::WindowRounding(RowMajorMatrix(70, 0), 1, options).round(weights, levels());
    CHECK(found.values == wanted.values);
    CHECK(found.error == Approx(wanted.error));
    CHECK_THROWS_AS(ptq::WindowRounding(RowMajorMatrix(0, 3), 1, options), std::invalid_argument);
}

TEST_CASE("Weights of another number, or not finite, are refused") {
    std::mt19937 random(5);
    const ptq::WindowRounding few(randomDeviations(6, 4, random), 0.1, {});
    CHECK_THROWS_AS(few.round(VectorXd::Zero(5), levels()), std::invalid_argument);
    CHECK_THROWS_AS(few.round(VectorXd::Constant(6, NAN), levels()), std::invalid_argument);
}
