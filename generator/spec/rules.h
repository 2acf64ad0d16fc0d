// Rules between fields of a spec: each field is in its range, but do they go together?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/spec/arch_spec.h"
#include "support/diagnostics.h"

namespace aslog {

struct SpecRule {
    std::vector<std::string> paths;  // fields that take part; the first one is blamed
    std::string text;                // for docs/spec.md
    std::optional<support::Diagnostic> (*check)(const ArchSpec&);  // pointer is filled in later
};

const std::vector<SpecRule>& specRules();

// What the scales of usual networks need where sums have no binary places. Each place makes sums
// twice and scales half as large: one more to shift.
inline constexpr int kLeastAutoShift = 6;
inline constexpr int kAutoShifts = 16;

// `pcf.shift_min` and `pcf.shift_max`, "auto" resolved, of an array whose elements drop so many
// columns: sums that count 2^dropped_bits are shifted by as much less.
int smallestShift(const ArchSpec& spec, int droppedBits);
int largestShift(const ArchSpec& spec, int droppedBits);

// Number of levels above zero of a format with this many bits per code.
int nonZeroLevels(int weightBits, bool zero);

}  // namespace aslog
