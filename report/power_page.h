// The power of finished runs as Markdown tables.
#pragma once

#include <string>
#include <vector>

#include "report/markdown.h"
#include "support/json_file.h"

namespace aslog::report {

// `powers`: contents of power.json, one a synthesis; nothing is added if there are none.
void addPower(Markdown& page, const std::vector<support::Json>& powers);

// Of one synthesis: fJ of a multiply-accumulate, and how many times of it the int8 and int4 arrays
// take that take least; "-" for what is not there.
std::vector<std::string> energyCells(const std::vector<support::Json>& powers,
                                     const std::string& design, const std::string& technology);

}  // namespace aslog::report
