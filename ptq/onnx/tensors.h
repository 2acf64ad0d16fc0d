// Tensors of an ONNX file.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <onnx/onnx_pb.h>

#include "ptq/graph/tensor.h"
#include "ptq/onnx/batch_number.h"
#include "ptq/onnx/external_data.h"

namespace aslog::ptq {

// int32, int64 or bool in the file: shapes, axes, pads. They never reach the graph as values.
struct WholeNumbers {
    Shape shape;
    std::vector<BatchNumber> data;  // fixed in the file itself
};

using FileConstant = std::variant<FloatTensor, WholeNumbers>;

// Floats of any kind become a FloatTensor, whole numbers WholeNumbers. `external`: where data in
// other files is read; null: it is refused. Throws InputError, without the tensor's name, if the
// data has another type, or is not as long as the shape says; allocates only after that check.
FileConstant readTensor(const onnx::TensorProto& proto, const ExternalData* external = nullptr);

// All of these are floats here.
bool isFloatType(int type);

// "float", "int64", ... as ONNX calls its element types.
std::string elementTypeName(int type);

}  // namespace aslog::ptq
