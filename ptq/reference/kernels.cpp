#include "ptq/reference/kernels.h"

#include <cstddef>

namespace aslog::ptq {

Shape repeatedStrides(const Shape& shape, const Shape& target) {
    const Shape own = rowMajorStrides(shape);
    Shape result(target.size(), 0);
    const std::size_t offset = target.size() - shape.size();
    for (std::size_t i = 0; i < shape.size(); ++i) {
        result[offset + i] = shape[i] == 1 ? 0 : own[i];
    }
    return result;
}

}  // namespace aslog::ptq
