// A convolution with its input and its outputs, whole or in pieces.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "compiler/schedule.h"
#include "golden/layer/conv.h"

namespace aslog::compiler {

struct LayerCase {
    std::string name;
    golden::ConvLayer layer;
    golden::Tensor input;
    golden::Tensor expected;      // outputs
    OutputPlace origin{0, 0, 0};  // of the first output, in the layer that people know
};

/// Beats of the activation stream that the schedule has.
[[nodiscard]] std::int64_t activationBeats(const LayerCase& whole, const golden::ArrayShape& shape);

/// Outputs of one piece, in each direction.
struct PieceSize {
    int channels = 1;
    int height = 1;
    int width = 1;
};

/// Pieces of at most `maxBeats` activation beats, if one pixel of one group of columns has no more:
/// several groups of columns, or one group and several rows, or part of a row.
[[nodiscard]] PieceSize pieceSize(const LayerCase& whole, const golden::ArrayShape& shape,
                                  std::int64_t maxBeats);

/// The outputs from `first` on, as a layer of their own: the part of the input that they read, with
/// the layer's padding as pixels where the windows reach beyond its border.
[[nodiscard]] LayerCase pieceOf(const LayerCase& whole, const OutputPlace& first,
                                const PieceSize& size);

/// Calls `visit` with each piece, one in memory at a time, until it returns false. A layer that
/// needs no cut is its own piece.
void forEachPiece(const LayerCase& whole, const golden::ArrayShape& shape, std::int64_t maxBeats,
                  const std::function<bool(const LayerCase&)>& visit);

}  // namespace aslog::compiler
