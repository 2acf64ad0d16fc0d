// Ports that repeat another port of their module: an output that is an input passed through, or two
// outputs of one driver. Outside they look like nets of their own, with drivers of their own.
#pragma once

#include "gates/netlist.h"

namespace aslog::flows {

// What uses such an output uses the port that it repeats instead; the output stays, unused. The
// netlist computes the same, and every net that a module shows its parent has one port to it.
void joinRepeatedPorts(gates::Netlist& netlist);

}  // namespace aslog::flows
