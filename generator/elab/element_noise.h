// How much noise an element adds, by a model: what makes a comparison of arrays whose products lose
// columns one at equal accuracy.
// Definition: docs/arithmetic.md, section 8, "Dropped columns at equal noise".
#pragma once

#include <string>

#include "golden/arithmetic/element.h"

namespace aslog {

// Noise over signal at the output of a layer, both as variances, that rounding its weights to the
// element's values causes: E[e^2] / E[w^2] of normal weights at the scale of least square error,
// every one rounded to the nearest.
[[nodiscard]] double roundingNoise(const golden::Element& element);

// Noise over signal at the output of a large layer, both as variances over windows, that the
// columns dropped by `element` cause once the mean is corrected: 0 for none. Of a model: weights
// are normal, on the element's values at the scale of least square error; activations are 0 or
// half-normal, with more of them above 0 in one half of the windows than in the other. For elements
// of one or two rows.
[[nodiscard]] double cutNoise(const golden::Element& element);

// How many columns, at most 6, the baseline must drop for its noise to be nearest, as a ratio, to
// this; 0 for no noise. Throws std::invalid_argument if no baseline has the name.
[[nodiscard]] int columnsOfEqualNoise(const std::string& baseline, int activationBits,
                                      double noise);

}  // namespace aslog
