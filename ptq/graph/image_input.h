// Inputs that take an image in another layout than [N, C, H, W].
#pragma once

#include <cstdint>
#include <string>

#include "ptq/graph/graph.h"

namespace aslog::ptq {

// Gives a graph of one input one that takes images [N, C, H, W], by an operator in front of it: one
// of [N, H, W, C], of [N, C * H * W], which takes the elements in the order of [C, H, W], or, with
// a height or one channel of 1, of [N, C, W], [N, W, C] or [N, H, W]. False if the input is none of
// these; nothing happens to one that fits.
bool acceptImages(Graph& graph, std::int64_t channels, std::int64_t height, std::int64_t width);

// The images that an input takes.
struct ImageLayout {
    std::string name;  // of the dimensions: "NCHW", "NHWC", "NHW"; "NK" for a vector
    // 0: the shape does not tell, as that of a vector, or of dimensions that no image has.
    std::int64_t channels = 0;
    std::int64_t height = 0;
    std::int64_t width = 0;
};

// Of an input's shape, batch first. Four dimensions are NCHW, as ONNX has them, unless only the
// last counts 1 or 3 channels: NHWC. Three are NHW, which is NCW if the network goes along one
// dimension.
ImageLayout imageLayoutOf(const Shape& input);

}  // namespace aslog::ptq
