// The types of a graph's inputs.
#pragma once

#include <set>
#include <string>

#include <onnx/onnx_pb.h>

#include "ptq/graph/graph.h"
#include "ptq/onnx/reader.h"

namespace aslog::ptq {

// The input, its value not yet set. A symbolic first size without a number is kSymbolicBatch.
// `names`: those of all symbolic sizes, added to. Throws InputError, without the input's name, if
// it is no tensor of floats, or a size is no number above 0.
GraphInput readInputType(const onnx::ValueInfoProto& input, const SymbolicSizes& sizes,
                         std::set<std::string>& names);

}  // namespace aslog::ptq
