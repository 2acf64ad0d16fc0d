// The steps of activations and weights: what the integers of a network stand for.
// Definition: docs/arithmetic.md, sections 4 and 7.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "golden/arithmetic/numerics.h"
#include "golden/network/network.h"
#include "golden/noise/cut_error.h"

namespace aslog::ptq {

// x = scale * (q - zeroPoint)
struct ActivationScale {
    double scale = 1;
    int zeroPoint = 0;
};

// The largest number that is both an activation and an output.
int largestActivation(const golden::Numerics& numerics);

// The q nearest to x, 0 ... top; a tie goes up.
int quantiseActivation(double x, const ActivationScale& scale, int top);

// What calibration has seen of a tensor.
struct ActivationSample {
    double low = 0;   // of all elements, at most 0
    double high = 0;  // likewise, at least 0
    std::vector<float> values;
};

// A scale for 0 ... top in which 0 is exact. `clips`: of many ranges the one with the least square
// error over the sample, which may cut off the largest; otherwise all that was seen. `cut`: what
// the products of the values will lose, an error that grows with the step; where no value is below
// 0 it also decides how far the zero point lies above 0.
ActivationScale chooseScale(const ActivationSample& sample, int top, bool clips,
                            const golden::CutError& cut = {});

// The nearest M / 2^s to `value` with M below 2^scaleBits and s from shiftMin to shiftMax, M as
// large as fits, at least 1. Sets isReached to false if value is beyond the largest of them.
golden::Ratio nearestRatio(double value, int scaleBits, int shiftMin, int shiftMax,
                           bool* isReached = nullptr);

double valueOf(const golden::Ratio& ratio);

// A ratio of kRatioBits between the steps of two tensors. Throws support::InputError if it is
// beyond 2^kRatioBits / 2.
golden::Ratio tensorRatio(double value);

// Which d_c the PCF of a layer can express: y's step * M_c / 2^s_c = x's step * d_c *
// 2^(dropped - f).
class WeightScales {
  public:
    WeightScales(const golden::Numerics& numerics, const ActivationScale& input,
                 const ActivationScale& output);

    golden::Ratio ratio(double weightScale) const;  // of M_c and s_c
    double snap(double weightScale) const;          // the nearest that can be expressed
    double largest() const;

    // What the shift of t rounds away on average, in units of t; 0 where it loses nothing.
    double meanShiftLoss(double weightScale) const;

  private:
    int scaleBits_;
    int shiftMin_;
    int shiftMax_;
    double unit_;  // d_c for M_c / 2^s_c = 1
};

}  // namespace aslog::ptq
