// What products lose where their lowest columns are dropped, told as errors of their activations:
// so that the step and the zero point of a tensor can be chosen for the element that reads it.
// Definition: docs/quantisation.md, "Dropped columns".
#pragma once

#include <vector>

#include "golden/arithmetic/element.h"

namespace aslog::golden {

/// Mean squares over the weights of the layer model, in steps of the activation squared; a product
/// w * q that loses l is as wrong as one whose q is off by l / w.
struct CutError {
    /// What scatters, for a q with any lowest bits.
    double scatter = 0;
    /// By the lowest bits of q: by how much such a product loses more or less than those with the
    /// same weight do on average. What weights of both signs lose in one direction counts as often
    /// as the taps of the layer model move together.
    std::vector<double> ofDigits = {0};
};

/// Of an element of two rows as if the other row were idle. All 0 if it drops no column.
[[nodiscard]] CutError cutErrorOf(const Element& element);

/// The error of an activation that is 0 in a part `zeros` of the windows, its rounding included, in
/// steps squared; the step is that of a tensor whose zero point is z.
[[nodiscard]] double activationError(const CutError& cut, double zeros, int zeroPoint);

/// The z for which that error is least at a given range of values above 0, of which the z lowest
/// of 0 ... top have none: a q of 0 loses nothing, and with it all inputs that a ReLU cleared lose
/// less than others at the same time. 0 if that does not matter.
[[nodiscard]] int bestZeroPoint(const CutError& cut, double zeros, int top);

}  // namespace aslog::golden
