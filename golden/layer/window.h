// One window of a layer, tap by tap. Internal to golden/.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "golden/layer/conv.h"

namespace aslog::golden {

/// The activations of the window of output (y, x), padding included, in the order of the codes of a
/// channel: [input channel][ky][kx].
[[nodiscard]] std::vector<std::uint8_t> windowOf(const ConvLayer& layer, const Tensor& input, int y,
                                                 int x);

/// The codes of one output channel, in the same order.
[[nodiscard]] std::span<const Code> codesOf(const ConvLayer& layer, int outputChannel);

}  // namespace aslog::golden
