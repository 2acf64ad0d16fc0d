// Carry-save trees: turns sums of many words into full adders and one last two-row adder.
//
// A tree of full adders alone reduces n bits of one weight to two with the fewest cells, because
// each full adder removes one bit and a half adder none. Which bits an adder takes is decided by
// when they arrive, the earliest first, so the tree is also as shallow as it can be (the
// "three-dimensional method" of Oklobdzija, Villeger and Liu, IEEE Trans. Computers 45(3), 1996,
// with full adders only). Signs cost no extension: the bit of the sign is inverted and its weight
// is subtracted in a constant.
#pragma once

#include <string>

#include "gates/netlist.h"

namespace aslog::flows {

// Replaces every sum of words and products of the module, as yosys' alumacc makes them
// (sum_terms.h); the last adder is an $alu. Throws support::Error if one is not understood.
void mapSums(gates::Module& module);

// Replaces every $alu of the module: the low `rippleBits` bits become a chain of full adders, the
// smallest adder there is, the others yosys' parallel prefix adder ($lcu), faster and larger.
void mapAdders(gates::Module& module, int rippleBits);

// What mapSums() and mapAdders() leave must hold no arithmetic of words: yosys would map it its own
// way. Throws support::Error that names the module and the cell.
void requireNoArithmetic(const gates::Module& module, const std::string& name);

// As many bits as any adder has: ripple adders only.
inline constexpr int kRippleOnly = 1 << 20;

}  // namespace aslog::flows
