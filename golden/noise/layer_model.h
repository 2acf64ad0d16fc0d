// The layer that models of noise are about, the same for every network: normal weights; activations
// of which more are above 0 in one half of the windows than in the other.
// Definition: docs/arithmetic.md, section 8, "Dropped columns at equal noise".
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "golden/arithmetic/element.h"

namespace aslog::golden {

inline constexpr int kModelTaps = 256;
/// Of the activations above 0, in one half of the windows and in the other.
inline constexpr std::array kActiveShares = {0.3, 0.7};

[[nodiscard]] constexpr double square(double x) {
    return x * x;
}

/// The values that the element has with both signs, ascending.
[[nodiscard]] std::vector<std::int64_t> symmetricValues(const Element& element);

struct LikelyWeight {
    std::int64_t value;
    double probability;
};

/// Normal weights, each rounded to the nearest of the symmetric values, at the scale of least
/// square error; ascending.
[[nodiscard]] std::vector<LikelyWeight> likelyWeights(const Element& element);

/// Noise over signal at the output, both as variances, that this rounding causes: E[e^2] / E[w^2].
[[nodiscard]] double roundingNoise(const Element& element);

}  // namespace aslog::golden
