// An array with a few pins, to be placed and routed: its inputs come from a shift register, its
// outputs are folded into one bit. All paths to and from the array begin and end in a register.
#pragma once

#include <string>

#include "generator/elab/design.h"

namespace aslog::flows {

inline constexpr const char* kPinsTop = "aslog_pins";

// Verilog of the module, and of the array as a black box.
std::string pinsVerilog(const Design& design);

// Registers of it, which are not the array's.
int pinsRegisters(const Design& design);

}  // namespace aslog::flows
