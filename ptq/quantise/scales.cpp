#include "ptq/quantise/scales.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "golden/arithmetic/integers.h"
#include "support/clones.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

constexpr int kClipSteps = 48;         // candidates of a range
constexpr double kSmallestClip = 0.3;  // of what was seen
constexpr double kSmallestRange = 1e-12;

// `zeroPoint`: of a range without a value below 0.
ActivationScale scaleOf(double low, double high, int top, int zeroPoint) {
    // What is always 0 needs no step of its own; a tiny one would be out of the PCF's reach.
    const double range = high - low > kSmallestRange ? high - low : 1;
    if (low >= 0) {
        return {range / (top - zeroPoint), zeroPoint};
    }
    const double scale = range / top;
    return {scale, static_cast<int>(std::lround(std::clamp(-low / scale, 0.0, 1.0 * top)))};
}

[[gnu::always_inline]] inline double quantised(double x, double scale, double zeroPoint,
                                               double top) {
    return std::min(std::max(std::floor(x / scale + 0.5) + zeroPoint, 0.0), top);
}

// Of the rounding of one value.
[[gnu::always_inline]] inline double squareError(double x, double scale, double zeroPoint,
                                                 double top) {
    const double error = scale * (quantised(x, scale, zeroPoint, top) - zeroPoint) - x;
    return error * error;
}

// Of all, added in their order. In a variant for each processor, since floor() is a call on the
// oldest.
ASLOG_CLONES double squareErrors(const float* values, std::size_t count, double scale,
                                 double zeroPoint, double top) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += squareError(values[i], scale, zeroPoint, top);
    }
    return sum;
}

}  // namespace

int largestActivation(const golden::Numerics& numerics) {
    return static_cast<int>(std::min<std::uint64_t>(numerics.element->activationMax(),
                                                    golden::lowMask(numerics.outputBits)));
}

int quantiseActivation(double x, const ActivationScale& scale, int top) {
    return static_cast<int>(quantised(x, scale.scale, scale.zeroPoint, top));
}

ActivationScale chooseScale(const ActivationSample& sample, int top, bool clips,
                            const golden::CutError& cut) {
    const auto count = static_cast<double>(std::max<std::size_t>(1, sample.values.size()));
    const double zeros =
        static_cast<double>(std::count(sample.values.begin(), sample.values.end(), 0.0F)) / count;
    const int zeroPoint = golden::bestZeroPoint(cut, zeros, top);
    ActivationScale best = scaleOf(sample.low, sample.high, top, zeroPoint);
    if (!clips || sample.values.empty()) {
        return best;
    }
    // Of a value, in steps squared, beside that of its rounding.
    const double own = golden::activationError(cut, zeros, best.zeroPoint) -
                       golden::activationError({}, zeros, best.zeroPoint);
    const auto errorOf = [&](const ActivationScale& scale) {
        return count * own * scale.scale * scale.scale +
               squareErrors(sample.values.data(), sample.values.size(), scale.scale,
                            scale.zeroPoint, top);
    };
    double least = errorOf(best);
    for (int step = 1; step < kClipSteps; ++step) {
        const double part = 1 - (1 - kSmallestClip) * step / kClipSteps;
        const ActivationScale next = scaleOf(part * sample.low, part * sample.high, top, zeroPoint);
        const double error = errorOf(next);
        if (error < least) {
            least = error;
            best = next;
        }
    }
    return best;
}

golden::Ratio nearestRatio(double value, int scaleBits, int shiftMin, int shiftMax,
                           bool* isReached) {
    const double highest = std::ldexp(1.0, scaleBits) - 1;
    int shift = shiftMax;
    while (shift > shiftMin && std::round(std::ldexp(value, shift)) > highest) {
        --shift;
    }
    const double scale = std::round(std::ldexp(value, shift));
    if (isReached != nullptr) {
        *isReached = scale <= highest;
    }
    return {static_cast<std::uint64_t>(std::clamp(scale, 1.0, highest)), shift};
}

double valueOf(const golden::Ratio& ratio) {
    return std::ldexp(static_cast<double>(ratio.scale), -ratio.shift);
}

golden::Ratio tensorRatio(double value) {
    bool isReached = true;
    const golden::Ratio ratio =
        nearestRatio(value, golden::kRatioBits, 1, golden::kRatioShiftMax, &isReached);
    if (!isReached) {
        throw support::InputError(fmt::format(
            "the steps of two activations differ by a factor of {:.3g}, which is beyond {:.3g}",
            value, std::ldexp(1.0, golden::kRatioBits - 1)));
    }
    return ratio;
}

WeightScales::WeightScales(const golden::Numerics& numerics, const ActivationScale& input,
                           const ActivationScale& output)
    : scaleBits_(numerics.scaleBits),
      shiftMin_(numerics.shiftMin),
      shiftMax_(numerics.shiftMax),
      unit_(std::ldexp(output.scale / input.scale,
                       numerics.fractionBits - numerics.element->dropped())) {
}

golden::Ratio WeightScales::ratio(double weightScale) const {
    return nearestRatio(weightScale / unit_, scaleBits_, shiftMin_, shiftMax_);
}

double WeightScales::snap(double weightScale) const {
    return valueOf(ratio(weightScale)) * unit_;
}

double WeightScales::meanShiftLoss(double weightScale) const {
    const int places = ratio(weightScale).shift - scaleBits_ - golden::kGuardBits;
    return places > 0 ? (std::ldexp(1.0, places) - 1) / 2 : 0;
}

double WeightScales::largest() const {
    return snap(std::numeric_limits<double>::max());
}

}  // namespace aslog::ptq
