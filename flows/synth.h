// Synthesis of a run folder: aslog's array and every baseline in one technology, with the same
// care. docs/flows.md describes the steps and what is counted.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flows/area.h"
#include "flows/mapping/mapping.h"
#include "flows/mapping/netlist_proof.h"
#include "flows/timing/timing_loop.h"
#include "gates/cell_library.h"
#include "generator/elab/design.h"
#include "support/json_file.h"

namespace aslog::flows {

struct SynthOptions {
    std::filesystem::path runFolder;
    TechnologyChoice technology;
    std::optional<double> clockMhz;   // otherwise the spec's
    bool flat = false;                // also map the array without hierarchy and compare
    bool timeAll = false;             // all columns, also of arrays above kTimedWhole
    std::vector<std::string> arrays;  // beside aslog's own; empty: all that there are
    bool allowChanged = false;        // go on if rtl/ is not what was generated, and say so
    int jobs = 1;
};

// Arrays with more elements than this are timed with two columns; see representative.h.
inline constexpr int kTimedWhole = 1024;

// A combinational element alone, at its smallest.
struct ElementArea {
    std::string name;  // variant, or "multiplier"
    Method method = Method::Fused;
    int rows = 1;  // that it serves
    std::string recipe;
    double areaUm2 = 0;  // of one row
};

struct VariantResult {
    std::string name;
    std::string element;  // "slogii", "int8_booth" ...
    bool biasCorrection = false;
    AreaReport area;
    ClosedArray closed;
    std::vector<PathStretch> critical;  // the worst path, module by module
    std::vector<ModuleProof> proofs;    // of the netlist
    double perMacUm2 = 0;

    bool meetsClock() const { return closed.timing.slack.worstNs >= 0; }
    double fmaxMhz() const { return 1000 / closed.timing.minPeriodNs; }
};

struct FlatComparison {
    double hierarchicalUm2 = 0;  // both at their smallest, without fan-out buffers
    double flatUm2 = 0;
};

struct SynthResult {
    explicit SynthResult(Design itsDesign) : design(std::move(itsDesign)) {}

    Design design;
    std::vector<std::string> changedFiles;  // of rtl/, since they were generated
    std::vector<std::string> notMeasured;   // arrays of the folder that were not asked for
    Technology technology;
    std::string libertyFiles;  // names, "a.lib + b.lib"
    std::string libertySha256;
    std::string libertyName;
    gates::Corner corner;
    std::string wireLoad;  // model that wires are estimated by; "" for no wires
    double clockMhz = 0;
    int timedColumns = 0;                 // of the columns; the others are there as loads only
    support::Json tools;                  // versions, support::toolsJson()
    std::vector<VariantResult> variants;  // aslog's own first
    std::vector<ElementArea> elements;    // every element, both methods
    std::optional<FlatComparison> flat;
    MappingProofs mappingProofs;
    double seconds = 0;
};

using Report = std::function<void(const std::string&)>;

// Writes synth/<technology>/ of the run folder: area.json, timing.json, proofs.json,
// netlists/ and logs/. The new folder replaces an old one only when it is complete. `progress` is
// told the steps. Throws support::InputError (what RunFolder refuses, changed files of rtl/ unless
// they are allowed, technology, library), support::MissingTool, support::FileError,
// support::Interrupted, and support::Error if a tool fails or a figure is missing.
SynthResult synthesise(const SynthOptions& options, const Report& progress);

}  // namespace aslog::flows
