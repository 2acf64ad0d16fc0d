// Models that compute the target of a Reshape, and what is wrong with one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/ptq/onnx/model_builder.h"

namespace aslog::test {

// 0, 1, 2, ...
ptq::FloatTensor counting(const ptq::Shape& shape);

// The output for an input of counting numbers.
ptq::FloatTensor outputOf(const ModelBuilder& model, const ptq::Shape& inputShape);

// Checks that the output is the input, in another shape.
void checkReshaped(const ModelBuilder& model, const ptq::Shape& from, const ptq::Shape& to);

// A Constant node.
void constantNode(ModelBuilder& model, const std::string& name,
                  const std::vector<std::int64_t>& numbers);

// Along axis 0.
void concat(ModelBuilder& model, const std::vector<std::string>& parts, const std::string& name);

void addCast(ModelBuilder& model, const std::string& from, const std::string& to,
             onnx::TensorProto::DataType type);

using Compute = std::function<void(ModelBuilder&)>;

// x -> Reshape -> y, to the list "target", which `compute` adds. There are the lists "zero", "one",
// "two", "rest" (-1) and "shape", that of x.
ModelBuilder reshapeTo(const ptq::Shape& x, const Compute& compute, std::int64_t opset = 13);

// The one number of "result", which `compute` adds, is the only size of y.
ModelBuilder resultIs(const ptq::Shape& x, const Compute& compute);

// Computes "result" from the numbers a and b.
Compute binary(const std::string& op, std::int64_t a, std::int64_t b);

}  // namespace aslog::test
