#include "compiler/pieces.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "golden/arithmetic/integers.h"

namespace aslog::compiler {
namespace {

using golden::ArrayShape;
using golden::ConvGeometry;
using golden::ConvLayer;
using golden::Tensor;

/// How many of the `wanted` outputs from `first` on there are.
PieceSize fitted(const PieceSize& wanted, const OutputPlace& first, const Tensor& outputs) {
    return {std::min(wanted.channels, outputs.channels - first.channel),
            std::min(wanted.height, outputs.height - first.y),
            std::min(wanted.width, outputs.width - first.x)};
}

/// The pixels that windows read along one axis: from where, which may be in the padding, how many.
struct Span {
    int first;
    int count;
};

Span readBy(int firstOutput, int outputs, int stride, int kernel, int dilation, int padding) {
    return {firstOutput * stride - padding, (outputs - 1) * stride + (kernel - 1) * dilation + 1};
}

/// A part of a tensor; what lies outside it is `padding`.
Tensor window(const Tensor& from, const Span& rows, const Span& columns, std::uint8_t padding) {
    Tensor part{from.channels, rows.count, columns.count, {}};
    part.data.reserve(part.size());
    for (int c = 0; c < from.channels; ++c) {
        for (int y = rows.first; y < rows.first + rows.count; ++y) {
            for (int x = columns.first; x < columns.first + columns.count; ++x) {
                const bool isInside = y >= 0 && y < from.height && x >= 0 && x < from.width;
                part.data.push_back(isInside ? from.at(c, y, x) : padding);
            }
        }
    }
    return part;
}

/// The elements of [channel][y][x] values that belong to a piece.
template <class T>
std::vector<T> cut(const std::vector<T>& values, const Tensor& outputs, const OutputPlace& first,
                   const PieceSize& size) {
    std::vector<T> part;
    for (int c = first.channel; c < first.channel + size.channels; ++c) {
        for (int y = first.y; y < first.y + size.height; ++y) {
            const auto row =
                values.begin() + (std::ptrdiff_t{c} * outputs.height + y) * outputs.width + first.x;
            part.insert(part.end(), row, row + size.width);
        }
    }
    return part;
}

ConvLayer channelsOf(const ConvLayer& layer, const OutputPlace& first, const PieceSize& size,
                     const Tensor& outputs) {
    const auto from = std::ptrdiff_t{first.channel};
    const auto taps = static_cast<std::ptrdiff_t>(layer.geometry.taps());
    ConvLayer part;
    part.geometry = layer.geometry;
    part.geometry.outputChannels = size.channels;
    part.geometry.padTop = part.geometry.padBottom = 0;
    part.geometry.padLeft = part.geometry.padRight = 0;
    part.inputZeroPoint = layer.inputZeroPoint;
    part.clamp = layer.clamp;
    part.codes.assign(layer.codes.begin() + from * taps,
                      layer.codes.begin() + (from + size.channels) * taps);
    part.channels.assign(layer.channels.begin() + from,
                         layer.channels.begin() + from + size.channels);
    const bool isPerChannel = layer.offsets.size() == layer.channels.size();
    part.offsets = isPerChannel ? std::vector(layer.offsets.begin() + from,
                                              layer.offsets.begin() + from + size.channels)
                                : cut(layer.offsets, outputs, first, size);
    return part;
}

}  // namespace

std::int64_t activationBeats(const LayerCase& whole, const ArrayShape& shape) {
    const Tensor& outputs = whole.expected;
    return golden::ceilDivide(whole.layer.geometry.taps(), shape.rows) *
           golden::ceilDivide(outputs.channels, shape.columns) * outputs.height * outputs.width;
}

PieceSize pieceSize(const LayerCase& whole, const ArrayShape& shape, std::int64_t maxBeats) {
    const Tensor& outputs = whole.expected;
    const std::int64_t tiles = golden::ceilDivide(whole.layer.geometry.taps(), shape.rows);
    // Pixels of one group of columns, whose tiles then stand as often as in the whole layer.
    const std::int64_t budget = std::max<std::int64_t>(1, maxBeats / tiles);
    const std::int64_t pixels = std::int64_t{outputs.height} * outputs.width;
    if (budget >= pixels) {
        const std::int64_t channels = budget / pixels * shape.columns;
        return {static_cast<int>(std::min<std::int64_t>(channels, outputs.channels)),
                outputs.height, outputs.width};
    }
    const int channels = std::min(shape.columns, outputs.channels);
    if (budget >= outputs.width) {
        return {channels, static_cast<int>(budget / outputs.width), outputs.width};
    }
    return {channels, 1, static_cast<int>(budget)};
}

LayerCase pieceOf(const LayerCase& whole, const OutputPlace& first, const PieceSize& size) {
    const ConvGeometry& g = whole.layer.geometry;
    const PieceSize piece = fitted(size, first, whole.expected);
    const Span rows =
        readBy(first.y, piece.height, g.strideY, g.kernelHeight, g.dilationY, g.padTop);
    const Span columns =
        readBy(first.x, piece.width, g.strideX, g.kernelWidth, g.dilationX, g.padLeft);
    const OutputPlace origin{whole.origin.channel + first.channel, whole.origin.y + first.y,
                             whole.origin.x + first.x};
    return {.name = whole.name,
            .layer = channelsOf(whole.layer, first, piece, whole.expected),
            .input = window(whole.input, rows, columns,
                            static_cast<std::uint8_t>(whole.layer.inputZeroPoint)),
            .expected = {piece.channels, piece.height, piece.width,
                         cut(whole.expected.data, whole.expected, first, piece)},
            .origin = origin};
}

void forEachPiece(const LayerCase& whole, const ArrayShape& shape, std::int64_t maxBeats,
                  const std::function<bool(const LayerCase&)>& visit) {
    if (activationBeats(whole, shape) <= maxBeats) {
        visit(whole);
        return;
    }
    const PieceSize size = pieceSize(whole, shape, maxBeats);
    for (int c = 0; c < whole.expected.channels; c += size.channels) {
        for (int y = 0; y < whole.expected.height; y += size.height) {
            for (int x = 0; x < whole.expected.width; x += size.width) {
                if (!visit(pieceOf(whole, {c, y, x}, size))) {
                    return;
                }
            }
        }
    }
}

}  // namespace aslog::compiler
