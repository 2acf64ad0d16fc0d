// Products of matrices, and Softmax.
#include <algorithm>
#include <cmath>

#include "ptq/graph/shapes.h"
#include "ptq/linear/product.h"
#include "ptq/reference/kernels.h"

namespace aslog::ptq {
namespace {

MatrixView<float> view(const float* data, std::int64_t columns, bool isTransposed) {
    return isTransposed ? MatrixView<float>{data, 1, columns} : MatrixView<float>{data, columns, 1};
}

}  // namespace

FloatTensor compute(const Gemm& op, const Operands& in, const Shape& out) {
    const FloatTensor& a = *in[0];
    const FloatTensor& b = *in[1];
    FloatTensor y = filled(out, 0);
    if (in.size() == 3 && op.beta != 0) {
        Odometer place(out, repeatedStrides(in[2]->shape, out));
        for (float& value : y.data) {
            value = op.beta * in[2]->data[place.offset()];
            place.advance();
        }
    }
    const std::int64_t depth = a.shape[op.transA ? 0 : 1];
    if (y.data.empty() || depth == 0) {
        return y;
    }
    addProduct<float>({out[0], out[1], depth}, view(a.data.data(), a.shape[1], op.transA),
                      view(b.data.data(), b.shape[1], op.transB), op.alpha, y.data.data(), out[1]);
    return y;
}

FloatTensor compute(const MatMul& /*op*/, const Operands& in, const Shape& out) {
    Shape a = in[0]->shape;
    Shape b = in[1]->shape;
    if (a.size() == 1) {
        a.insert(a.begin(), 1);
    }
    if (b.size() == 1) {
        b.push_back(1);
    }
    const std::int64_t rows = a[a.size() - 2];
    const std::int64_t depth = a.back();
    const std::int64_t columns = b.back();
    const Shape batchA(a.begin(), a.end() - 2);
    const Shape batchB(b.begin(), b.end() - 2);
    const Shape batch = broadcast(batchA, batchB);
    FloatTensor y = filled(out, 0);
    if (y.data.empty() || depth == 0) {
        return y;
    }
    Odometer placeA(batch, repeatedStrides(batchA, batch));
    Odometer placeB(batch, repeatedStrides(batchB, batch));
    for (std::int64_t i = 0; i < elementCount(batch); ++i, placeA.advance(), placeB.advance()) {
        addProduct<float>(
            {rows, columns, depth},
            view(in[0]->data.data() + placeA.offset() * rows * depth, depth, false),
            view(in[1]->data.data() + placeB.offset() * depth * columns, columns, false), 1,
            y.data.data() + i * rows * columns, columns);
    }
    return y;
}

FloatTensor compute(const Softmax& op, const Operands& in, const Shape& out) {
    FloatTensor y = *in[0];
    if (y.data.empty()) {
        return y;
    }
    // x as [outer, size, inner]; the softmax is over the middle.
    const std::size_t axis = out.empty() ? 0 : axisIndex(op.axis, out.size());
    const std::size_t end = out.empty() ? 0 : op.toTheEnd ? out.size() : axis + 1;
    const auto at = [&](std::size_t i) { return out.begin() + static_cast<std::ptrdiff_t>(i); };
    const std::int64_t outer = elementCount(Shape(out.begin(), at(axis)));
    const std::int64_t size = elementCount(Shape(at(axis), at(end)));
    const std::int64_t inner = elementCount(Shape(at(end), out.end()));
    for (std::int64_t i = 0; i < outer * inner; ++i) {
        float* first = y.data.data() + i / inner * size * inner + i % inner;
        float largest = *first;
        for (std::int64_t k = 1; k < size; ++k) {
            largest = std::max(largest, first[k * inner]);
        }
        double sum = 0;
        if (op.kind == Softmax::Kind::Logarithm) {
            for (std::int64_t k = 0; k < size; ++k) {
                sum += std::exp(double{first[k * inner]} - largest);
            }
            for (std::int64_t k = 0; k < size; ++k) {
                first[k * inner] =
                    static_cast<float>(double{first[k * inner]} - largest - std::log(sum));
            }
            continue;
        }
        for (std::int64_t k = 0; k < size; ++k) {
            first[k * inner] = std::exp(first[k * inner] - largest);
            sum += first[k * inner];
        }
        for (std::int64_t k = 0; k < size; ++k) {
            first[k * inner] = static_cast<float>(first[k * inner] / sum);
        }
    }
    return y;
}

FloatTensor compute(const ArgMax& op, const Operands& in, const Shape& out) {
    const FloatTensor& x = *in[0];
    const std::size_t axis = axisIndex(op.axis, x.shape.size());
    const auto middle = x.shape.begin() + static_cast<std::ptrdiff_t>(axis);
    const std::int64_t inner = elementCount(Shape(middle + 1, x.shape.end()));
    FloatTensor y = filled(out, 0);
    for (std::int64_t i = 0; i < std::ssize(y.data); ++i) {
        const float* first = x.data.data() + i / inner * *middle * inner + i % inner;
        std::int64_t best = 0;
        for (std::int64_t k = 1; k < *middle; ++k) {
            best = first[k * inner] > first[best * inner] ? k : best;
        }
        y.data[static_cast<std::size_t>(i)] = static_cast<float>(best);
    }
    return y;
}

}  // namespace aslog::ptq
