#include "golden/noise/element_noise.h"

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
#include "golden/noise/cut_error.h"
#include "golden/noise/layer_model.h"

namespace aslog::golden {
namespace {

// Codes whose products lose the same, one of them for all.
struct CodeClass {
    Code code;
    double probability;
};

// Probabilities of q = 0 ... qmax, of which `active` is that of all above the zero point.
std::vector<double> activations(const Element& element, int zeroPoint, double active) {
    const auto zero = static_cast<std::size_t>(zeroPoint);
    std::vector<double> probabilities(element.activationMax() + 1);
    const double sigma = static_cast<double>(probabilities.size() - zero) / 4;
    double sum = 0;
    for (std::size_t q = zero + 1; q < probabilities.size(); ++q) {
        probabilities[q] = std::exp(-square(static_cast<double>(q - zero) / sigma) / 2);
        sum += probabilities[q];
    }
    for (double& probability : probabilities) {
        probability *= active / sum;
    }
    probabilities[zero] = 1 - active;
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
std::vector<CodeClass> classesOf(const Element& element, const std::vector<LikelyWeight>& weights) {
    const auto rows = static_cast<std::size_t>(element.rows());
    std::map<std::vector<std::uint64_t>, CodeClass> classes;
    for (const LikelyWeight& weight : weights) {
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

std::vector<Draw> drawsOf(const Element& element, const std::vector<LikelyWeight>& weights) {
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

}  // namespace

int modelZeroPoint(const Element& element) {
    const double active = (kActiveShares[0] + kActiveShares[1]) / 2;
    return bestZeroPoint(cutErrorOf(element), 1 - active,
                         static_cast<int>(element.activationMax()));
}

double cutNoise(const Element& element) {
    if (element.dropped() == 0) {
        return 0;
    }
    const std::vector<LikelyWeight> weights = likelyWeights(element);
    const double elements = double{kModelTaps} / element.rows();
    double power = 0;  // E[w^2]
    for (const LikelyWeight& weight : weights) {
        power += weight.probability * square(static_cast<double>(weight.value));
    }
    const int zero = modelZeroPoint(element);
    // Within the windows of one share all taps are independent.
    std::array<MeanAndVariance, 2> inputs;
    std::array<std::vector<double>, 2> digits;
    for (std::size_t half = 0; half < 2; ++half) {
        const std::vector<double> q = activations(element, zero, kActiveShares[half]);
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
    const double signal = kModelTaps * power *
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
            element = makeBaseline(droppingName(baseline, columns), activationBits);
        } catch (const std::invalid_argument&) {
            if (columns == 1) {
                throw;
            }
            return best;  // no more columns to drop
        }
        const double found = cutNoise(*element);
        const double ratio = std::abs(std::log(found / noise));
        if (ratio < bestRatio) {
            bestRatio = ratio;
            best = columns;
        }
        if (found > noise) {
            return best;
        }
    }
    return best;
}

}  // namespace aslog::golden
