// The programs that aslog calls: where they are, which version, which Debian package brings them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace aslog::support {

// Full path of a program: `name` itself if it has a slash, otherwise the first match in PATH.
// Throws MissingTool, which names the Debian package.
std::filesystem::path findTool(std::string_view name);

// First line of what the program says about its version ("Verilator 5.006 2023-01-22 rev ...").
// Throws MissingTool; Error if it says nothing.
std::string toolVersion(std::string_view name);

// Debian package of a program; the program's own name if it is not a known one.
std::string debianPackage(std::string_view tool);

}  // namespace aslog::support
