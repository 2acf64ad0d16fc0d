// The level set of weights on the command line: "4,4,zero", "auto", "auto,3", "spec".
#pragma once

#include <string>

#include "golden/arithmetic/format.h"

namespace aslog::cli {

// The option that leaves the format as the spec has it.
inline constexpr const char* kSpecFormat = "spec";

// Changes `format` as the option says; true if the level set is to be chosen. Throws
// support::InputError that says what was found and what is allowed.
bool applyFormatOption(const std::string& option, golden::FormatSpec& format);

// "4,4,zero"
std::string formatText(const golden::FormatSpec& format);

}  // namespace aslog::cli
