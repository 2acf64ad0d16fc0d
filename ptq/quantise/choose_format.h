// Which level set suits a network best, by calibration alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ptq/quantise/quantise.h"

namespace aslog::ptq {

struct FormatTrial {
    golden::FormatSpec format;
    double error = 0;  // QuantiseResult::calibrationError
};

using FormatProgress =
    std::function<void(std::size_t done, std::size_t all, const golden::FormatSpec& format)>;

// Quantises with all level sets of format.slog.weightBits, on a part of the images and of the
// windows; best first, of equals the one with fewer half-octave steps. Level sets that the format's
// numerics can not hold are left out. Throws support::InputError if none is left.
std::vector<FormatTrial> compareFormats(const Quantiser& quantiser, const NumberFormat& format,
                                        const QuantiseOptions& options,
                                        const FormatProgress& progress);

}  // namespace aslog::ptq
