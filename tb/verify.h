// Verifies the Verilog of a run folder against the golden model: compiles it, runs the suites.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/json_file.h"
#include "tb/models/compile.h"
#include "tb/streams/coverage.h"
#include "tb/suites/suite.h"
#include "tb/suites/suites.h"

namespace aslog::tb {

struct VerifyOptions {
    std::uint64_t seed = 1;
    std::string suite;          // "array_random" or "int8_booth/ae"; empty: all
    bool quick = false;         // a quarter of the stimulus
    bool baselines = true;      // also the baseline arrays
    bool everyVariant = false;  // those without bias correction, too: otherwise some of them
    bool trace = false;         // waveforms (VCD) of a suite that fails
    Waves waves = Waves::none;  // of one that passes, too: of its first 2000 cycles
    std::vector<Suite> suites = allSuites();
};

struct VerifyReport {
    std::string design;
    std::string designHash;
    VerifyOptions options;
    std::vector<SuiteResult> suites;
    std::optional<CoverageReport> coverage;     // of the design's own array, if a suite drove it
    std::vector<std::string> notSimulated;      // variants of the run folder that were left out
    std::vector<std::string> changedFiles;      // of rtl/, since they were generated
    std::vector<std::filesystem::path> traces;  // relative to the run folder
    double macsPerSecond = 0;                   // of the full_rate suite; 0 if it did not run
    double compileSeconds = 0;                  // Verilator and compiler, of all models
    double seconds = 0;                         // the whole run

    [[nodiscard]] std::uint64_t comparisons() const;
    [[nodiscard]] std::uint64_t mismatches() const;
    /// Every suite compared something, nothing differed, and unless one suite was asked for, every
    /// situation that can occur did.
    [[nodiscard]] bool passed() const;
};

/// Called with a few words when something new starts; may be called from one thread only.
using ProgressFunction = std::function<void(const std::string&)>;

/// Runs the suites and writes `runFolder`/verify/verify.json. Throws support::InputError for a
/// folder without a design or an unknown suite, support::MissingTool, and support::Error if the
/// Verilog can not be compiled; mismatches are no exceptions.
[[nodiscard]] VerifyReport verify(const std::filesystem::path& runFolder,
                                  const VerifyOptions& options, const ProgressFunction& progress);

/// The content of verify.json.
[[nodiscard]] support::Json toJson(const VerifyReport& report);

}  // namespace aslog::tb
