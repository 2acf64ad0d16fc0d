// Products that give the same bits whatever the processor: against plain loops, to the last bit.
#include <cstddef>
#include <random>
#include <vector>

#include "ptq/linear/product.h"
#include "tests/catch.h"

namespace {

using namespace aslog::ptq;

template <typename Number>
std::vector<Number> randomNumbers(std::mt19937& random, std::ptrdiff_t count) {
    std::normal_distribution<double> normal;
    std::vector<Number> numbers(static_cast<std::size_t>(count));
    for (Number& number : numbers) {
        number = static_cast<Number>(normal(random));
    }
    return numbers;
}

/// The sum, term by term.
template <typename Number>
void addPlainly(const ProductSizes& sizes, const MatrixView<Number>& a, const MatrixView<Number>& b,
                Number factor, std::vector<Number>& sum, std::ptrdiff_t step) {
    for (std::ptrdiff_t i = 0; i < sizes.rows; ++i) {
        for (std::ptrdiff_t j = 0; j < sizes.columns; ++j) {
            // volatile: no rounding of a product may be left out.
            volatile Number total = sum[static_cast<std::size_t>(i * step + j)];
            for (std::ptrdiff_t k = 0; k < sizes.depth; ++k) {
                volatile Number left = factor * a.data[i * a.rowStep + k * a.columnStep];
                volatile Number term = left * b.data[k * b.rowStep + j * b.columnStep];
                total = total + term;
            }
            sum[static_cast<std::size_t>(i * step + j)] = total;
        }
    }
}

template <typename Number>
void checkSizes(std::mt19937& random, const ProductSizes& sizes, bool transposed, Number factor) {
    INFO(sizes.rows << " x " << sizes.columns << " x " << sizes.depth << ", transposed "
                    << transposed);
    const std::vector<Number> a = randomNumbers<Number>(random, sizes.rows * sizes.depth);
    const std::vector<Number> b = randomNumbers<Number>(random, sizes.depth * sizes.columns);
    const MatrixView<Number> viewA = transposed ? MatrixView<Number>{a.data(), 1, sizes.rows}
                                                : MatrixView<Number>{a.data(), sizes.depth, 1};
    const MatrixView<Number> viewB = transposed ? MatrixView<Number>{b.data(), 1, sizes.depth}
                                                : MatrixView<Number>{b.data(), sizes.columns, 1};
    const std::ptrdiff_t step = sizes.columns + 3;  // what lies between the rows stays as it is
    std::vector<Number> wanted = randomNumbers<Number>(random, sizes.rows * step);
    std::vector<Number> found = wanted;
    addPlainly(sizes, viewA, viewB, factor, wanted, step);
    addProduct(sizes, viewA, viewB, factor, found.data(), step);
    CHECK(found == wanted);
}

}  // namespace

TEMPLATE_TEST_CASE("Products are those of plain loops, bit for bit", "", float, double) {
    std::mt19937 random(1);
    for (const ProductSizes& sizes :
         {ProductSizes{1, 1, 1}, ProductSizes{6, 16, 4}, ProductSizes{7, 17, 300},
          ProductSizes{5, 3, 257}, ProductSizes{100, 33, 70}, ProductSizes{13, 1100, 9},
          ProductSizes{4, 5, 0}}) {
        for (const bool transposed : {false, true}) {
            checkSizes<TestType>(random, sizes, transposed, TestType{1});
            checkSizes<TestType>(random, sizes, transposed, static_cast<TestType>(-0.3));
        }
    }
}
