#include "generator/elab/element_noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <vector>

#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/integers.h"

namespace aslog {
namespace {

using golden::Code;
using golden::Element;
using golden::lowMask;

struct Weighted {
    std::int64_t value;
    double probability;
};

// Codes whose products lose the same, one of them for all.
struct CodeClass {
    Code code;
    double probability;
};

double square(double x) {
    return x * x;
}

// The values that the element has with both signs, ascending.
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

double normalBelow(double x) {
    return std::erfc(-x / std::sqrt(2.0)) / 2;
}

// The values and how often a normal weight of deviation `sigma`, in steps of the values, is
// rounded to them.
std::vector<Weighted> roundedNormal(const std::vector<std::int64_t>& values, double sigma) {
    std::vector<Weighted> rounded;
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

std::vector<Weighted> weightsOf(const Element& element) {
    const std::vector<std::int64_t> values = symmetricValues(element);
    return roundedNormal(values, bestDeviation(values));
}

// Probabilities of q = 0 ... qmax, of which `active` is that of all but 0.
std::vector<double> activations(const Element& element, double active) {
    std::vector<double> probabilities(element.activationMax() + 1);
    const double sigma = static_cast<double>(element.activationMax() + 1) / 4;
    double sum = 0;
    for (std::size_t q = 1; q < probabilities.size(); ++q) {
        probabilities[q] = std::exp(-square(static_cast<double>(q) / sigma) / 2);
        sum += probabilities[q];
    }
    for (double& probability : probabilities) {
        probability *= active / sum;
    }
    probabilities[0] = 1 - active;
    return probabilities;
}

struct MeanAndVariance {
    double mean = 0;
    double variance = 0;
};

MeanAndVariance ofActivations(const std::vector<double>& probabilities) {
    double mean = 0;
    double power = 0;
    for (std::size_t q = 0; q < probabilities.size(); ++q) {
        mean += probabilities[q] * static_cast<double>(q);
        power += probabilities[q] * square(static_cast<double>(q));
    }
    return {mean, power - square(mean)};
}

// By what the words of a code lose beside idle rows, for all lowest bits of its activation.
std::vector<CodeClass> classesOf(const Element& element, const std::vector<Weighted>& weights) {
    const auto rows = static_cast<std::size_t>(element.rows());
    std::map<std::vector<std::uint64_t>, CodeClass> classes;
    for (const Weighted& weight : weights) {
        std::vector<Code> codes(rows, element.fillCode());
        std::vector<std::uint32_t> q(rows);
        codes.front() = element.encodeValue(weight.value);
        std::vector<std::uint64_t> lost;
        for (q.front() = 0; q.front() >> element.lossBits() == 0; ++q.front()) {
            for (int k = 0; k < element.layout().count; ++k) {
                lost.push_back(element.wholeWord(codes, q, k) & lowMask(element.layout().cutOf(k)));
            }
        }
        classes.try_emplace(lost, CodeClass{codes.front(), 0}).first->second.probability +=
            weight.probability;
    }
    std::vector<CodeClass> list;
    list.reserve(classes.size());
    for (const auto& [lost, each] : classes) {
        list.push_back(each);
    }
    return list;
}

// Over q, of what one element loses; by the lowest bits of q, which alone decide about it.
MeanAndVariance ofLoss(const Element& element, const std::vector<Code>& codes,
                       const std::vector<double>& digits) {
    const std::size_t kinds = digits.size();
    const std::size_t all = codes.size() == 1 ? kinds : kinds * kinds;
    std::vector<std::uint32_t> q(codes.size());
    double mean = 0;
    double power = 0;
    for (std::size_t i = 0; i < all; ++i) {
        double probability = 1;
        std::size_t rest = i;
        for (std::size_t row = 0; row < codes.size(); ++row, rest /= kinds) {
            q[row] = static_cast<std::uint32_t>(rest % kinds);
            probability *= digits[q[row]];
        }
        const auto loss = static_cast<double>(element.loss(codes, q));
        mean += probability * loss;
        power += probability * square(loss);
    }
    return {mean, power - square(mean)};
}

// Every draw of codes for an element, of a class each.
struct Draw {
    std::vector<Code> codes;
    double probability;
};

std::vector<Draw> drawsOf(const Element& element, const std::vector<Weighted>& weights) {
    std::vector<Draw> draws;
    const std::vector<CodeClass> classes = classesOf(element, weights);
    for (const CodeClass& first : classes) {
        if (element.rows() == 1) {
            draws.push_back({{first.code}, first.probability});
            continue;
        }
        for (const CodeClass& second : classes) {
            draws.push_back({{first.code, second.code}, first.probability * second.probability});
        }
    }
    return draws;
}

// Of the windows of the model: how many taps they have, and the share of activations above 0 in
// one half of them and in the other.
constexpr double kTaps = 256;
constexpr std::array kActiveShares = {0.3, 0.7};

}  // namespace

double roundingNoise(const Element& element) {
    const std::vector<std::int64_t> values = symmetricValues(element);
    return roundingError(values, bestDeviation(values));
}

double cutNoise(const Element& element) {
    if (element.dropped() == 0) {
        return 0;
    }
    const std::vector<Weighted> weights = weightsOf(element);
    const double elements = kTaps / element.rows();
    double power = 0;  // E[w^2]
    for (const Weighted& weight : weights) {
        power += weight.probability * square(static_cast<double>(weight.value));
    }
    // Within the windows of one share all taps are independent.
    std::array<MeanAndVariance, 2> inputs;
    std::array<std::vector<double>, 2> digits;
    for (std::size_t half = 0; half < 2; ++half) {
        const std::vector<double> q = activations(element, kActiveShares[half]);
        inputs[half] = ofActivations(q);
        digits[half].resize(std::size_t{1} << element.lossBits());
        for (std::size_t i = 0; i < q.size(); ++i) {
            digits[half][i % digits[half].size()] += q[i];
        }
    }
    // From one share to the other, sums move as far as their means do: those of weights, of both
    // signs, like independent ones; losses all together, as far as they have one sign.
    double within = 0;
    double apart = 0;      // E of the square of half the step of an element's mean loss
    double meanApart = 0;  // E of that half step
    for (const Draw& draw : drawsOf(element, weights)) {
        const MeanAndVariance low = ofLoss(element, draw.codes, digits[0]);
        const MeanAndVariance high = ofLoss(element, draw.codes, digits[1]);
        const double half = (high.mean - low.mean) / 2;
        within += draw.probability * (low.variance + high.variance) / 2;
        apart += draw.probability * square(half);
        meanApart += draw.probability * half;
    }
    const double noise =
        elements * (within + apart) + elements * (elements - 1) * square(meanApart);
    const double signal = kTaps * power *
                          ((inputs[0].variance + inputs[1].variance) / 2 +
                           square((inputs[1].mean - inputs[0].mean) / 2));
    return noise / signal;
}

int columnsOfEqualNoise(const std::string& baseline, int activationBits, double noise) {
    if (noise <= 0) {
        return 0;
    }
    int best = 0;
    double bestRatio = std::numeric_limits<double>::infinity();
    // More columns leave hardly any signal, and the model of two rows takes seconds for them.
    constexpr int kMostColumns = 6;
    for (int columns = 1; columns <= kMostColumns; ++columns) {
        std::shared_ptr<const Element> element;
        try {
            element = golden::makeBaseline(golden::droppingName(baseline, columns), activationBits);
        } catch (const std::invalid_argument&) {
            if (columns == 1) {
                throw;
            }
            return best;  // no more columns to drop
        }
        const double found = cutNoise(*element);
        const double ratio = std::abs(std::log(found / noise));
        if (ratio >= bestRatio) {
            return best;
        }
        bestRatio = ratio;
        best = columns;
    }
    return best;
}

}  // namespace aslog
