// Inputs that take an image in another layout than [N, C, H, W].
#pragma once

#include <cstdint>

#include "ptq/graph/graph.h"

namespace aslog::ptq {

// Gives a graph of one input one that takes images [N, C, H, W], by an operator in front of it: one
// of [N, H, W, C], of [N, C * H * W], which takes the elements in the order of [C, H, W], or, with
// a height or one channel of 1, of [N, C, W], [N, W, C] or [N, H, W]. False if the input is none of
// these; nothing happens to one that fits.
bool acceptImages(Graph& graph, std::int64_t channels, std::int64_t height, std::int64_t width);

}  // namespace aslog::ptq
