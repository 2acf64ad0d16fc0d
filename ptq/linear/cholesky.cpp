#include "ptq/linear/cholesky.h"

#include <algorithm>
#include <cmath>

#include "ptq/linear/product.h"

namespace aslog::ptq {
namespace {

using Eigen::Index;

constexpr Index kBlock = 64;

using Block = Eigen::Block<RowMajorMatrix>;

MatrixView<double> view(const double* data, Index step) {
    return {data, step, 1};
}

MatrixView<double> transposedView(const double* data, Index step) {
    return {data, 1, step};
}

// A small factor, element by element.
bool factoriseBlock(Block block) {
    for (Index j = 0; j < block.cols(); ++j) {
        for (Index i = j; i < block.rows(); ++i) {
            double rest = block(i, j);
            for (Index k = 0; k < j; ++k) {
                rest -= block(i, k) * block(j, k);
            }
            if (i == j) {
                if (!(rest > 0) || !std::isfinite(rest)) {
                    return false;
                }
                block(j, j) = std::sqrt(rest);
            } else {
                block(i, j) = rest / block(j, j);
            }
        }
        block.col(j).head(j).setZero();
    }
    return true;
}

// A small inverse, column by column.
RowMajorMatrix inverseOfBlock(const RowMajorMatrix& lower, Index first, Index size) {
    RowMajorMatrix inverse = RowMajorMatrix::Zero(size, size);
    for (Index j = 0; j < size; ++j) {
        for (Index i = j; i < size; ++i) {
            double rest = i == j ? 1 : 0;
            for (Index k = j; k < i; ++k) {
                rest -= lower(first + i, first + k) * inverse(k, j);
            }
            inverse(i, j) = rest / lower(first + i, first + i);
        }
    }
    return inverse;
}

}  // namespace

bool factorise(RowMajorMatrix& matrix) {
    const Index n = matrix.rows();
    for (Index first = 0; first < n; first += kBlock) {
        const Index size = std::min(kBlock, n - first);
        // The columns of this block, less what the factor has so far.
        addProduct<double>({n - first, size, first}, view(matrix.row(first).data(), n),
                           transposedView(matrix.row(first).data(), n), -1.0, &matrix(first, first),
                           n);
        if (!factoriseBlock(matrix.block(first, first, size, size))) {
            return false;
        }
        const Index below = n - first - size;
        if (below > 0) {
            const RowMajorMatrix inverse = inverseOfBlock(matrix, first, size);
            const RowMajorMatrix rest = matrix.block(first + size, first, below, size);
            matrix.block(first + size, first, below, size).setZero();
            addProduct<double>({below, size, size}, view(rest.data(), size),
                               transposedView(inverse.data(), size), 1.0,
                               &matrix(first + size, first), n);
            matrix.block(first, first + size, size, below).setZero();
        }
    }
    return true;
}

RowMajorMatrix inverseOfLower(const RowMajorMatrix& lower) {
    const Index n = lower.rows();
    RowMajorMatrix inverse = RowMajorMatrix::Zero(n, n);
    for (Index first = 0; first < n; first += kBlock) {
        const Index size = std::min(kBlock, n - first);
        const RowMajorMatrix ofBlock = inverseOfBlock(lower, first, size);
        if (first > 0) {
            RowMajorMatrix rest = RowMajorMatrix::Zero(size, first);
            addProduct<double>({size, first, first}, view(lower.row(first).data(), n),
                               view(inverse.data(), n), -1.0, rest.data(), first);
            addProduct<double>({size, first, size}, view(ofBlock.data(), size),
                               view(rest.data(), first), 1.0, &inverse(first, 0), n);
        }
        inverse.block(first, first, size, size) = ofBlock;
    }
    return inverse;
}

}  // namespace aslog::ptq
