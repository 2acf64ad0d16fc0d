// The calls of Verilator and g++ that make a model: tools, flags, and what they say when they fail.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tb/models/waves.h"

namespace aslog::tb {

/// Verilator's C++ headers and sources. Throws support::MissingTool, support::Error.
[[nodiscard]] std::filesystem::path verilatorInclude();

/// Runs a tool in `folder`, its output in the file `log` there; returns the seconds it took. Throws
/// support::MissingTool, and support::Error with the tool's own words if it fails.
double runTool(std::vector<std::string> argv, const std::filesystem::path& folder,
               const std::string& log);

/// g++ with the flags of every file of a model: `include` is verilatorInclude(), `optimisation`
/// "-O0" to "-O2".
[[nodiscard]] std::vector<std::string> compilerCall(const std::filesystem::path& include,
                                                    Waves waves, const std::string& optimisation);

/// Compiles `folder`/<stem>.cpp to <stem>.o. Returns and throws as runTool() does.
double compileObject(const std::filesystem::path& folder, const std::string& stem,
                     std::vector<std::string> call);

}  // namespace aslog::tb
