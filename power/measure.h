// Power of every array of a run folder from the activity of a real layer. docs/flows.md, "Power".
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flows/library/technology.h"
#include "gates/cell_library.h"
#include "power/element_power.h"
#include "power/energy.h"
#include "power/workload.h"
#include "support/json_file.h"

namespace aslog::power {

struct PowerOptions {
    std::filesystem::path runFolder;
    flows::TechnologyChoice technology;
    // "slogii", "int4_booth" ...; empty: all with the bias correction of the spec, but for
    // baselines that missed the clock in synthesis: what does not settle in a cycle has no energy
    // per cycle.
    std::vector<std::string> variants;
    std::uint64_t seed = 1;  // of the states at power-on
    bool saif = false;       // also write saif/<variant>.<layer>.<image>.saif
    int jobs = 1;
};

// One layer of one image on one array.
struct PowerRun {
    std::string layer;
    std::size_t image = 0;
    DriveReport drive;
    Energy energy;   // every transition
    Energy settled;  // without glitches
    std::uint64_t events = 0;
    double seconds = 0;  // of both simulations

    double perMacFj(const Energy& of, int elements) const {
        return of.totalFj() / (static_cast<double>(drive.countedBeats) * elements);
    }
};

struct ArrayPower {
    std::string name;
    std::string netlistSha256;
    std::size_t cells = 0;
    std::size_t knownNets = 0;    // driven by a cell or a port
    std::size_t toggledNets = 0;  // in any of the runs
    std::vector<ModulePlace> places;
    std::vector<PowerRun> runs;

    Energy energy() const;
    Energy settled() const;
    std::uint64_t cycles() const;
    std::uint64_t beats() const;
};

// NOLINTNEXTLINE(bugprone-exception-escape): only if memory runs out, in the JSON value inside
struct PowerResult {
    std::string design;
    std::string designHash;
    std::vector<std::string> changedFiles;  // of rtl/, when the netlists were made
    std::vector<std::string> notMeasured;   // arrays of the folder that were not synthesised
    int elements = 0;                       // rows times columns
    flows::Technology technology;
    std::string libertyFiles;  // names, "a.lib + b.lib"
    std::string libertySha256;
    std::string libertyName;
    gates::Corner corner;
    std::string wireLoad;
    double clockMhz = 0;
    std::vector<std::string> layers;
    support::Json source;                     // of the workload
    std::vector<ArrayPower> arrays;           // aslog's own first
    std::vector<std::string> missedClock;     // baselines that were left out for that
    std::vector<ElementPower> elementsAlone;  // those whose netlists the synthesis left
    std::optional<ElementPower> aeInArray;    // aslog's own without its 3q, as the array has it
    double seconds = 0;

    // fJ per multiply-accumulate, mean over layers and images, all of the array included.
    double perMacFj(const ArrayPower& array) const;
    double settledPerMacFj(const ArrayPower& array) const;
};

using Progress = std::function<void(const std::string&)>;

// Simulates the netlists that `aslog synth` wrote for the technology and writes power.json
// beside them. Throws support::InputError if there are none or they belong
// to another design or library, and as drive() does.
PowerResult measurePower(const PowerOptions& options, const Workload& workload,
                         const Progress& progress);

}  // namespace aslog::power
