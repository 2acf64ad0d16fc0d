// Liberty files as aslog writes them: for tools that read less of the format than it allows.
#pragma once

#include <functional>
#include <string>

#include "gates/liberty.h"

namespace aslog::gates {

// Whether a group of the file is written, with all in it; called for each group but the library.
using GroupFilter = std::function<bool(const LibertyGroup& group)>;

// The library with the groups that the filter takes. Values that are more than one word are quoted,
// as `clear : !RN` is not in many a file, each attribute ends with a semicolon, comments are gone;
// the unit of loads is in small letters, the only ones that abc knows.
std::string libertyText(const LibertyGroup& library, const GroupFilter& takes);

}  // namespace aslog::gates
