// Products of matrices whose bits are the same on every processor.
//
// Each product and each sum is rounded by itself, and every element is summed in the order of its
// terms: so it does not matter how wide the vectors of a processor are, how a library cuts a matrix
// into blocks, or how many cores there are.
#pragma once

#include <cstddef>

namespace aslog::ptq {

// Element (i, j) lies at data[i * rowStep + j * columnStep]: so a transposed matrix costs nothing.
template <typename Number>
struct MatrixView {
    const Number* data;
    std::ptrdiff_t rowStep;
    std::ptrdiff_t columnStep;
};

struct ProductSizes {
    std::ptrdiff_t rows;     // of a and the sum
    std::ptrdiff_t columns;  // of b and the sum
    std::ptrdiff_t depth;    // columns of a, rows of b
};

// sum(i, j) += (factor * a(i, k)) * b(k, j) for k = 0, 1, ...; `sum` is row-major and `step` the
// distance of its rows. `sum` must not overlap a or b. For float and double. Throws
// support::Interrupted after an interrupt.
template <typename Number>
void addProduct(const ProductSizes& sizes, const MatrixView<Number>& a, const MatrixView<Number>& b,
                Number factor, Number* sum, std::ptrdiff_t step);

}  // namespace aslog::ptq
