// Maps a convolution layer onto the array's streams.
// Definition: docs/architecture.md, "Dataflow"; folding: docs/arithmetic.md, section 6.
#pragma once

#include <optional>
#include <vector>

#include "golden/array.h"
#include "golden/layer/conv.h"

namespace aslog::compiler {

/// Grouped: all slots start and end their windows together, `pixels` windows at a time.
/// Staggered: the slots start at evenly spread tiles, so that windows end at evenly spread times
/// and the drain never has to wait for a burst; a few more beats at the ends of a layer.
enum class WindowOrder { grouped, staggered };

struct OutputPlace {
    int channel;
    int y;
    int x;
    friend bool operator==(const OutputPlace&, const OutputPlace&) = default;
};

struct Schedule {
    golden::ClampRange clamp;
    std::vector<golden::WeightBeat> weights;
    std::vector<golden::ActivationBeat> activations;
    std::vector<golden::ParameterBeat> parameters;  // as many as output beats
    /// Per output beat and lane with a column: what it holds; nothing for unused columns.
    std::vector<std::vector<std::optional<OutputPlace>>> places;
    int outputChannels = 0;
    int outputHeight = 0;
    int outputWidth = 0;
};

/// Output channels in groups of `columns`; for each, pixels in groups of `pixels` slots; for each,
/// tiles of `rows` taps; for each, the pixels. A tile that already stands is not loaded again.
/// Throws std::invalid_argument, with the numbers, for an illegal layer (see checkLayer).
[[nodiscard]] Schedule scheduleConv(const golden::ConvLayer& layer, const golden::Tensor& input,
                                    const golden::ArrayShape& shape,
                                    const golden::Numerics& numerics,
                                    WindowOrder order = WindowOrder::grouped);

/// Puts output beats back into a tensor. Throws std::invalid_argument if their number is wrong.
[[nodiscard]] golden::Tensor collectOutputs(const Schedule& schedule,
                                            const std::vector<golden::OutputBeat>& outputs);

}  // namespace aslog::compiler
