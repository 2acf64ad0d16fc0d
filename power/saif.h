// Switching activity of a run as a SAIF file, for other tools.
#pragma once

#include <string>

#include "power/simulator.h"

namespace aslog::power {

// SAIF 2.0, backward: T0 and T1 (in ticks of the simulation) and TC of each output pin, inside the
// instance that it belongs to, and of the ports of the top, as OpenSTA's read_saif wants them.
std::string saifText(const Circuit& circuit, const Activity& activity);

}  // namespace aslog::power
