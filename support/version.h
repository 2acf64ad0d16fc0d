// What this aslog is and where its data files are.
#pragma once

#include <filesystem>
#include <string_view>

namespace aslog::support {

// "0.1.0": the release, as generated Verilog says it. Results say support::build().
std::string_view version();

// The folder that holds rtl_templates/, flows/tech/ and so on: $ASLOG_DATA_DIR if set, otherwise
// ../share/aslog beside an installed command, otherwise the source tree of the build.
// Throws Error if there is none.
std::filesystem::path dataFolder();

}  // namespace aslog::support
