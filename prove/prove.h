// Proves the Verilog of a run folder: arithmetic for all inputs, control for all reachable states.
// What exactly: docs/verification.md.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "prove/proof.h"
#include "support/json_file.h"

namespace aslog::prove {

struct ProveOptions {
    std::string only;                   // name of one proof; empty: all
    bool baselines = true;              // also the elements of the baselines
    int jobs = 2;                       // proofs at work at the same time
    std::chrono::seconds timeout{120};  // of each run of a tool
};

struct ProveReport {
    std::string design;
    std::string designHash;
    bool partial = false;                   // one proof only, or without baselines
    std::vector<std::string> changedFiles;  // of rtl/, since they were generated
    std::vector<ProofResult> proofs;
    double seconds = 0;

    // There are proofs, and all of them are proven.
    [[nodiscard]] bool passed() const;
};

// Called with the name of each proof that starts, from several threads.
using ProgressFunction = std::function<void(const std::string&)>;

// Runs the proofs and writes `runFolder`/prove/prove.json. Throws support::InputError for a folder
// without a design or an unknown proof, support::MissingTool, and support::Error if a tool gives no
// clear answer; a refuted proof is no exception.
ProveReport prove(const std::filesystem::path& runFolder, const ProveOptions& options,
                  const ProgressFunction& progress);

// "proven", "refuted", "gave up".
std::string verdictName(Verdict verdict);

// The content of prove.json.
support::Json toJson(const ProveReport& report);

}  // namespace aslog::prove
