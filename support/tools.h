// The programs that aslog calls: where they are, which version, which Debian package brings them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/json_file.h"

namespace aslog::support {

// Full path of a program: `name` itself if it has a slash, otherwise the first match in PATH.
// Throws MissingTool, which names the Debian package.
std::filesystem::path findTool(std::string_view name);

// First line of what the program says about its version ("Verilator 5.006 2023-01-22 rev ...").
// Throws MissingTool; Error if it says nothing.
std::string toolVersion(std::string_view name);

// The versions between which aslog was tried with a program, as text ("0.23 to 0.55"); "" for one
// whose version makes no difference.
std::string triedVersions(std::string_view name);

// One line that says so if the version of a program (as toolVersion() gives it) lies outside of
// triedVersions(), or can not be read; "" otherwise.
std::string versionWarning(std::string_view name, std::string_view version);

// The names of all programs that have triedVersions().
std::vector<std::string> triedTools();

// The `tools` of every result file: {"aslog", "compiler": of aslog, and the version of each of
// `programs`}. Throws as toolVersion() does.
Json toolsJson(const std::vector<std::string>& programs = {});

// Debian package of a program; the program's own name if it is not a known one.
std::string debianPackage(std::string_view tool);

}  // namespace aslog::support
