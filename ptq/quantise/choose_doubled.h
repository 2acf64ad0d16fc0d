// Which layers gain most from two codes a weight, by calibration alone.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ptq/quantise/quantise.h"

namespace aslog::ptq {

struct DoubledChoice {
    std::vector<std::string> layers;  // names for doubleCodes(), in the order of the network
    double moreMacs = 0;              // multiply-accumulates that they add, as a part of all
    std::size_t images = 0;           // of the trials
    double before = 0;                // error of the network without them, on these images: KL from
    double after = 0;                 // float if it has answers, or the calibration error
};

// Layers are taken by the noise to signal that they add to that of their inputs, for each
// multiply-accumulate that a second code of their weights costs, as long as all of these together
// are at most `budget` (0 to 1) of the network's. None if that does not make the error less, or is
// too much for a width of the array. `graph`: folded; `images`: as for Quantiser. `progress` is
// told before each step of two trials. Throws as Quantiser::run() does.
DoubledChoice chooseDoubled(const Graph& graph, const FloatTensor& images,
                            const NumberFormat& format, const QuantiseOptions& options,
                            double budget, const QuantiseProgress& progress);

}  // namespace aslog::ptq
