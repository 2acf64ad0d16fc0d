// What a quantisation does, and for which array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "golden/arithmetic/format.h"
#include "golden/arithmetic/numerics.h"

namespace aslog::ptq {

// The steps of the pipeline, each of which can be left out to see what it is worth.
struct QuantiseSteps {
    bool rangeCalibration = true;    // clip activations where that makes the square error least;
                                     // otherwise all that calibration has seen is covered
    bool scaleSearch = true;         // weight scale of least square error of the weights;
                                     // otherwise the largest weight is the largest level
    bool meanCorrection = true;      // mu_c (Banner et al. 2019), for an array that has a BCE
    bool varianceCorrection = true;  // xi_c (Banner et al. 2019), inside M_c
    bool biasCorrection = true;      // means of outputs on the calibration images (Nagel et al.
                                     // 2019), inside b_c
    bool outputScaleSearch = true;   // weight scale of least square error of the outputs
    bool compensation = true;        // rounding whose errors make up for each other (Rounding)
    bool clampWeighting = true;      // with it, errors count as far as the clamp behind the layer
                                     // lets them through (ClampMoments)
};

// "range-calibration", "scale-search", ...: in the order above.
const std::vector<std::string>& stepNames();

// The switch of that name. Throws support::InputError, which names all, for another name.
bool& stepNamed(QuantiseSteps& steps, const std::string& name);

// For which element and widths a network is quantised.
struct NumberFormat {
    std::string element = "slogii";  // or a name of golden::baselineNames()
    golden::FormatSpec slog;         // of the weights; of a baseline its activationBits only
    golden::NumericsSpec numerics;   // maxTaps: of the largest layer
};

// Throws std::invalid_argument as golden::deriveNumerics() does.
golden::Numerics numericsOf(const NumberFormat& format);

// "4 bits, 4 half-octave steps, zero", or the name of the baseline.
std::string describe(const NumberFormat& format);

struct QuantiseOptions {
    QuantiseSteps steps = {};
    std::size_t largestWindows = std::size_t{1} << 17;  // that a layer's moments are taken from
    std::size_t largestClampWindows = std::size_t{1} << 16;  // likewise, of one channel's moments
    std::int64_t largestClampTaps = 640;  // of layers with clamp weighting: it factors a matrix of
                                          // taps × taps for every channel
    double damping = 0.01;                // as RoundingOptions::damping
};

// For quantisations that are only compared with each other: on the first kTrialImages images, with
// fewer windows and without clamp weighting, which would take most of the time.
inline constexpr std::size_t kTrialImages = 32;
QuantiseOptions trialOptions(QuantiseOptions options);

}  // namespace aslog::ptq
