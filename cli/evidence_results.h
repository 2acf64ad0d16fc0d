// What stands behind the figures of a design: proofs, comparisons with netlists, electrical checks.
#pragma once

#include <string>
#include <vector>

#include "cli/markdown.h"
#include "support/json_file.h"

namespace aslog::cli {

/// What one synthesis left to be believed. Results that are not there are null.
struct Evidence {
    std::string design;
    std::string technology;
    support::Json proofs;   // synth/<technology>/proofs.json
    support::Json netlist;  // verify/netlist_<technology>.json
    support::Json timing;   // synth/<technology>/timing.json
};

/// Proofs and comparisons of the netlists, by design and technology.
void addNetlistEvidence(Markdown& page, const std::vector<Evidence>& all);

/// What `aslog prove` found, by design: content of prove/prove.json.
void addProofs(Markdown& page, const std::vector<support::Json>& proves);

}  // namespace aslog::cli
