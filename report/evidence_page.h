// What stands behind the figures of a design: proofs, comparisons with netlists, electrical checks.
#pragma once

#include <string>
#include <vector>

#include "report/markdown.h"
#include "run/finished_results.h"
#include "support/json_file.h"

namespace aslog::report {

/// Proofs and comparisons of the netlists, by design and technology.
void addNetlistEvidence(Markdown& page, const std::vector<Evidence>& all);

/// What `aslog prove` found, by design: content of prove/prove.json.
void addProofs(Markdown& page, const std::vector<support::Json>& proves);

}  // namespace aslog::report
