// A run folder that costs the least time to verify and to synthesise.
#pragma once

#include <string>

#include "support/file.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/temporary_folder.h"

namespace aslog::tests {

inline const std::string kSmallestSpec = R"({"name": "smallest", "array": {"rows": 1, "columns": 1},
    "bias_correction": {"enabled": false}})";

inline std::string smallestSpec(const TemporaryFolder& folder) {
    support::writeFile(folder / "spec.json", kSmallestSpec);
    return folder / "spec.json";
}

inline std::string generatedSmallest(const TemporaryFolder& folder) {
    const std::string run = folder / "run";
    REQUIRE(runAslog({"generate", smallestSpec(folder), "-o", run}).exitCode == 0);
    return run;
}

}  // namespace aslog::tests
