// Shape inference for every batch size at once. What needs a shape while the file is read needs it
// here; ptq/graph/shapes.h knows one batch size at a time.
#pragma once

#include <vector>

#include "ptq/graph/graph.h"
#include "ptq/onnx/batch_number.h"

namespace aslog::ptq {

// The shape of a graph input. Throws InputError if it is too large.
BatchShape inputBatchShape(const Shape& shape);

// Shape of a node's output. `inputs` come from these functions, or are those of constants. Throws
// InputError, without the node's name, as outputShape() does, and if a size is not known to be
// fixed or a multiple of the batch size.
BatchShape outputBatchShape(const Operator& op, const std::vector<BatchShape>& inputs);

// The Reshape to `target`, as ONNX understands its 0 and -1, with no size that depends on the
// batch: such a size is copied (0) or what remains (-1). Throws InputError if that is impossible.
Reshape reshapeForEveryBatch(const BatchShape& input, const BatchShape& target, bool allowZero);

}  // namespace aslog::ptq
