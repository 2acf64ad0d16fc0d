// The values of a counterexample, from the waveform that a prover wrote.
#pragma once

#include <string>
#include <vector>

#include "prove/proof.h"

namespace aslog::prove {

// The top module's inputs (names that end in _i or _ni) and the wires of the module that the
// properties see, sorted by name, in the step that refutes the proof: of a proof over registers the
// step that leads there, otherwise the last one. `vcd` is the text of the waveform.
std::vector<InputValue> counterexample(const std::string& vcd, const Proof& proof);

}  // namespace aslog::prove
