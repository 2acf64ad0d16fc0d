// A convolution with its input and its outputs, whole or in pieces, as traffic of the array.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "golden/conv.h"
#include "golden/schedule.h"
#include "tb/traffic.h"

namespace aslog::tb {

struct LayerCase {
    std::string name;
    golden::ConvLayer layer;
    golden::Tensor input;
    golden::Tensor expected;              // outputs
    golden::OutputPlace origin{0, 0, 0};  // of the first output, in the layer that people know
};

/// The schedule of the layer; what has to come out is `expected`. Throws std::invalid_argument as
/// golden::scheduleConv() does.
[[nodiscard]] Traffic trafficOf(const Device& device, const LayerCase& whole,
                                golden::WindowOrder order);

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
[[nodiscard]] LayerCase pieceOf(const LayerCase& whole, const golden::OutputPlace& first,
                                const PieceSize& size);

/// Calls `visit` with each piece, one in memory at a time, until it returns false. A layer that
/// needs no cut is its own piece.
void forEachPiece(const LayerCase& whole, const golden::ArrayShape& shape, std::int64_t maxBeats,
                  const std::function<bool(const LayerCase&)>& visit);

}  // namespace aslog::tb
