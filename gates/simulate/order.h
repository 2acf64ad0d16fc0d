// The order of the steps of a circuit, and which of them a falling clock needs.
#pragma once

#include <set>
#include <string>

#include "gates/simulate/circuit.h"

namespace aslog::gates {

// Fills clockInputs, clockNetwork, settle and settleAfterFall. Returns the modules whose instances
// follow each other, so that they can not be evaluated at once; then the circuit is of no use.
// Throws support::InputError that names the cells of a loop.
std::set<std::string> orderSteps(Circuit& circuit);

}  // namespace aslog::gates
