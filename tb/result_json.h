// Parts that the result files of the bench have in common.
#pragma once

#include "support/json_file.h"
#include "tb/suites/suite.h"

namespace aslog::tb {

[[nodiscard]] support::Json mismatchJson(const Mismatch& mismatch);

[[nodiscard]] support::Json coverageJson(const CoverageReport& coverage);

/// Versions of aslog and of the tools that it simulates with.
[[nodiscard]] support::Json toolsJson();

}  // namespace aslog::tb
