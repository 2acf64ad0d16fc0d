// The inputs of a counterexample, from the waveform that a prover wrote.
#pragma once

#include <string>
#include <vector>

#include "prove/proof.h"

namespace aslog::prove {

// The last values of the top module's inputs (names that end in _i), sorted by name. `vcd` is the
// text of the waveform. Empty if it has none.
std::vector<InputValue> inputValues(const std::string& vcd);

}  // namespace aslog::prove
