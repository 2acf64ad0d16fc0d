// One ONNX node becomes one operator of the graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <onnx/onnx_pb.h>

#include "ptq/graph/operators.h"
#include "ptq/onnx/known_values.h"

namespace aslog::ptq {

struct ConvertedNode {
    Operator op;
    std::size_t operands = 0;  // so many of the node's inputs, from the first, remain inputs
};

// True for the operators of convert(), and for those of evaluateConstant().
bool isSupported(std::string_view operatorType);

// Throws InputError, without the node's name, if an attribute or an input of a supported operator
// is not supported. Inputs that became attributes are looked up in `known`: RefusedBefore if the
// node of one was refused.
ConvertedNode convert(const onnx::NodeProto& node, std::int64_t opset, const KnownValues& known);

}  // namespace aslog::ptq
