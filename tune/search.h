// What `aslog tune` tries, and what is worth keeping: number formats on the array of the spec
// first, then other arrays for those formats that no other beats. docs/tune.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "generator/elab/design.h"
#include "generator/spec/arch_spec.h"

namespace aslog::tune {

/// One array: a spec with these fields in place of its own.
struct Candidate {
    std::vector<std::int64_t> levels;  // format.levels
    int droppedBits = 0;               // format.dropped_bits
    int pixels = 0;                    // array.pixels: slots
    int rows = 0;                      // array.rows
    int lanes = 0;                     // pcf.lanes
    friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// What each field may be; an empty list stands for the value of the spec.
struct Space {
    std::vector<std::vector<std::int64_t>> levels;
    std::vector<int> droppedBits;
    std::vector<int> pixels;
    std::vector<int> rows;
    std::vector<int> lanes;
};

/// The fields that the design has; `auto` ones as they were elaborated.
[[nodiscard]] Candidate candidateOf(const Design& design);

/// "0_1_2_3_4_6_8-d3": level table and dropped columns.
[[nodiscard]] std::string formatName(const Candidate& candidate);
/// "0_1_2_3_4_6_8-d3-p2-r16-l2": slots, rows and lanes as well. Different for different candidates.
[[nodiscard]] std::string nameOf(const Candidate& candidate);

/// The spec with the candidate's fields; its level table stands in for all that makes one
/// otherwise. Not validated.
[[nodiscard]] ArchSpec specOf(const ArchSpec& base, const Candidate& candidate);

/// Every format of the space on the array of `base`; `base` itself is always among them, first.
[[nodiscard]] std::vector<Candidate> formatsToTry(const Space& space, const Candidate& base);

/// Every array of the space for each of the formats, but for that of `base`.
[[nodiscard]] std::vector<Candidate> arraysToTry(const Space& space, const Candidate& base,
                                                 const std::vector<Candidate>& formats);

/// What is to be small.
struct Figures {
    double areaUm2 = 0;   // per MAC
    double energyFj = 0;  // per MAC
    double noise = 0;     // over signal
};

/// What became of a candidate.
struct Trial {
    Candidate candidate;
    std::string folder;  // its run folder
    Figures figures;     // 0 if it was not measured, for a reason
    double fmaxMhz = 0;  // likewise
    int unproven = 0;    // mappings that were taken without a proof (docs/flows.md)
    std::string reason;  // why it can not be chosen; empty: it can
};

/// Which of them no other beats, in their order: one beats another if it is as good in all figures
/// and better in one. Of equals, all.
[[nodiscard]] std::vector<bool> paretoFront(const std::vector<Figures>& figures);

/// The trials that can be chosen and that no other beats, least noise first.
[[nodiscard]] std::vector<Trial> bestOf(const std::vector<Trial>& trials);

}  // namespace aslog::tune
