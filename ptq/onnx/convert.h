// One ONNX node becomes one operator of the graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <onnx/onnx_pb.h>

#include "ptq/graph/operators.h"
#include "ptq/onnx/tensors.h"

namespace aslog::ptq {

struct ConvertedNode {
    Operator op;
    std::size_t operands = 0;  // so many of the node's inputs, from the first, remain inputs
};

// True for the operators of convert(), and for Constant.
bool isSupported(std::string_view operatorType);

// Throws InputError, without the node's name, if an attribute, an input or an output of a supported
// operator is not supported. Inputs that became attributes are looked up in `constants`.
ConvertedNode convert(const onnx::NodeProto& node, std::int64_t opset,
                      const FileConstants& constants);

// What a Constant node holds. Throws InputError as convert().
FileConstant convertConstant(const onnx::NodeProto& node);

}  // namespace aslog::ptq
