// Verifies the netlists that `aslog synth` wrote against the golden model, with the suites of
// verify.h: each suite drives cells instead of Verilog.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "support/json_file.h"
#include "tb/suites/suite.h"
#include "tb/verify.h"

namespace aslog::tb {

struct NetlistOptions {
    std::string technology;                      // folder below synth/
    std::vector<std::filesystem::path> liberty;  // the library that the netlists were made with
    std::uint64_t seed = 1;
    std::string suite;      // as in VerifyOptions
    bool quick = false;     // a quarter of the stimulus
    bool baselines = true;  // also the baseline arrays
    std::vector<Suite> suites = allSuites();
};

/// One array of cells.
struct NetlistVariant {
    std::string name;
    std::string file;  // below synth/<technology>/
    std::string sha256;
    std::size_t cells = 0;
    double compileSeconds = 0;
    double cyclesPerSecond =
        0;  // of its array suites, driving and comparing included; 0 if none ran
};

struct NetlistReport {
    std::string design;
    std::string designHash;
    std::vector<std::string> changedFiles;  // of rtl/, when the netlists were made
    std::vector<std::string> notMeasured;   // arrays of the folder without a netlist
    std::string libertyFiles;               // names, "a.lib + b.lib"
    std::string libertyName;                // name in the Liberty file
    std::string libertySha256;
    NetlistOptions options;
    std::vector<NetlistVariant> variants;
    std::vector<SuiteResult> suites;
    double seconds = 0;

    [[nodiscard]] std::uint64_t comparisons() const;
    [[nodiscard]] std::uint64_t mismatches() const;
    /// Every suite compared something, and nothing differed.
    [[nodiscard]] bool passed() const;
};

/// Runs the suites and writes `runFolder`/verify/netlist_<technology>.json. Throws
/// support::InputError if there is no synthesis of this technology, if it belongs to another design
/// or was made with another library, for a netlist that can not be simulated (with the name of the
/// cell), and for an unknown suite; support::MissingTool; mismatches are no exceptions.
[[nodiscard]] NetlistReport verifyNetlist(const std::filesystem::path& runFolder,
                                          const NetlistOptions& options,
                                          const ProgressFunction& progress);

/// The content of netlist_<technology>.json.
[[nodiscard]] support::Json toJson(const NetlistReport& report);

}  // namespace aslog::tb
