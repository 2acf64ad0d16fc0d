// Runs a proof with yosys, yosys-smtbmc and z3.
#pragma once

#include <chrono>
#include <filesystem>

#include "prove/proof.h"

namespace aslog::prove {

// `folder` is prove/ of the run folder. What is left behind there: nothing of a proven proof,
// <name>.v (the properties), logs and the trace of any other, with '/' in names replaced by '_'.
// Each run of a tool gets `timeout` at most. Throws support::Error if a tool gives no clear answer,
// support::MissingTool, support::Interrupted.
ProofResult runProof(const Proof& proof, const std::filesystem::path& folder,
                     std::chrono::seconds timeout);

// Removes what a run of the proof may have left behind.
void removeEvidence(const Proof& proof, const std::filesystem::path& folder);

}  // namespace aslog::prove
