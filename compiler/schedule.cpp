#include "compiler/schedule.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

#include "golden/arithmetic/bce.h"
#include "golden/arithmetic/integers.h"

namespace aslog::compiler {
namespace {

using golden::ActivationBeat;
using golden::ArrayShape;
using golden::ceilDivide;
using golden::ChannelParameters;
using golden::Code;
using golden::ConvGeometry;
using golden::ConvLayer;
using golden::Numerics;
using golden::OutputBeat;
using golden::ParameterBeat;
using golden::PcfParameters;
using golden::Tensor;
using golden::WeightBeat;

class Scheduler {
  public:
    Scheduler(const ConvLayer& layer, const Tensor& input, const ArrayShape& shape,
              const Numerics& numerics, WindowOrder order)
        : layer_(layer),
          geometry_(layer.geometry),
          input_(input),
          shape_(shape),
          numerics_(numerics),
          tiles_(static_cast<int>(ceilDivide(geometry_.taps(), shape.rows))) {
        schedule_.clamp = layer.clamp;
        schedule_.outputChannels = geometry_.outputChannels;
        schedule_.outputHeight = geometry_.outputHeight(input.height);
        schedule_.outputWidth = geometry_.outputWidth(input.width);
        for (int slot = 0; slot < shape.pixels; ++slot) {
            const bool isLate = order == WindowOrder::staggered;
            startTiles_.push_back(
                isLate ? static_cast<int>(std::int64_t{slot} * tiles_ / shape.pixels) : 0);
        }
    }

    Schedule run() {
        for (int first = 0; first < geometry_.outputChannels; first += shape_.columns) {
            prepareParameters(first);
            scheduleChannelGroup(first);
        }
        return std::move(schedule_);
    }

  private:
    /// Every slot works through its windows tile by tile; slot p starts at tile startTiles_[p] and
    /// takes the pixels p, p + pixels, p + 2 * pixels ...
    void scheduleChannelGroup(int firstChannel) {
        const int outputs = schedule_.outputHeight * schedule_.outputWidth;
        const int rounds = ceilDivide(outputs, shape_.pixels) + (startTiles_.back() > 0 ? 1 : 0);
        int standingTile = -1;
        for (std::int64_t step = 0; step < std::int64_t{rounds} * tiles_; ++step) {
            const int tile = static_cast<int>(step % tiles_);
            for (int slot = 0; slot < shape_.pixels; ++slot) {
                const std::int64_t done = step - startTiles_[static_cast<std::size_t>(slot)];
                const std::int64_t output = done / tiles_ * shape_.pixels + slot;
                if (done < 0 || output >= outputs) {
                    continue;
                }
                const bool isNewTile = tile != standingTile;
                if (isNewTile) {
                    loadTile(firstChannel, tile);
                    standingTile = tile;
                }
                emitBeat(static_cast<int>(output), slot, tile, static_cast<int>(done % tiles_),
                         isNewTile);
                if (done % tiles_ == tiles_ - 1) {
                    emitParameters(firstChannel, static_cast<int>(output));
                }
            }
        }
    }

    void loadTile(int firstChannel, int tile) {
        for (int beat = 0; beat < shape_.tileBeats(); ++beat) {
            WeightBeat weights;
            for (int row = 0; row < shape_.weightRows; ++row) {
                const int tileRow = beat * shape_.weightRows + row;
                const std::int64_t tap = tileRow < shape_.rows
                                             ? std::int64_t{tile} * shape_.rows + tileRow
                                             : geometry_.taps();
                for (int column = 0; column < shape_.columns; ++column) {
                    weights.codes.push_back(codeAt(firstChannel + column, tap));
                }
            }
            schedule_.weights.push_back(std::move(weights));
        }
    }

    [[nodiscard]] Code codeAt(int channel, std::int64_t tap) const {
        const bool isUsed = channel < geometry_.outputChannels && tap < geometry_.taps();
        return isUsed ? layer_.code(channel, tap) : numerics_.element->fillCode();
    }

    void emitBeat(int output, int slot, int tile, int position, bool isNewTile) {
        ActivationBeat beat;
        for (int row = 0; row < shape_.rows; ++row) {
            const std::int64_t tap = std::int64_t{tile} * shape_.rows + row;
            beat.q.push_back(tap < geometry_.taps() ? activationAt(output, tap) : std::uint8_t{0});
        }
        beat.slot = slot;
        beat.first = position == 0;
        beat.last = position == tiles_ - 1;
        beat.swap = isNewTile;
        schedule_.activations.push_back(std::move(beat));
    }

    [[nodiscard]] std::uint8_t activationAt(int output, std::int64_t tap) const {
        const int kx = static_cast<int>(tap % geometry_.kernelWidth);
        const int ky = static_cast<int>(tap / geometry_.kernelWidth % geometry_.kernelHeight);
        const int c = static_cast<int>(tap / geometry_.kernelWidth / geometry_.kernelHeight);
        const int y = output / schedule_.outputWidth * geometry_.strideY +
                      ky * geometry_.dilationY - geometry_.padTop;
        const int x = output % schedule_.outputWidth * geometry_.strideX +
                      kx * geometry_.dilationX - geometry_.padLeft;
        const bool isInside = y >= 0 && y < input_.height && x >= 0 && x < input_.width;
        return isInside ? input_.at(c, y, x) : static_cast<std::uint8_t>(layer_.inputZeroPoint);
    }

