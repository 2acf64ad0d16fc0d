// The terms of a sum of words as yosys' alumacc makes it, in the form of either version of yosys.
#pragma once

#include <vector>

#include "gates/netlist.h"

namespace aslog::flows {

// +- a, or +- a * b.
struct SumTerm {
    bool aSigned = false;
    bool bSigned = false;
    bool isSubtracted = false;
    std::vector<gates::Bit> a;
    std::vector<gates::Bit> b;  // empty: the term is a alone
};

// $macc (until yosys 0.47) and $macc_v2.
bool isSum(const gates::Cell& cell);

// Throws support::Error that names the cell if it is not understood.
std::vector<SumTerm> termsOf(const gates::Cell& sum);

// The bits of a port of the sum. Throws support::Error if there is no such port.
const std::vector<gates::Bit>& portOf(const gates::Cell& sum, const std::string& port);

}  // namespace aslog::flows
