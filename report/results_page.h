// The figures of finished runs as one Markdown page: docs/results.md.
#pragma once

#include <string>

#include "run/finished_results.h"

namespace aslog::report {

std::string resultsPage(const FinishedResults& results);

}  // namespace aslog::report
