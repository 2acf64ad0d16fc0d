// Operators whose results are known as soon as the file is read: they never become nodes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <onnx/onnx_pb.h>

#include "ptq/onnx/known_values.h"

namespace aslog::ptq {

// ONNX's names of the operators of evaluateConstant(), sorted.
std::vector<std::string> constantOperators();
bool isConstantOperator(std::string_view operatorType);

// What such a node yields. Throws InputError, without the node's name, if its inputs are not known,
// an input or attribute is not supported, or the result would be larger than kMaxComputedNumbers;
// RefusedBefore if the node of an input was refused.
FileConstant evaluateConstant(const onnx::NodeProto& node, std::int64_t opset,
                              const KnownValues& known);

}  // namespace aslog::ptq
