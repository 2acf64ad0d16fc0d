// Factors and inverses against what they are defined by.
#include <random>

#include "ptq/linear/cholesky.h"
#include "tests/catch.h"

namespace {

using aslog::ptq::RowMajorMatrix;
using Eigen::Index;

RowMajorMatrix positiveMatrix(Index size, std::mt19937& random) {
    std::normal_distribution<double> normal;
    const RowMajorMatrix root =
        RowMajorMatrix::NullaryExpr(size, size, [&](Index, Index) { return normal(random); });
    RowMajorMatrix matrix = root * root.transpose() / static_cast<double>(size);
    matrix.diagonal().array() += 0.1;
    return matrix;
}

}  // namespace

TEST_CASE("L Lᵀ is the matrix, and L times its inverse the identity") {
    std::mt19937 random(3);
    for (const Index size : {1, 2, 63, 64, 65, 200}) {
        INFO("size " << size);
        const RowMajorMatrix matrix = positiveMatrix(size, random);
        RowMajorMatrix factor = matrix;
        REQUIRE(aslog::ptq::factorise(factor));
        CHECK(RowMajorMatrix(factor.triangularView<Eigen::StrictlyUpper>()).isZero(0));
        CHECK((factor * factor.transpose() - matrix).cwiseAbs().maxCoeff() < 1e-12);
        const RowMajorMatrix inverse = aslog::ptq::inverseOfLower(factor);
        CHECK((factor * inverse - RowMajorMatrix::Identity(size, size)).cwiseAbs().maxCoeff() <
              1e-11);
        CHECK(RowMajorMatrix(inverse.triangularView<Eigen::StrictlyUpper>()).isZero(0));
    }
}

TEST_CASE("What is above the diagonal is not read") {
    std::mt19937 random(4);
    RowMajorMatrix matrix = positiveMatrix(100, random);
    RowMajorMatrix other = matrix;
    other.triangularView<Eigen::StrictlyUpper>().setConstant(1e9);
    REQUIRE(aslog::ptq::factorise(matrix));
    REQUIRE(aslog::ptq::factorise(other));
    CHECK(matrix == other);
}

TEST_CASE("A matrix that is not positive definite has no factor") {
    std::mt19937 random(5);
    for (const Index at : {0, 70}) {
        RowMajorMatrix matrix = positiveMatrix(100, random);
        matrix(at, at) = -1;
        CHECK_FALSE(aslog::ptq::factorise(matrix));
    }
}
