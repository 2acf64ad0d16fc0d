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
    std::vector<Operator> outputs;      // what computes each output of the node, from the first
    std::vector<std::size_t> operands;  // the node's inputs that remain inputs, of each of them
};

// True for the operators of convert().
bool isConvertible(std::string_view operatorType);

// The same, and for those of evaluateConstant().
bool isSupported(std::string_view operatorType);

// Throws InputError, without the node's name, if an attribute or an input of a supported operator
// is not supported. Inputs that became attributes are looked up in `known`: RefusedBefore if the
// node of one was refused. Outputs that are not read need not be converted.
ConvertedNode convert(const onnx::NodeProto& node, std::int64_t opset, const KnownValues& known);

}  // namespace aslog::ptq
