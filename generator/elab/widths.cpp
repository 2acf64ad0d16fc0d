#include "generator/elab/widths.h"

#include <algorithm>
#include <bit>
#include <optional>

#include <fmt/format.h>

#include "generator/spec/rules.h"
#include "golden/arithmetic/format.h"

namespace aslog {
namespace {

using support::Diagnostic;
using support::Diagnostics;

__extension__ using Wide = unsigned __int128;

int bitsOf(Wide value) {
    const auto high = static_cast<std::uint64_t>(value >> 64U);
    return high != 0 ? 64 + static_cast<int>(std::bit_width(high))
                     : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value)));
}

// Bits of the largest product of the two, exact whatever their size.
int bitsOfProduct(std::uint64_t a, std::uint64_t b) {
    return bitsOf(Wide{a} * b);
}

std::uint64_t largestActivation(const ArchSpec& spec) {
    return (std::uint64_t{1} << static_cast<unsigned>(spec.format.activationBits)) - 1;
}

// Rows beyond the last tap of a window take part in the sum with a word that need not be zero, so
// the accumulator is sized for whole tiles.
std::int64_t wholeTiles(std::int64_t taps, int rows) {
    return (taps + rows - 1) / rows * rows;
}

int muProductBits(const ArchSpec& spec, int windowSumBits) {
    if (!spec.biasCorrection.enabled) {
        return 0;
    }
    const golden::SlogFormat format(
        {spec.biasCorrection.muBits, spec.biasCorrection.muSqrt2Steps, true, 1});
    const auto top = static_cast<std::uint64_t>(format.levels().back().value);
    // Window sums have at most 8 + 27 bits.
    return bitsOfProduct(top, (std::uint64_t{1} << static_cast<unsigned>(windowSumBits)) - 1);
}

constexpr int kMaxCorrectionBits = 64;
constexpr int kMaxAccumulatorBits = kMaxCorrectionBits - 2;
constexpr int kMaxWindowSumBits = 32;

struct WidthRule {
    std::string text;
    std::optional<Diagnostic> (*check)(const ArchSpec&, const Widths&);
};

std::optional<Diagnostic> checkAccumulator(const ArchSpec& spec, const Widths& widths) {
    if (widths.accumulator >= widths.accumulatorNeeded) {
        return std::nullopt;
    }
    return Diagnostic{
        .pointer = "/accumulator/bits",
        .message = "too narrow for the largest layer",
        .found = std::to_string(*spec.accumulator.bits),
        .allowed =
            fmt::format("at least {}: {} taps of up to {} bits each", widths.accumulatorNeeded,
                        widths.maxTaps, slogElement(spec).productBits),
        .hint = fmt::format(
            "{}make max_kernel_area or max_input_channels smaller",
            widths.accumulatorNeeded <= kMaxAccumulatorBits ? "use \"auto\", or " : "")};
}

std::optional<Diagnostic> checkCorrection(const ArchSpec& spec, const Widths& widths) {
    if (widths.correction <= kMaxCorrectionBits) {
        return std::nullopt;
    }
    return Diagnostic{
        .pointer = spec.accumulator.bits ? "/accumulator/bits" : "/accumulator",
        .message = "the correction sum is too wide",
        .found = fmt::format("{} bits: {} of the accumulator, {} of the fraction, 2 more",
                             widths.correction, widths.accumulator, widths.fraction),
        .allowed = fmt::format("at most {} bits", kMaxCorrectionBits),
        .hint =
            "more format.sqrt2_steps make the largest level smaller; or take smaller "
            "max_kernel_area, max_input_channels, format.weight_bits, fraction_bits"};
}

std::optional<Diagnostic> checkWindowSum(const ArchSpec& spec, const Widths& widths) {
    if (!spec.biasCorrection.enabled || widths.windowSum <= kMaxWindowSumBits) {
        return std::nullopt;
    }
    return Diagnostic{
        .pointer = "/accumulator",
        .message = "the window sum S is too wide",
        .found = fmt::format("{} bits: {} taps of {} bits each", widths.windowSum, widths.maxTaps,
                             spec.format.activationBits),
        .allowed = fmt::format("at most {} bits", kMaxWindowSumBits),
        .hint =
            "make max_kernel_area or max_input_channels smaller, or switch bias_correction off"};
}

