// The results of a synthesis as JSON. Keys are described in docs/flows.md.
#pragma once

#include <string>

#include "flows/synth.h"
#include "support/json_file.h"

namespace aslog::flows {

// Figures that compare aslog with the baselines. Throws support::Error if one is missing.
struct Comparison {
    double aeUm2 = 0;         // alone, with its own 3q
    double aeInArrayUm2 = 0;  // one, as it stands in a column
    double bceUm2 = 0;        // with the µ·S elements of all lanes
    double pcfUm2 = 0;        // all lanes, without the µ·S elements
    ElementArea mult8Plain;
    ElementArea mult8Strong;
    const VariantResult* withoutBce = nullptr;  // aslog's own; nullptr: the spec has no BCE
    const VariantResult* int8Plain = nullptr;   // with BCE as the spec; nullptr: too wide for it
    const VariantResult* int8Strong = nullptr;  // the smallest of all of that width
    const VariantResult* int4Strong = nullptr;
};

Comparison compare(const SynthResult& result);

// "no wires", or the wire-load model that they are estimated by.
std::string wiresOf(const SynthResult& result);

support::Json areaJson(const SynthResult& result);
support::Json timingJson(const SynthResult& result);
support::Json proofsJson(const SynthResult& result);

// The counts of proofsJson() without the modules.
support::Json proofsSummary(const SynthResult& result);

}  // namespace aslog::flows
