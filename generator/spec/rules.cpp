#include "generator/spec/rules.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "generator/spec/fields.h"

namespace aslog {
namespace {

using Result = std::optional<support::Diagnostic>;

Result tooLarge(int found, int limit, const std::string& limitText, const std::string& hint) {
    if (found <= limit) {
        return std::nullopt;
    }
    return support::Diagnostic{.message = "contradicts another field",
                               .found = std::to_string(found),
                               .allowed = fmt::format("at most {}: {}", limit, limitText),
                               .hint = hint};
}

/// The first reason why a given table is none, as SlogFormat says it.
Result checkLevels(const ArchSpec& spec) {
    const golden::FormatSpec& format = spec.format;
    if (format.levels.empty()) {
        return std::nullopt;
    }
    golden::FormatSpec whole = format;
    whole.droppedBits = 0;
    try {
        (void)golden::SlogFormat(whole);
    } catch (const std::invalid_argument& error) {
        return support::Diagnostic{
            .message = "no table of levels",
            .found = error.what(),
            .allowed = fmt::format("ascending, each 0, 2^k or 3*2^k, {} to {} of them for codes of "
                                   "{} bits",
                                   (1 << (format.weightBits - 2)) + 1, 1 << (format.weightBits - 1),
                                   format.weightBits),
            .hint = "for example [0, 1, 2, 3, 4, 6, 8] with 4 bits"};
    }
    return std::nullopt;
}

/// A given table leaves the two that would make one where they are.
Result checkLevelsAlone(const ArchSpec& spec) {
    const golden::FormatSpec defaults = defaultSpec("").format;
    if (spec.format.levels.empty() ||
        (spec.format.sqrt2Steps == defaults.sqrt2Steps && spec.format.zero == defaults.zero)) {
        return std::nullopt;
    }
    return support::Diagnostic{.message = "contradicts another field",
                               .found = "a list, beside format.sqrt2_steps or format.zero",
                               .allowed = "one or the other",
                               .hint = "leave sqrt2_steps and zero out"};
}

Result checkSteps(const ArchSpec& spec) {
    if (!spec.format.levels.empty()) {
        return std::nullopt;
    }
    const int levels = nonZeroLevels(spec.format.weightBits, spec.format.zero);
    return tooLarge(spec.format.sqrt2Steps, levels - 1,
                    fmt::format("{} levels above zero have that many steps between them", levels),
                    "take fewer steps or a larger format.weight_bits");
}

/// Of a legal format only: the rules before this one say what is wrong with another.
Result checkDroppedBits(const ArchSpec& spec) {
    if (checkLevels(spec) || checkSteps(spec)) {
        return std::nullopt;
    }
    golden::FormatSpec whole = spec.format;
    whole.droppedBits = 0;
    const int bits = golden::SlogFormat(whole).productBits();
    return tooLarge(spec.format.droppedBits, bits - 1,
                    fmt::format("the largest product has {} bits", bits),
                    "a column that is dropped is noise: docs/arithmetic.md, sections 3 and 8");
}

Result checkMuSteps(const ArchSpec& spec) {
    const int levels = nonZeroLevels(spec.biasCorrection.muBits, true);
    return tooLarge(spec.biasCorrection.muSqrt2Steps, levels - 1,
                    fmt::format("{} levels above zero have that many steps between them", levels),
                    "take fewer steps or a larger bias_correction.mu_bits");
}

Result checkWeightRows(const ArchSpec& spec) {
    return tooLarge(spec.array.weightRows.value_or(1), spec.array.rows, "array.rows",
                    "\"auto\" is ceil(rows / 2)");
}

Result checkLanes(const ArchSpec& spec) {
    return tooLarge(spec.pcf.lanes.value_or(1), spec.array.columns, "array.columns",
                    "a lane without a column would never work");
}

Result checkShifts(const ArchSpec& spec) {
    return tooLarge(smallestShift(spec, spec.format.droppedBits),
                    largestShift(spec, spec.format.droppedBits), "pcf.shift_max",
                    spec.pcf.shiftMin ? "swap the two values" : "give pcf.shift_min too");
}

Result checkTestEnable(const ArchSpec& spec) {
    if (!spec.isForFpga() || !spec.dft.testEnable) {
        return std::nullopt;
    }
    return support::Diagnostic{.message = "contradicts another field",
                               .found = "true",
                               .allowed = "false: an FPGA's array has no clock gate to open",
                               .hint = "leave it out, or take \"target\": \"asic\""};
}

}  // namespace

int nonZeroLevels(int weightBits, bool zero) {
    return (1 << (weightBits - 1)) - (zero ? 1 : 0);
}

int smallestShift(const ArchSpec& spec, int droppedBits) {
    const int fraction = spec.biasCorrection.enabled ? spec.biasCorrection.fractionBits : 0;
    return spec.pcf.shiftMin.value_or(std::max(1, kLeastAutoShift + fraction - droppedBits));
}

int largestShift(const ArchSpec& spec, int droppedBits) {
    return spec.pcf.shiftMax.value_or(smallestShift(spec, droppedBits) + kAutoShifts - 1);
}

const std::vector<SpecRule>& specRules() {
    static const std::vector<SpecRule> rules = {
        {{"format.levels", "format.weight_bits", "format.activation_bits"},
         "`format.levels`, if given: ascending, each 0, 2^k or 3·2^k, more than 2^(`weight_bits` - "
         "2) and at most 2^(`weight_bits` - 1) of them",
         checkLevels},
        {{"format.levels", "format.sqrt2_steps", "format.zero"},
         "`format.levels` or `format.sqrt2_steps` and `format.zero`, not both",
         checkLevelsAlone},
        {{"format.sqrt2_steps", "format.weight_bits", "format.zero", "format.levels"},
         "`format.sqrt2_steps` ≤ number of levels above zero - 1, where the levels above zero are "
         "2^(`weight_bits` - 1), one less with `zero`",
         checkSteps},
        {{"format.dropped_bits", "format.weight_bits", "format.levels", "format.sqrt2_steps",
          "format.zero", "format.activation_bits"},
         "`format.dropped_bits` < bits of the largest product, largest level · (2^"
         "`activation_bits` - 1)",
         checkDroppedBits},
        {{"bias_correction.mu_sqrt2_steps", "bias_correction.mu_bits"},
         "`bias_correction.mu_sqrt2_steps` ≤ 2^(`mu_bits` - 1) - 2",
         checkMuSteps},
        {{"array.weight_rows", "array.rows"},
         "`array.weight_rows` ≤ `array.rows`",
         checkWeightRows},
        {{"pcf.lanes", "array.columns"}, "`pcf.lanes` ≤ `array.columns`", checkLanes},
        {{"pcf.shift_min", "pcf.shift_max", "bias_correction.enabled",
          "bias_correction.fraction_bits", "format.dropped_bits"},
         "`pcf.shift_min` ≤ `pcf.shift_max`",
         checkShifts},
        {{"dft.test_enable", "target"},
         "no `dft.test_enable` with `target` `fpga`",
         checkTestEnable},
    };
    return rules;
}

}  // namespace aslog
