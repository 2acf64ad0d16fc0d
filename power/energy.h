// The energy of a run, booked by module and by kind of cell.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "power/simulator.h"

namespace aslog::power {

// Kinds as of power/circuit.h, then leakage.
inline constexpr std::size_t kLeakage = kKinds;
inline constexpr std::array<const char*, kKinds + 1> kKindNames = {"logic", "registers", "clock",
                                                                   "inputs", "leakage"};

// A net belongs to the cell that drives it, and what an input's edge costs inside a cell to that
// cell. All energies in fJ, sums over the counted cycles.
struct Energy {
    std::vector<double> byPlace;  // cells right in it, leakage included; see places below
    std::array<double, kKinds + 1> byKind{};
    double switchingFj = 0;  // 1/2 C V² of all nets

    double totalFj() const;
    Energy& operator+=(const Energy& other);
};

// Behind the places of the netlist there are two more: fan-out buffers, whose module is that
// around them by chance only, and the nets of the input ports.
std::size_t fanoutPlace(const Circuit& circuit);
std::size_t inputsPlace(const Circuit& circuit);

Energy energyOf(const Circuit& circuit, const Activity& activity);

}  // namespace aslog::power
