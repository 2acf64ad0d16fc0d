#include "ptq/graph/tensor.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"

namespace aslog::ptq {

std::int64_t elementCount(const Shape& shape) {
    // Zeros are left out at first, so that the sizes beside them stay bounded too.
    std::int64_t product = 1;
    bool empty = false;
    for (const std::int64_t size : shape) {
        if (size < 0) {
            throw support::InputError(
                fmt::format("shape {}: a size cannot be negative", shapeText(shape)));
        }
        if (size == 0) {
            empty = true;
        } else if (size > kMaxElements / product) {
            throw support::InputError(
                fmt::format("shape {}: too large; at most {} elements are supported",
                            shapeText(shape), kMaxElements));
        } else {
            product *= size;
        }
    }
    return empty ? 0 : product;
}

Shape rowMajorStrides(const Shape& shape) {
    Shape strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) {
        strides[i - 1] = strides[i] * shape[i];
    }
    return strides;
}

std::string shapeText(const Shape& shape) {
    return fmt::format("[{}]", fmt::join(shape, ", "));
}

FloatTensor filled(Shape shape, float value) {
    FloatTensor tensor{std::move(shape), {}};
    tensor.data.assign(static_cast<std::size_t>(elementCount(tensor.shape)), value);
    return tensor;
}

}  // namespace aslog::ptq
