// Small ONNX models, built in memory.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

#include "ptq/graph/graph.h"

namespace aslog::test {

// A tensor of numbers between -1 and 1 from a seeded generator.
ptq::FloatTensor randomTensor(std::mt19937& random, const ptq::Shape& shape);

class ModelBuilder {
  public:
    explicit ModelBuilder(std::int64_t opset = 13);

    // A float input; -1 is a symbolic size.
    ModelBuilder& input(const std::string& name, const ptq::Shape& shape);
    ModelBuilder& output(const std::string& name);
    ModelBuilder& constant(const std::string& name, const ptq::FloatTensor& tensor);
    ModelBuilder& integers(const std::string& name, const std::vector<std::int64_t>& numbers);
    // The node computes the value `result`, and its name is that of the value.
    onnx::NodeProto& node(const std::string& type, const std::vector<std::string>& inputs,
                          const std::string& result);

    onnx::ModelProto& proto() { return model_; }
    std::string bytes() const { return model_.SerializeAsString(); }
    ptq::Graph graph() const;

  private:
    onnx::ModelProto model_;
};

/// What the reader says of the model; "no error" if it takes it.
std::string errorOf(const ModelBuilder& model);

void setAttribute(onnx::NodeProto& node, const std::string& name, std::int64_t value);
void setAttribute(onnx::NodeProto& node, const std::string& name, float value);
void setText(onnx::NodeProto& node, const std::string& name, const std::string& value);
void setAttributes(onnx::NodeProto& node, const std::string& name,
                   const std::vector<std::int64_t>& values);

}  // namespace aslog::test
