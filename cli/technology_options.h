// --tech, --profile, --liberty and --tech-path: the same in every command that works with cells.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "flows/library/technology.h"

namespace aslog::cli {

// Adds them to a command; `nameOption` takes the name, and is described by `nameHelp`. Returns the
// option of the name.
CLI::Option* addTechnologyOptions(CLI::App& command, flows::TechnologyChoice& choice,
                                  const std::string& nameOption, const std::string& nameHelp);

// A profile that is given by its folder; it has the folder's name.
void chooseProfile(flows::TechnologyChoice& choice, const std::string& folder);

}  // namespace aslog::cli