std::optional<Diagnostic> checkShiftMin(const ArchSpec& /*spec*/, const Widths& widths) {
    if (widths.shiftMin < widths.scaled) {
        return std::nullopt;
    }
    return Diagnostic{.pointer = "/pcf/shift_min",
                      .message = "shifts away the whole product",
                      .found = std::to_string(widths.shiftMin),
                      .allowed = fmt::format("at most {}: the scaled sum has {} bits",
                                             widths.scaled - 1, widths.scaled),
                      .hint =
                          "a window sum of T bits times a scale of scale_bits bits is shifted "
                          "by shift_min at least"};
}

const std::vector<WidthRule>& rules() {
    static const std::vector<WidthRule> table = {
        {"a given `accumulator.bits` ≥ bits(rawmax · Nmax)", checkAccumulator},
        {"correction sum T = A + f + 2 ≤ 64 bits", checkCorrection},
        {"with bias correction: window sum S ≤ 32 bits", checkWindowSum},
        {"`pcf.shift_min` < T + `pcf.scale_bits`", checkShiftMin},
    };
    return table;
}

}  // namespace

ElementInfo elementInfo(const golden::Element& element) {
    const golden::PartialProductLayout& layout = element.layout();
    return {.name = element.name(),
            .weightBits = element.weightBits(),
            .rows = element.rows(),
            .windowWeight = element.windowWeight(),
            .rawMax = element.rawMax(),
            .productBits = element.rawBits(),
            .oddMultiples = static_cast<int>(element.multiples().size()),
            .laneBits = element.laneBits(),
            .partialProducts = layout.count,
            .partialBits = layout.bits,
            .partialShift = layout.shift,
            .droppedBits = layout.dropped,
            .allPartialBits = layout.bitsBelow(layout.count)};
}

ElementInfo slogElement(const ArchSpec& spec) {
    return elementInfo(golden::SlogElement(spec.format));
}

Widths deriveWidths(const ArchSpec& spec, const ElementInfo& element) {
    const std::int64_t taps =
        std::int64_t{spec.accumulator.maxKernelArea} * spec.accumulator.maxInputChannels;
    const auto rows = static_cast<std::uint64_t>(spec.array.rows);
    const auto elementRows = static_cast<std::uint64_t>(element.rows);
    Widths widths;
    widths.maxTaps = wholeTiles(taps, spec.array.rows);
    const auto maxTaps = static_cast<std::uint64_t>(widths.maxTaps);
    widths.accumulatorNeeded = bitsOfProduct(element.rawMax, maxTaps / elementRows);
    widths.accumulator = spec.accumulator.bits.value_or(widths.accumulatorNeeded);
    widths.tree = bitsOfProduct(element.rawMax, rows / elementRows);
    widths.activationSum = bitsOfProduct(largestActivation(spec), rows);
    widths.windowSum = bitsOfProduct(largestActivation(spec), maxTaps);
    widths.fraction = spec.biasCorrection.enabled ? spec.biasCorrection.fractionBits : 0;
    widths.muProduct = muProductBits(spec, widths.windowSum);
    widths.correction = widths.accumulator + widths.fraction + 2;
    widths.scaled = widths.correction + spec.pcf.scaleBits;
    widths.shiftMin = smallestShift(spec, element.droppedBits);
    widths.shiftMax = largestShift(spec, element.droppedBits);
    widths.shift = std::max(1, bitsOf(static_cast<Wide>(widths.shiftMax - widths.shiftMin)));
    widths.offset = spec.pcf.outputBits + 2;
    return widths;
}

bool checkWidths(const ArchSpec& spec, const Widths& widths, Diagnostics& diagnostics) {
    bool kept = true;
    for (const WidthRule& rule : rules()) {
        if (const auto complaint = rule.check(spec, widths)) {
            diagnostics.add(*complaint);
            kept = false;
        }
    }
    return kept;
}

const std::vector<std::string>& widthRules() {
    static const std::vector<std::string> texts = [] {
        std::vector<std::string> result;
        for (const WidthRule& rule : rules()) {
            result.push_back(rule.text);
        }
        return result;
    }();
    return texts;
}

}  // namespace aslog
