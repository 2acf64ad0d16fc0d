// What each operator computes, one overload each. Inside ptq only: run() checks shapes first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "ptq/graph/operators.h"
#include "ptq/graph/tensor.h"

namespace aslog::ptq {

using Operands = std::vector<const FloatTensor*>;

// Inputs that outputShape() has accepted, and the shape that it gave; the shape of the result.
FloatTensor compute(const Conv& op, const Operands& in, const Shape& out);
FloatTensor compute(const ConvTranspose& op, const Operands& in, const Shape& out);
FloatTensor compute(const Gemm& op, const Operands& in, const Shape& out);
FloatTensor compute(const MatMul& op, const Operands& in, const Shape& out);
FloatTensor compute(const BatchNormalization& op, const Operands& in, const Shape& out);
FloatTensor compute(const Relu& op, const Operands& in, const Shape& out);
FloatTensor compute(const Clip& op, const Operands& in, const Shape& out);
FloatTensor compute(const Function& op, const Operands& in, const Shape& out);
FloatTensor compute(const PRelu& op, const Operands& in, const Shape& out);
FloatTensor compute(const Arithmetic& op, const Operands& in, const Shape& out);
FloatTensor compute(const Variadic& op, const Operands& in, const Shape& out);
FloatTensor compute(const MaxPool& op, const Operands& in, const Shape& out);
FloatTensor compute(const AveragePool& op, const Operands& in, const Shape& out);
FloatTensor compute(const GlobalPool& op, const Operands& in, const Shape& out);
FloatTensor compute(const Reduce& op, const Operands& in, const Shape& out);
FloatTensor compute(const Concat& op, const Operands& in, const Shape& out);
FloatTensor compute(const Pad& op, const Operands& in, const Shape& out);
FloatTensor compute(const Slice& op, const Operands& in, const Shape& out);
FloatTensor compute(const Gather& op, const Operands& in, const Shape& out);
FloatTensor compute(const Widen& op, const Operands& in, const Shape& out);
FloatTensor compute(const Rearrange& op, const Operands& in, const Shape& out);
FloatTensor compute(const Flatten& op, const Operands& in, const Shape& out);
FloatTensor compute(const Reshape& op, const Operands& in, const Shape& out);
FloatTensor compute(const Squeeze& op, const Operands& in, const Shape& out);
FloatTensor compute(const Unsqueeze& op, const Operands& in, const Shape& out);
FloatTensor compute(const Transpose& op, const Operands& in, const Shape& out);
FloatTensor compute(const Identity& op, const Operands& in, const Shape& out);
FloatTensor compute(const Dropout& op, const Operands& in, const Shape& out);
FloatTensor compute(const Softmax& op, const Operands& in, const Shape& out);
FloatTensor compute(const ArgMax& op, const Operands& in, const Shape& out);

// The overload of the operator that `op` holds.
FloatTensor computeOperator(const Operator& op, const Operands& in, const Shape& out);

// Strides of a tensor that is broadcast to `target`: 0 along the dimensions that are repeated.
Shape repeatedStrides(const Shape& shape, const Shape& target);

// Steps through all positions of a shape in row-major order, and keeps a weighted sum of the
// coordinates: where the matching element of another tensor lies.
class Odometer {
  public:
    Odometer(Shape shape, Shape strides, std::int64_t start = 0)
        : shape_(std::move(shape)),
          strides_(std::move(strides)),
          position_(shape_.size(), 0),
          offset_(start) {}

    const Shape& position() const { return position_; }
    std::int64_t offset() const { return offset_; }
    void advance() {
        for (std::size_t i = shape_.size(); i-- > 0;) {
            offset_ += strides_[i];
            if (++position_[i] < shape_[i]) {
                return;
            }
            offset_ -= strides_[i] * shape_[i];
            position_[i] = 0;
        }
    }

  private:
    Shape shape_;
    Shape strides_;
    Shape position_;
    std::int64_t offset_;
};

}  // namespace aslog::ptq
