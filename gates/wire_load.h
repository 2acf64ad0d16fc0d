// A wire-load model of a Liberty file: the capacitance of a net's wire from its fan-out alone.
#pragma once

#include <utility>
#include <vector>

#include "gates/liberty.h"

namespace aslog::gates {

class WireLoad {
  public:
    // No wires.
    WireLoad() = default;

    // The library's default_wire_load; no wires if it names none. Throws support::InputError if it
    // is not there or the library has no unit of capacitance.
    static WireLoad defaultOf(const LibertyFile& library);

    // `fanout`: pins and ports that the net drives. Lengths between two entries of the model are
    // interpolated, those beyond the ends follow its slope.
    double capacitanceFf(int fanout) const;

  private:
    double perLengthFf_ = 0;
    double slope_ = 0;                             // length for each further pin
    std::vector<std::pair<int, double>> lengths_;  // by fan-out, ascending
};

// Femtofarads per unit of capacitance of the library. Throws support::InputError if it has none.
double capacitanceUnitFf(const LibertyFile& library);

}  // namespace aslog::gates
