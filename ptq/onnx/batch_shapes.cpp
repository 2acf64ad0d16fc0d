#include "ptq/onnx/batch_shapes.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <variant>

#include <fmt/format.h>

#include "ptq/graph/shapes.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using support::InputError;

// The shape for every batch N, from those for 1, 2 and 3. They are a proof, since shape rules
// (other than those that requireProportional() excludes) copy, add, multiply and divide sizes a and
// b * N: the result is k * N^n or a + b * N, and two batches tell whether it is fixed or a
// multiple. Where sizes are compared or broadcast, a and b * N agree for N = 1 and one other batch
// at most.
template <typename ShapeAt>
BatchShape fromSamples(const ShapeAt& shapeAt) {
    const Shape one = shapeAt(1);
    const Shape two = shapeAt(2);
    const Shape three = shapeAt(3);
    if (one.size() != two.size() || one.size() != three.size()) {
        throw InputError("the number of dimensions depends on the batch");
    }
    BatchShape result;
    for (std::size_t i = 0; i < one.size(); ++i) {
        const bool isFixed = one[i] == two[i] && one[i] == three[i];
        // elementCount() has bounded the sizes.
        const bool isMultiple = two[i] == 2 * one[i] && three[i] == 3 * one[i];
        if (!isFixed && !isMultiple) {
            throw InputError(fmt::format(
                "dimension {} is {}, {}, {} for a batch of 1, 2, 3: neither fixed nor a multiple",
                i, one[i], two[i], three[i]));
        }
        result.emplace_back(one[i], !isFixed);
    }
    return result;
}

bool isWhole(const Slice& slice, std::size_t i) {
    return slice.starts[i] == 0 && slice.steps[i] == 1 && slice.ends[i] >= kMaxElements;
}

// Throws InputError if a window or a Slice works along the batch: it rounds or limits sizes, and
// the batches 1, 2 and 3 say nothing about others.
void requireProportional(const Operator& op, const std::vector<BatchShape>& inputs) {
    const bool isWindow =
        std::holds_alternative<Conv>(op) || std::holds_alternative<ConvTranspose>(op) ||
        std::holds_alternative<MaxPool>(op) || std::holds_alternative<AveragePool>(op);
    for (std::size_t n = 0; isWindow && n < inputs.size(); ++n) {
        const std::size_t first = n == 0 ? std::min<std::size_t>(inputs[0].size(), 1) : 0;
        const BatchShape others(inputs[n].begin() + static_cast<std::ptrdiff_t>(first),
                                inputs[n].end());
        if (dependsOnBatch(others)) {
            throw InputError("a window moves along the batch");
        }
    }
    const auto* slice = std::get_if<Slice>(&op);
    if (slice == nullptr || inputs.empty()) {
        return;
    }
    sliceRanges(*slice, atBatch(inputs[0], 1));  // refuses axes that are out of range
    for (std::size_t i = 0; i < slice->axes.size(); ++i) {
        const BatchNumber& size = inputs[0][axisIndex(slice->axes[i], inputs[0].size())];
        if (size.timesBatch && !isWhole(*slice, i)) {
            throw InputError("a slice of the batch is taken");
        }
    }
}

std::vector<Shape> allAtBatch(const std::vector<BatchShape>& shapes, std::int64_t batch) {
    std::vector<Shape> result;
    std::transform(shapes.begin(), shapes.end(), std::back_inserter(result),
                   [batch](const BatchShape& shape) { return atBatch(shape, batch); });
    return result;
}

}  // namespace

BatchShape inputBatchShape(const Shape& shape) {
    return fromSamples([&](std::int64_t batch) {
        Shape result = shape;
        if (!result.empty() && result[0] == kSymbolicBatch) {
            result[0] = batch;
        }
        elementCount(result);
        return result;
    });
}

BatchShape outputBatchShape(const Operator& op, const std::vector<BatchShape>& inputs) {
    if (std::none_of(inputs.begin(), inputs.end(), dependsOnBatch)) {
        const Shape shape = outputShape(op, allAtBatch(inputs, 1));
        return {shape.begin(), shape.end()};
    }
    requireProportional(op, inputs);
    return fromSamples(
        [&](std::int64_t batch) { return outputShape(op, allAtBatch(inputs, batch)); });
}

Reshape reshapeForEveryBatch(const BatchShape& input, const BatchShape& target, bool allowZero) {
    const BatchShape resolved = fromSamples([&](std::int64_t batch) {
        return outputShape(Reshape{atBatch(target, batch), allowZero}, {atBatch(input, batch)});
    });
    Reshape reshape{{}, allowZero};
    bool hasRest = false;
    for (std::size_t i = 0; i < resolved.size(); ++i) {
        if (!resolved[i].timesBatch) {
            reshape.dims.push_back(resolved[i].factor);
        } else if (!allowZero && i < input.size() && input[i] == resolved[i]) {
            reshape.dims.push_back(0);
        } else if (!hasRest) {
            reshape.dims.push_back(-1);
            hasRest = true;
        } else {
            throw InputError(fmt::format("{} to {}: more than one size depends on the batch",
                                         batchShapeText(input), batchShapeText(resolved)));
        }
    }
    return reshape;
}

}  // namespace aslog::ptq
