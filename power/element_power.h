// The energy of an arithmetic element alone: combinational, one operation a cycle.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "power/circuit.h"
#include "power/workload.h"

namespace aslog::power {

// Of all rows that an element serves, the first lowest.
struct Operands {
    std::uint32_t code = 0;  // of the weights, as the element takes them
    std::uint32_t q = 0;     // activations
};

// Energies of one operation: of one row.
struct OperationEnergy {
    std::size_t operations = 0;
    double fj = 0;
    double settledFj = 0;  // without glitches
};

struct ElementPower {
    std::string name;          // "slogii" or a baseline
    OperationEnergy allPairs;  // every code with every activation, in random order
    OperationEnergy real;      // as they come to some elements of the array, layer by layer
};

// Every legal code with every activation, in each row in an order of its own that the seed decides.
std::vector<Operands> allOperands(const golden::Element& element, std::uint64_t seed);

// What the element that serves (row, column) sees while the traffic runs without a stall.
std::vector<Operands> operandsAt(const tb::Device& device, const tb::Traffic& traffic, int row,
                                 int column);

// Ports code_i, q_i -> raw_o, or those of a module aslog_ae of one word: code_i, q_i, t_i -> p_o.
// Then 3q comes with q, as from the registers of a lane. Throws support::Error if a result is not
// the raw word of the golden element or does not settle within the cycle.
OperationEnergy operationEnergy(const Circuit& circuit, const golden::Element& element,
                                const std::vector<Operands>& operands);

}  // namespace aslog::power
