// How much noise an element adds, by a model: what makes a comparison of arrays whose products lose
// columns one at equal accuracy.
// Definition: docs/arithmetic.md, section 8, "Dropped columns at equal noise".
#pragma once

#include <string>

#include "golden/arithmetic/element.h"

namespace aslog::golden {

/// Where the model has the zero of its activations: at what is best for the element.
[[nodiscard]] int modelZeroPoint(const Element& element);

/// Noise over signal at the output of the layer model, both as variances over windows, that the
/// columns dropped by `element` cause once the mean is corrected: 0 for none. For elements of one
/// or two rows.
[[nodiscard]] double cutNoise(const Element& element);

/// How many columns, at most 6, the baseline must drop for its noise to be nearest, as a ratio, to
/// this; 0 for no noise. Throws std::invalid_argument if no baseline has the name.
[[nodiscard]] int columnsOfEqualNoise(const std::string& baseline, int activationBits,
                                      double noise);

}  // namespace aslog::golden
