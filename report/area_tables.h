// The results of a synthesis as tables, for the terminal and report.txt.
#pragma once

#include <string>

#include "flows/synth.h"

namespace aslog::report {

/// Where the area goes, how it compares, what was timed and proven.
std::string areaTables(const flows::SynthResult& result);

}  // namespace aslog::report
