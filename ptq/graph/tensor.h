// Shapes and float tensors, the values that flow through a network.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aslog::ptq {

// Sizes of the dimensions, outermost first; empty for a scalar. Data lies row-major.
using Shape = std::vector<std::int64_t>;

// No tensor is larger: products of two sizes never overflow 64 bits, and BLAS counts in 32.
inline constexpr std::int64_t kMaxElements = (std::int64_t{1} << 31) - 1;

// Product of the sizes, 1 for a scalar. Throws InputError if a size is negative or if the product
// (or the product of the sizes that are not zero) is beyond kMaxElements.
std::int64_t elementCount(const Shape& shape);

// How far apart, in elements, neighbours along each dimension lie.
Shape rowMajorStrides(const Shape& shape);

// "[1, 3, 32, 32]"
std::string shapeText(const Shape& shape);

struct FloatTensor {
    Shape shape;
    std::vector<float> data;  // elementCount(shape) of them
};

// A tensor full of `value`. Throws InputError as elementCount().
FloatTensor filled(Shape shape, float value);

}  // namespace aslog::ptq
