// What a converter sees of its node: attributes, and the inputs that must be known now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <onnx/onnx_pb.h>

#include "ptq/onnx/attributes.h"
#include "ptq/onnx/known_values.h"

namespace aslog::ptq {

// `what` names an input in messages.
class Source {
  public:
    // `node` and `known` must outlive this object. Throws InputError as Attributes(), and if the
    // first output has no name.
    Source(const onnx::NodeProto& node, std::int64_t opset, const KnownValues& known);

    Attributes attributes;

    bool since(std::int64_t opset) const { return opset_ >= opset; }
    const std::string& type() const { return node_.op_type(); }

    // Number of inputs without those that are left out at the end.
    std::size_t inputCount() const;
    bool hasInput(std::size_t index) const;
    std::size_t outputCount() const { return static_cast<std::size_t>(node_.output_size()); }
    // The input is a constant that is known now.
    bool isConstant(std::size_t index) const;

    // The following throw InputError if the input is not known or not what they return,
    // RefusedBefore if its node was refused.

    // nullptr if the input is left out.
    const FileConstant* constant(std::size_t index, std::string_view what) const;
    // As constant(), for an input that must be there.
    const FileConstant& required(std::size_t index, std::string_view what) const;
    // The numbers of a shape, with a first one that is the traced batch as any batch, if the first
    // size of input 0 is.
    BatchShape targetShape(std::size_t index, std::string_view what) const;
    // A list of whole numbers; empty if it is left out.
    BatchShape batchNumbers(std::size_t index, std::string_view what) const;
    // The same, with none that depends on the batch.
    Shape wholeNumbers(std::size_t index, std::string_view what) const;
    // A single float; `otherwise` if it is left out.
    float scalar(std::size_t index, std::string_view what, float otherwise) const;
    // Whole numbers that were an attribute before `opset` and are an input since.
    Shape attributeOrInput(std::int64_t opset, const std::string& name, std::size_t index);
    // The shape of an input that must be there.
    BatchShape shapeOf(std::size_t index) const;

  private:
    const std::string& nameOf(std::size_t index) const;

    std::int64_t opset_;
    const onnx::NodeProto& node_;
    const KnownValues& known_;
};

// Throws InputError, with `what` and the numbers, if one of them depends on the batch.
Shape fixedNumbers(const BatchShape& numbers, std::string_view what);

}  // namespace aslog::ptq
