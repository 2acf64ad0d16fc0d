// Factors of covariances, with the same bits on every processor (product.h).
#pragma once

#include "ptq/linear/matrix.h"

namespace aslog::ptq {

// Replaces a symmetric matrix, of which only the lower triangle is read, by L with L Lᵀ = matrix,
// zeros above its diagonal. False if the matrix is not positive definite; then it holds anything.
bool factorise(RowMajorMatrix& matrix);

// The inverse of a lower triangular matrix without 0 on its diagonal.
RowMajorMatrix inverseOfLower(const RowMajorMatrix& lower);

}  // namespace aslog::ptq
