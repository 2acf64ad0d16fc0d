// Operators of the graph that a file applies to constants and shapes, as exporters write
// x.view(x.size(0), -1): their results are needed before the network runs.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ptq/graph/operators.h"
#include "ptq/onnx/tensors.h"

namespace aslog::ptq {

// Shapes and pads are far shorter. The limit keeps a small file from filling the memory.
inline constexpr std::int64_t kMaxComputedNumbers = 256;

// Throws InputError if a tensor of this shape would have more numbers than that.
void requireFew(const Shape& shape);

// The result of `op` if all operands are whole numbers and it moves, joins, adds, subtracts,
// multiplies or divides them, or if it is the Identity of few floats: limits have no other
// operators. nullopt for everything else, nullptr among the operands included. Throws InputError
// as outputShape(), calculate() and requireFew() do.
std::optional<FileConstant> evaluate(const Operator& op,
                                     const std::vector<const FileConstant*>& operands);

}  // namespace aslog::ptq
