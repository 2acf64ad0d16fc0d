// The run folder of a design, out/<name>/.
#pragma once

#include <filesystem>
#include <string>

#include "generator/elab/design.h"

namespace aslog::cli {

// The folder that the user named, or out/<name> below the current one.
std::filesystem::path runFolderOf(const Design& design, const std::string& given);

}  // namespace aslog::cli
