// The workload that needs no files from outside: the small CNN of examples/fashion_cnn.
#pragma once

#include <cstddef>

#include "generator/elab/design.h"
#include "power/workload.h"

namespace aslog::examples {

// Quantised for the design from a few images without the slow steps. The images are those of
// Fashion-MNIST if Debian's package is installed, otherwise noise, as the `source` says. Throws
// power::WorkloadMisfit if the array can not hold it.
power::Workload exampleWorkload(const Design& design, std::size_t images);

}  // namespace aslog::examples
