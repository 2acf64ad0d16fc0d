// A run folder of examples/tiny_3x5.json with its synthesis in osu018, for tests that begin behind
// it: ctest has it made once (tests/CMakeLists.txt), a test that is run by hand makes its own.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "flows/synth.h"
#include "run/run_folder.h"

namespace aslog::tests {

inline constexpr const char* kSynthesisedSpec = "examples/tiny_3x5.json";
inline constexpr const char* kSynthesisedTechnology = "osu018";

// Fills `folder`, which the test may change. Throws as flows::synthesise() does.
inline void makeSynthesisedRun(const std::filesystem::path& folder) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
    if (const char* made = std::getenv("ASLOG_TEST_RUN"); made != nullptr) {
        std::filesystem::copy(made, folder, std::filesystem::copy_options::recursive);
        return;
    }
    static_cast<void>(writeRunFolder(
        designFromSpecFile(std::filesystem::path(ASLOG_SOURCE_DIR) / kSynthesisedSpec), folder));
    flows::SynthOptions options;
    options.runFolder = folder;
    options.technology.name = kSynthesisedTechnology;
    options.jobs = 2;
    static_cast<void>(flows::synthesise(options, [](const std::string&) {}));
}

}  // namespace aslog::tests
