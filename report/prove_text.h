// The results of `aslog prove` as a table.
#pragma once

#include <string>

#include "prove/prove.h"

namespace aslog::report {

/// One line for each proof, the counterexample of each that failed, and the verdict.
std::string proveText(const prove::ProveReport& report);

}  // namespace aslog::report
