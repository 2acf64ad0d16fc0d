// The results of a power measurement as tables, for the terminal and power.txt.
#pragma once

#include <string>

#include "power/measure.h"

namespace aslog::report {

/// Energy of each array, where it goes, and how arrays compare.
std::string powerTables(const power::PowerResult& result);

}  // namespace aslog::report
