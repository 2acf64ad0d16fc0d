// A picture of where the area goes: area.svg.
#pragma once

#include <string>

#include "flows/synth.h"

namespace aslog::report {

// Bars of area per multiply-accumulate, one for aslog's array and one for each baseline that it is
// compared with, split into parts.
std::string areaPicture(const flows::SynthResult& result);

}  // namespace aslog::report
