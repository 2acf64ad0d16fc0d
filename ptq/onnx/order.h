// The order in which the nodes of an ONNX graph can be computed.
#pragma once

#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

namespace aslog::ptq {

// A unique name for each node: its own, or "Conv_3" for the node at index 3; doubles get a number.
std::vector<std::string> nodeNames(const onnx::GraphProto& graph);

// Indices of the nodes, each behind those that compute its inputs; in the order of the file as far
// as possible. `names` are those of nodeNames(). Throws InputError if a value has two producers, an
// input is produced by nobody, or the nodes form a cycle.
std::vector<int> computingOrder(const onnx::GraphProto& graph,
                                const std::vector<std::string>& names);

}  // namespace aslog::ptq
