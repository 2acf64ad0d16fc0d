#include "generator/spec/rules.h"

#include <fmt/format.h>

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

Result checkSteps(const ArchSpec& spec) {
    const int levels = nonZeroLevels(spec.format.weightBits, spec.format.zero);
    return tooLarge(spec.format.sqrt2Steps, levels - 1,
                    fmt::format("{} levels above zero have that many steps between them", levels),
                    "take fewer steps or a larger format.weight_bits");
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
    return tooLarge(smallestShift(spec), spec.pcf.shiftMax, "pcf.shift_max",
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

int smallestShift(const ArchSpec& spec) {
    const int fraction = spec.biasCorrection.enabled ? spec.biasCorrection.fractionBits : 0;
    return spec.pcf.shiftMin.value_or(kLeastAutoShift + fraction);
}

const std::vector<SpecRule>& specRules() {
    static const std::vector<SpecRule> rules = {
        {{"format.sqrt2_steps", "format.weight_bits", "format.zero"},
         "`format.sqrt2_steps` ≤ number of levels above zero - 1, where the levels above zero are "
         "2^(`weight_bits` - 1), one less with `zero`",
         checkSteps},
        {{"bias_correction.mu_sqrt2_steps", "bias_correction.mu_bits"},
         "`bias_correction.mu_sqrt2_steps` ≤ 2^(`mu_bits` - 1) - 2",
         checkMuSteps},
        {{"array.weight_rows", "array.rows"},
         "`array.weight_rows` ≤ `array.rows`",
         checkWeightRows},
        {{"pcf.lanes", "array.columns"}, "`pcf.lanes` ≤ `array.columns`", checkLanes},
        {{"pcf.shift_min", "pcf.shift_max", "bias_correction.enabled",
          "bias_correction.fraction_bits"},
         "`pcf.shift_min` ≤ `pcf.shift_max`",
         checkShifts},
        {{"dft.test_enable", "target"},
         "no `dft.test_enable` with `target` `fpga`",
         checkTestEnable},
    };
    return rules;
}

}  // namespace aslog
