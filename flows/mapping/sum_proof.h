// Proves that the adders of a module add up to the sums of words that they were made of. It shares
// no code with the builder (carry_save.h): it walks from the bits of each sum to its terms and
// replaces every adder by what it conserves.
#pragma once

#include "gates/netlist.h"

namespace aslog::flows {

// `words`: a module with $macc or $macc_v2 cells; `gates`: the same after mapSums(). Everything
// else must be as it was, and each sum must equal its terms for all inputs, modulo 2^(its width).
// Returns the number of sums that were proven; throws support::Error that names the module, the sum
// and what is wrong.
int proveSums(const gates::Module& words, const gates::Module& gates, const std::string& name);

}  // namespace aslog::flows
