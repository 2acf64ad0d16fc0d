// A picture of where the energy goes: power.svg.
#pragma once

#include <string>

#include "power/measure.h"

namespace aslog::report {

/// Bars of energy per multiply-accumulate, glitches included, as areaPicture() has them of area.
std::string powerPicture(const power::PowerResult& result);

}  // namespace aslog::report
