#include "golden/arithmetic/numerics.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "golden/arithmetic/integers.h"
#include "golden/arithmetic/require.h"
#include "golden/layer/does_not_fit.h"

namespace aslog::golden {
namespace {

/// A width that follows from the number of taps.
void requireWidth(const char* field, int found, int high) {
    if (found < 1 || found > high) {
        throw DoesNotFit(std::string(field) + " is " + std::to_string(found) +
                         ", allowed is 1 to " + std::to_string(high));
    }
}

int bitsOfProduct(const char* what, std::uint64_t a, std::int64_t b) {
    const auto product = Int128{a} * Int128{b};
    if (product >> 62 != 0) {
        throw DoesNotFit(std::string(what) + " of " + std::to_string(b) + " taps of up to " +
                         std::to_string(a) + " needs more than 62 bits");
    }
    return bitWidth(static_cast<std::uint64_t>(product));
}

}  // namespace

Numerics deriveNumerics(std::shared_ptr<const Element> element, const NumericsSpec& spec) {
    requireRange("largest number of taps", spec.maxTaps, 1, std::int64_t{1} << 32);
    requireRange("output_bits", spec.outputBits, 1, 16);
    requireRange("scale_bits", spec.scaleBits, 1, 62);
    requireRange("shift_min", spec.shiftMin, 1, 126);
    requireRange("shift_max", spec.shiftMax, spec.shiftMin, 126);
    if (spec.mu) {
        requireRange("fraction_bits", spec.mu->fractionBits, 0, 32);
    }

    Numerics numerics;
    numerics.maxTaps = spec.maxTaps;
    numerics.accumulatorBits = spec.accumulatorBits.value_or(bitsOfProduct(
        "the sum", element->rawMax(), ceilDivide(spec.maxTaps, std::int64_t{element->rows()})));
    numerics.windowSumBits =
        bitsOfProduct("the window sum", element->activationMax(), spec.maxTaps);
    numerics.fractionBits = spec.mu ? spec.mu->fractionBits : 0;
    numerics.correctionBits = numerics.accumulatorBits + numerics.fractionBits + 2;
    requireWidth("accumulator bits", numerics.accumulatorBits, 62);
    requireWidth("correction sum bits", numerics.correctionBits, 64);
    if (spec.mu) {
        numerics.muFormat.emplace(
            FormatSpec{spec.mu->bits, spec.mu->sqrt2Steps, true, numerics.windowSumBits});
    }
    numerics.outputBits = spec.outputBits;
    numerics.scaleBits = spec.scaleBits;
    numerics.shiftMin = spec.shiftMin;
    numerics.shiftMax = spec.shiftMax;
    numerics.shiftBits =
        std::max(1, bitWidth(static_cast<std::uint64_t>(spec.shiftMax - spec.shiftMin)));
    numerics.element = std::move(element);
    return numerics;
}

}  // namespace aslog::golden
