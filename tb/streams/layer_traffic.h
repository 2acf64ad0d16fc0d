// A convolution as traffic of the array.
#pragma once

#include "compiler/pieces.h"
#include "compiler/schedule.h"
#include "tb/streams/traffic.h"

namespace aslog::tb {

/// The schedule of the layer; what has to come out is `expected`. Throws std::invalid_argument as
/// compiler::scheduleConv() does.
[[nodiscard]] Traffic trafficOf(const Device& device, const compiler::LayerCase& whole,
                                compiler::WindowOrder order);

}  // namespace aslog::tb
