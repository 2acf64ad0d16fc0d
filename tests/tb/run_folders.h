// Run folders for the tests of the bench.
#pragma once

#include <filesystem>
#include <string>

#include "generator/elab/design.h"
#include "run/run_folder.h"

namespace aslog::tb::test {

/// Generates a spec of the source tree ("tests/tb/specs/mutants_a.json") into `folder`.
inline Design generateInto(const std::filesystem::path& folder, const std::string& spec) {
    const Design design = designFromSpecFile(std::filesystem::path(ASLOG_SOURCE_DIR) / spec);
    (void)writeRunFolder(design, folder);
    return design;
}

}  // namespace aslog::tb::test
