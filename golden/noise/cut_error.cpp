#include "golden/noise/cut_error.h"

#include <cstddef>
#include <cstdint>

#include "golden/noise/layer_model.h"

namespace aslog::golden {
namespace {

// What products with this weight lose, by the lowest bits of the activation.
std::vector<double> lossesOf(const Element& element, std::int64_t weight) {
    const auto rows = static_cast<std::size_t>(element.rows());
    std::vector<Code> codes(rows, element.fillCode());
    codes.front() = element.encodeValue(weight);
    std::vector<std::uint32_t> q(rows);
    std::vector<double> losses;
    for (q.front() = 0; q.front() >> element.lossBits() == 0; ++q.front()) {
        losses.push_back(static_cast<double>(element.loss(codes, q)));
    }
    return losses;
}

double meanOf(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

// For how many taps one counts whose losses have one sign: all of them, as far as they are above 0
// together rather than each by itself.
double tapsTogether() {
    const double mean = (kActiveShares[0] + kActiveShares[1]) / 2;
    const double step = (kActiveShares[1] - kActiveShares[0]) / 2;
    return (kModelTaps - 1) * square(step) / (mean * (1 - mean));
}

}  // namespace

CutError cutErrorOf(const Element& element) {
    CutError cut;
    if (element.dropped() == 0) {
        return cut;
    }
    const std::size_t kinds = std::size_t{1} << element.lossBits();
    std::vector<double> inOneDirection(kinds);
    cut.ofDigits.assign(kinds, 0);
    double power = 0;  // E[w^2]
    for (const LikelyWeight& weight : likelyWeights(element)) {
        power += weight.probability * square(static_cast<double>(weight.value));
        const std::vector<double> losses = lossesOf(element, weight.value);
        const double mean = meanOf(losses);
        for (std::size_t i = 0; i < kinds; ++i) {
            const double apart = weight.probability * (losses[i] - mean);
            inOneDirection[i] += apart;
            cut.ofDigits[i] += apart * (losses[i] - mean);
        }
    }
    cut.scatter = meanOf(cut.ofDigits) / power;
    for (std::size_t i = 0; i < kinds; ++i) {
        cut.ofDigits[i] += tapsTogether() * square(inOneDirection[i]);
        cut.ofDigits[i] /= power;
    }
    return cut;
}

double activationError(const CutError& cut, double zeros, int zeroPoint) {
    const std::size_t digits = static_cast<std::size_t>(zeroPoint) % cut.ofDigits.size();
    return 1.0 / 12 + (1 - zeros) * (cut.scatter + zeros * cut.ofDigits[digits]);
}

int bestZeroPoint(const CutError& cut, double zeros, int top) {
    const auto errorAt = [&](int z) {
        return activationError(cut, zeros, z) / square(1 - static_cast<double>(z) / top);
    };
    int best = 0;
    for (int z = 1; z < top && static_cast<std::size_t>(z) < cut.ofDigits.size(); ++z) {
        if (errorAt(z) < errorAt(best)) {
            best = z;
        }
    }
    return best;
}

}  // namespace aslog::golden
