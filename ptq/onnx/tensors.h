// Tensors of an ONNX file.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <onnx/onnx_pb.h>

#include "ptq/graph/tensor.h"
#include "ptq/onnx/batch_number.h"

namespace aslog::ptq {

// int32, int64 or bool in the file: shapes, axes, pads. They never reach the graph as values.
struct WholeNumbers {
    Shape shape;
    std::vector<BatchNumber> data;  // fixed in the file itself
};

using FileConstant = std::variant<FloatTensor, WholeNumbers>;

// float and double become a FloatTensor, whole numbers WholeNumbers. Throws InputError, without the
// tensor's name, if the data lies in another file, has another type, or is not as long as the shape
// says; allocates only after that check.
FileConstant readTensor(const onnx::TensorProto& proto);

// "float", "int64", ... as ONNX calls its element types.
std::string elementTypeName(int type);

}  // namespace aslog::ptq