    /// The parameters of each column, offset apart, which may differ from output to output.
    void prepareParameters(int firstChannel) {
        columnParameters_.assign(
            static_cast<std::size_t>(shape_.drainBeats()) * static_cast<std::size_t>(shape_.lanes),
            {0, numerics_.shiftMin, 0, 0, Code{}});
        for (int column = 0; column < usedColumns(firstChannel); ++column) {
            const int channel = firstChannel + column;
            const ChannelParameters& from = layer_.channels[static_cast<std::size_t>(channel)];
            const std::int64_t bias =
                golden::foldBias(numerics_, from.bias, sumOffsets(channel), from.mu);
            columnParameters_[static_cast<std::size_t>(column)] = {from.scale, from.shift, 0, bias,
                                                                   from.mu};
        }
    }

    [[nodiscard]] int usedColumns(int firstChannel) const {
        return std::min(shape_.columns, geometry_.outputChannels - firstChannel);
    }

    /// Sum of K over all rows of all tiles, those without a tap included, and of the constants of
    /// their elements.
    [[nodiscard]] std::int64_t sumOffsets(int channel) const {
        const std::int64_t rows = std::int64_t{tiles_} * shape_.rows;
        std::int64_t sum = rows / numerics_.element->rows() * numerics_.element->constant();
        for (std::int64_t tap = 0; tap < rows; ++tap) {
            sum += numerics_.element->offset(codeAt(channel, tap));
        }
        return sum;
    }

    void emitParameters(int firstChannel, int output) {
        for (int step = 0; step < shape_.drainBeats(); ++step) {
            ParameterBeat beat;
            std::vector<std::optional<OutputPlace>> places;
            for (int lane = 0; lane < shape_.lanes; ++lane) {
                const int column = step * shape_.lanes + lane;
                PcfParameters parameters = columnParameters_[static_cast<std::size_t>(column)];
                const bool isUsed = column < usedColumns(firstChannel);
                if (isUsed) {
                    parameters.offset = offsetAt(firstChannel + column, output);
                }
                beat.lanes.push_back(parameters);
                if (column < shape_.columns) {
                    places.push_back(isUsed ? std::optional(placeOf(firstChannel + column, output))
                                            : std::nullopt);
                }
            }
            schedule_.parameters.push_back(std::move(beat));
            schedule_.places.push_back(std::move(places));
        }
    }

    [[nodiscard]] OutputPlace placeOf(int channel, int output) const {
        return {channel, output / schedule_.outputWidth, output % schedule_.outputWidth};
    }

    [[nodiscard]] std::int64_t offsetAt(int channel, int output) const {
        const auto c = static_cast<std::size_t>(channel);
        const std::size_t outputs = layer_.offsets.size() / layer_.channels.size();
        const std::size_t within = outputs == 1 ? 0 : static_cast<std::size_t>(output);
        return layer_.offsets[c * outputs + within];
    }

    const ConvLayer& layer_;
    const ConvGeometry& geometry_;
    const Tensor& input_;
    const ArrayShape& shape_;
    const Numerics& numerics_;
    int tiles_;
    std::vector<int> startTiles_;
    std::vector<PcfParameters> columnParameters_;
    Schedule schedule_;
};

}  // namespace

Schedule scheduleConv(const ConvLayer& layer, const Tensor& input, const ArrayShape& shape,
                      const Numerics& numerics, WindowOrder order) {
    golden::checkShape(shape);
    const std::int64_t taps = layer.geometry.taps();
    const std::int64_t fillRows = (shape.rows - taps % shape.rows) % shape.rows;
    golden::checkLayer(layer, numerics, fillRows);
    golden::checkInput(layer, numerics, input);
    return Scheduler(layer, input, shape, numerics, order).run();
}

Tensor collectOutputs(const Schedule& schedule, const std::vector<OutputBeat>& outputs) {
    if (outputs.size() != schedule.places.size()) {
        throw std::invalid_argument(std::to_string(outputs.size()) + " output beats, expected " +
                                    std::to_string(schedule.places.size()));
    }
    Tensor tensor{schedule.outputChannels, schedule.outputHeight, schedule.outputWidth, {}};
    tensor.data.resize(tensor.size());
    for (std::size_t beat = 0; beat < outputs.size(); ++beat) {
        const auto& places = schedule.places[beat];
        for (std::size_t lane = 0; lane < places.size(); ++lane) {
            if (places[lane]) {
                const OutputPlace& place = *places[lane];
                const int index =
                    (place.channel * tensor.height + place.y) * tensor.width + place.x;
                const std::uint32_t value = outputs[beat].values.at(lane);
                if (value > 255) {
                    throw std::invalid_argument("output " + std::to_string(value) +
                                                " does not fit a tensor of 8-bit values");
                }
                tensor.data[static_cast<std::size_t>(index)] = static_cast<std::uint8_t>(value);
            }
        }
    }
    return tensor;
}

}  // namespace aslog::compiler
