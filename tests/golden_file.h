// Texts that are compared with files of the source tree.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/file.h"

namespace aslog::tests {

// The content of a golden file. With ASLOG_UPDATE_GOLDEN set in the environment `text` is written
// there first: look at what changed before it is committed.
inline std::string goldenText(const std::filesystem::path& file, const std::string& text) {
    if (std::getenv("ASLOG_UPDATE_GOLDEN") != nullptr) {
        support::writeFile(file, text);
    }
    return support::readFile(file);
}

}  // namespace aslog::tests
