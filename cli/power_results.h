// The power of finished runs as Markdown tables.
#pragma once

#include <vector>

#include "cli/markdown.h"
#include "support/json_file.h"

namespace aslog::cli {

// `powers`: contents of power.json, one a synthesis; nothing is added if there are none.
void addPower(Markdown& page, const std::vector<support::Json>& powers);

}  // namespace aslog::cli
