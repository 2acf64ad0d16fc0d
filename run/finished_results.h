// The result files of finished run folders, for documents.
#pragma once

#include <string>
#include <vector>

#include "support/json_file.h"

namespace aslog {

/// Area and timing of one synthesis of one design.
struct SynthesisResults {
    std::string design;
    support::Json area;    // synth/<technology>/area.json
    support::Json timing;  // synth/<technology>/timing.json
};

/// What one synthesis left to be believed. Results that are not there are null.
struct Evidence {
    std::string design;
    std::string technology;
    support::Json proofs;   // synth/<technology>/proofs.json
    support::Json netlist;  // verify/netlist_<technology>.json
    support::Json timing;   // synth/<technology>/timing.json
};

/// Each list by design, and by technology within it.
struct FinishedResults {
    std::vector<SynthesisResults> syntheses;
    std::vector<support::Json> powers;  // synth/<technology>/power.json
    std::vector<Evidence> evidence;
    std::vector<support::Json> verifications;  // verify/verify.json
    std::vector<support::Json> proves;         // prove/prove.json
};

/// Throws support::InputError if there are none, or if results do not belong to the design beside
/// them: a document must not mix them.
FinishedResults readResults(const std::vector<std::string>& runFolders);

}  // namespace aslog
