// A layer that was made for one array, for another array.
// Definition: docs/arithmetic.md, section 7, "The same layer on another array".
#pragma once

#include "golden/arithmetic/numerics.h"
#include "golden/layer/conv.h"

namespace aslog::compiler {

/// The layer that gives on `to` exactly the outputs that `layer` gives on `from`, for every input.
/// `layer` must be legal on `from`; the result is legal on `to`. Throws golden::DoesNotFit if
/// there is none: all fields of the array's spec that do not fit, what the network needs, what the
/// array has, and what to do.
[[nodiscard]] golden::ConvLayer adaptLayer(const golden::ConvLayer& layer,
                                           const golden::Numerics& from,
                                           const golden::Numerics& to);

}  // namespace aslog::compiler
