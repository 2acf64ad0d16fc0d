// The elaborated design: every width, count and latency of one array. Whatever emits, drives or
// reports a design reads it here and derives nothing by itself.
// Definition: docs/arithmetic.md and docs/architecture.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "generator/elab/widths.h"
#include "generator/spec/arch_spec.h"
#include "golden/arithmetic/format.h"
#include "support/diagnostics.h"
#include "support/json_file.h"

namespace aslog {

// In cycles, counted from the edge at which a beat moves in to the first edge at which the result
// can move out, without stalls.
struct Latencies {
    int window = 0;       // last beat of a window -> its sums stand in the drain latches
    int output = 0;       // drain step accepted with its parameters -> its output
    int firstOutput = 0;  // last beat of a window -> its first output
    int lastOutput = 0;   // last beat of a window -> its last output
    bool operator==(const Latencies&) const = default;
};

// Made by elaborate(), withElement() and designFromJson() only, never changed afterwards: hand it
// on as const Design&.
struct Design {
    ArchSpec spec;
    ElementInfo element;                         // of the rows; slogii or a baseline
    golden::SlogFormat format;                   // weights; says nothing about a baseline
    std::optional<golden::SlogFormat> muFormat;  // codes of mu; absent without bias correction

    std::int64_t maxTaps = 0;    // Nmax: taps of the largest window, a multiple of rows
    int productBits = 0;         // raw word of an element
    int treeBits = 0;            // sum of one beat over the rows
    int accumulatorBits = 0;     // A
    int activationSumBits = 0;   // sum of the activations of one beat
    int windowSumBits = 0;       // S
    int muBits = 0;              // a mu code; 0 without bias correction
    int muProductBits = 0;       // raw word of mu * S; 0 without bias correction
    int fractionBits = 0;        // f
    int correctionBits = 0;      // T
    int shiftMin = 0;            // smallest s
    int shiftMax = 0;            // largest s
    int shiftBits = 0;           // s - shiftMin as it is sent
    int offsetBits = 0;          // o
    int parameterBits = 0;       // one lane of a parameter beat
    int pixels = 0;              // slots of a column
    int slotBits = 0;            // act_slot_i
    int weightRows = 0;          // rows of codes per weight beat
    int tileBeats = 0;           // weight beats per tile
    int lanes = 0;               // PCF units
    int drainSteps = 0;          // parameter and output beats per window
    int weightBeatBits = 0;      // wgt_data_i
    int activationBeatBits = 0;  // act_data_i
    int parameterBeatBits = 0;   // par_data_i
    int outputBeatBits = 0;      // out_data_o
    int aeCount = 0;             // products of a beat: rows * columns
    std::int64_t minTapsWithoutDrainStall =
        0;                // a window this long never waits for the drain of the one before
    double peakGops = 0;  // 2 * rows * columns * clock, 10^9 operations/s
    Latencies latencies = {};

    int rows() const { return spec.array.rows; }
    int columns() const { return spec.array.columns; }
    // Share of the cycles in which the elements compute, in a layer of many pixels whose windows
    // have so many taps, when no stream stalls: the rest is waiting for tiles or drains.
    double busyShare(std::int64_t taps) const;

    bool hasBiasCorrection() const { return muFormat.has_value(); }
    // The BCE's accumulator is there: for mu, or for an element's window weight.
    bool hasWindowSum() const { return hasBiasCorrection() || element.windowWeight != 0; }
    bool hasTreeRegister() const { return spec.pipeline.stages == 3; }
};

// Contradictions of the widths are added to the diagnostics. There is no design then: throws
// support::InputError, as it does if the diagnostics hold errors already.
Design elaborate(const ArchSpec& spec, support::Diagnostics& diagnostics);

// Reads, parses and elaborates a spec file. Throws support::InputError with the text of all
// diagnostics, or if the file cannot be read.
Design designFromSpecFile(const std::filesystem::path& path);

// The same array with another element: a baseline of docs/arithmetic.md, section 8. An accumulator
// width given in the spec is that of the spec's own format; here it is sized for the element.
// Throws support::InputError if its sums become too wide, or its rows are not whole elements.
Design withElement(const Design& design, const ElementInfo& element);

// The content of design.json, closed by "design_hash".
support::Json toJson(const Design& design);

// SHA-256 of toJson() without "design_hash", keys sorted, no white space.
std::string designHash(const Design& design);

// Throws support::InputError if the JSON is no design, was changed by hand (its hash does not
// match) or comes from a version of aslog that elaborates differently.
Design designFromJson(const support::Json& json);

// designFromJson() of a file, which errors name. Throws support::InputError, too, if it cannot be
// read.
Design readDesign(const std::filesystem::path& path);

// SHA-256 of the spec's canonical form (every field, defaults filled in).
std::string specHash(const ArchSpec& spec);

}  // namespace aslog
