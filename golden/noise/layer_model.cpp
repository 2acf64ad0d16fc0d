#include "golden/noise/layer_model.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace aslog::golden {
namespace {

double normalBelow(double x) {
    return std::erfc(-x / std::sqrt(2.0)) / 2;
}

// The values and how often a normal weight of deviation `sigma`, in steps of the values, is
// rounded to them.
std::vector<LikelyWeight> roundedNormal(const std::vector<std::int64_t>& values, double sigma) {
    std::vector<LikelyWeight> rounded;
    double below = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        double upTo = 1;
        if (i + 1 < values.size()) {
            upTo = normalBelow(static_cast<double>(values[i] + values[i + 1]) / 2 / sigma);
        }
        rounded.push_back({values[i], upTo - below});
        below = upTo;
    }
    return rounded;
}

// E[(x - rounded x)^2] / sigma^2 of such a weight.
double roundingError(const std::vector<std::int64_t>& values, double sigma) {
    double error = 0;
    double low = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double high = i + 1 < values.size()
                                ? static_cast<double>(values[i] + values[i + 1]) / 2 / sigma
                                : std::numeric_limits<double>::infinity();
        const double level = static_cast<double>(values[i]) / sigma;
        // Moments of the standard normal between the two borders.
        const auto density = [](double x) { return std::exp(-x * x / 2) / std::sqrt(2 * M_PI); };
        const auto ramp = [&](double x) { return std::isinf(x) ? 0 : x * density(x); };
        const double mass = normalBelow(high) - normalBelow(low);
        const double first = density(low) - density(high);
        const double second = mass + ramp(low) - ramp(high);
        error += second - 2 * level * first + square(level) * mass;
        low = high;
    }
    return error;
}

// The deviation of normal weights, in steps of the values, at the scale of least error.
double bestDeviation(const std::vector<std::int64_t>& values) {
    const auto largest = static_cast<double>(values.back());
    double best = largest;
    for (double sigma = largest; sigma > largest / 16; sigma *= 0.99) {
        if (roundingError(values, sigma) < roundingError(values, best)) {
            best = sigma;
        }
    }
    return best;
}

}  // namespace

std::vector<std::int64_t> symmetricValues(const Element& element) {
    std::vector<std::int64_t> values;
    for (const Code code : element.codes()) {
        values.push_back(element.value(code));
    }
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    const std::vector<std::int64_t> all = values;
    std::erase_if(values, [&](std::int64_t value) {
        return !std::binary_search(all.begin(), all.end(), -value);
    });
    return values;
}

std::vector<LikelyWeight> likelyWeights(const Element& element) {
    const std::vector<std::int64_t> values = symmetricValues(element);
    return roundedNormal(values, bestDeviation(values));
}

double roundingNoise(const Element& element) {
    const std::vector<std::int64_t> values = symmetricValues(element);
    return roundingError(values, bestDeviation(values));
}

}  // namespace aslog::golden
