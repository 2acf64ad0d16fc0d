// What is known of each value of a file before the network runs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ptq/onnx/batch_shapes.h"
#include "ptq/onnx/tensors.h"
#include "support/error.h"

namespace aslog::ptq {

// A node cannot be read only because one before it was refused: no fault of its own.
struct RefusedBefore : support::InputError {
    using support::InputError::InputError;
};

class KnownValues {
  public:
    // Each value is added once, those that a node reads before the node.
    void addConstant(const std::string& name, FileConstant constant);
    void addInput(const std::string& name, const Shape& shape);
    void addUnknownShape(const std::string& name, const std::string& reason);
    void addRefused(const std::string& name);

    // The batch that the file was traced with, if its graph is read for any: what a Reshape to
    // constants gives its first size for.
    void setTracedBatch(std::int64_t batch) { tracedBatch_ = batch; }
    std::optional<std::int64_t> tracedBatch() const { return tracedBatch_; }

    // Adds what a node computes, with the shape that follows from its inputs if it does.
    void addResult(const std::string& name, const Operator& op,
                   const std::vector<std::string>& inputs);

    // Its numbers, nullptr if only a run can tell. Throws RefusedBefore if its node was refused.
    const FileConstant* constant(const std::string& name) const;

    // Its shape. Throws InputError with the reason why it is not known, RefusedBefore as above.
    BatchShape shape(const std::string& name) const;

  private:
    struct UnknownShape {
        std::string reason;
    };
    struct Refused {};
    using Knowledge = std::variant<FileConstant, BatchShape, UnknownShape, Refused>;

    void addShape(const std::string& name, const std::function<BatchShape()>& infer);
    const Knowledge& find(const std::string& name) const;

    std::map<std::string, Knowledge> values_;
    std::optional<std::int64_t> tracedBatch_;
};

}  // namespace aslog::ptq
