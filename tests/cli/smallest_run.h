// A run folder that costs the least time to verify and to synthesise, and the library for it.
#pragma once

#include <filesystem>
#include <string>

#include "support/file.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/temporary_folder.h"

namespace aslog::tests {

inline const std::string kSmallestSpec = R"({"name": "smallest", "format": {"sqrt2_steps": 4},
    "array": {"rows": 1, "columns": 1},
    "bias_correction": {"enabled": false}})";

inline const std::string kLibrary = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

// True, with a word, if there is nothing to test with.
inline bool isMissing(const std::string& file) {
    if (std::filesystem::exists(file)) {
        return false;
    }
    WARN("skipped: " << file << " not found");
    return true;
}

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
