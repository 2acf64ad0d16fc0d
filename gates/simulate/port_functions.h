// The part of a simulator that talks to the world outside: inputs, outputs, clock, counters.
#pragma once

#include <string>

#include "gates/simulate/circuit.h"
#include "gates/simulate/layout.h"
#include "gates/simulate/writer.h"

namespace aslog::gates {

// The functions of writer.h from copyInputs() to setClock(), countEdges() and copyOutputs(). Throws
// as toSimulator() does.
std::string portFunctions(const Circuit& circuit, const SimulatorPorts& ports,
                          const Layout& layout);

}  // namespace aslog::gates
