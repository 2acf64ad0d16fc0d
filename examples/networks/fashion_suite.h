// The suite `fashion_cnn` of the bench: real images through all convolutions of a trained CNN.
#pragma once

#include "tb/suites/suites.h"

namespace aslog::examples {

/// Quantised for the design as ptq does for accuracy, but quickly; skipped, with the reason, if the
/// images are not installed or the array cannot hold the network. What else goes wrong is a
/// mismatch.
tb::Suite fashionSuite();

}  // namespace aslog::examples
