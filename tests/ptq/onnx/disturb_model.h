// Damage to ONNX models that files in the wild could have: what protobuf still reads, or single
// bytes.
#pragma once

#include <random>
#include <string>

#include <onnx/onnx_pb.h>

namespace aslog::test {

// One change of an attribute, a whole-number tensor, a shape, a type, an operator, a connection, a
// name, an order. A graph without nodes or tensors stays as it is where there is
// nothing to change.
void disturb(onnx::GraphProto& graph, std::mt19937& random);

// Up to three bytes become others. `bytes`: not empty.
void disturbBytes(std::string& bytes, std::mt19937& random);

}  // namespace aslog::test
