// Shape inference: the shape of every value, from those of the inputs.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ptq/graph/graph.h"

namespace aslog::ptq {

// Shape of a node's output. Throws InputError, without the node's name, if the number of inputs, a
// rank, a size or an attribute does not suit the operator.
Shape outputShape(const Operator& op, const std::vector<Shape>& inputs);

// Shapes of all values, by ValueId; that of a value that nothing uses may be empty. `inputShapes`
// are those of graph.inputs, in order; a size that the graph fixes must agree. Throws InputError
// with the names of the input or node and of what is wrong.
std::vector<Shape> inferShapes(const Graph& graph, const std::vector<Shape>& inputShapes);

// The shapes of graph.inputs, with `batch` in place of a symbolic batch dimension.
std::vector<Shape> inputShapes(const Graph& graph, std::int64_t batch);

// An axis of ONNX (negative: from the end) as an index below `rank`. Throws InputError if it is out
// of range.
std::size_t axisIndex(std::int64_t axis, std::size_t rank);

// numpy's broadcast of two shapes. Throws InputError if there is none.
Shape broadcast(const Shape& a, const Shape& b);

// True if a tensor of shape `constant`, broadcast to `like`, varies from channel to channel
// (dimension 1) at most, and needs no more dimensions than `like` has.
bool hasOneNumberAChannel(const Shape& constant, const Shape& like);

// The spatial sizes: all but the first two.
Shape spatialSizes(const Shape& shape);

// What a Slice takes along one dimension.
struct SliceRange {
    std::int64_t start = 0;
    std::int64_t step = 1;
    std::int64_t count = 0;
};

// One for each dimension of `input`. Throws InputError as outputShape().
std::vector<SliceRange> sliceRanges(const Slice& slice, const Shape& input);

// The permutation of a Transpose with its default filled in; checked.
std::vector<std::size_t> permutationOf(const Transpose& transpose, std::size_t rank);

}  // namespace aslog::ptq
