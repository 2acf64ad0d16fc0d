// The same energies without a simulation: every net toggles equally often and is 1 half of the
// time, each by itself. What static power analysis does, to compare with it.
#pragma once

#include <vector>

#include "power/circuit.h"

namespace aslog::power {

struct InstancePower {
    double internalFj = 0;   // a cycle
    double switchingFj = 0;  // of the nets that it drives
    double leakageNw = 0;    // cell_leakage_power, or what the library says of no state
};

// One entry an instance. `activity`: transitions of each net a cycle; clock nets have two. Of the
// energies of an output each input has a share by its activity, and each condition by how likely
// it is.
std::vector<InstancePower> uniformPower(const Circuit& circuit, double activity);

}  // namespace aslog::power
