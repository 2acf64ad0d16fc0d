// A layer that was made for one array, for another array.
// Definition: docs/arithmetic.md, section 7, "The same layer on another array".
#pragma once

#include "golden/conv.h"
#include "golden/numerics.h"

namespace aslog::golden {

/// The layer that gives on `to` exactly the outputs that `layer` gives on `from`, for every input.
/// `layer` must be legal on `from`; the result is legal on `to`. Throws DoesNotFit if
/// there is none: all fields of the array's spec that do not fit, what the network needs, what the
/// array has, and what to do.
[[nodiscard]] ConvLayer adaptLayer(const ConvLayer& layer, const Numerics& from,
                                   const Numerics& to);

}  // namespace aslog::golden
