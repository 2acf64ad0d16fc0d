// Registers with names that last: a word of flip-flops or latches becomes one cell for each bit,
// which technology mapping replaces under the same name. So two versions of a module can be
// compared register by register.
#pragma once

#include "gates/netlist.h"

namespace aslog::flows {

// Name that every register starts with: "reg_<n>_<bit>"; n numbers the words of the module.
inline constexpr const char* kRegisterPrefix = "reg_";

// Replaces all $dff, $dffe, $adff, $adffe and $dlatch by $_DFF_P_, $_DLATCH_N_ ... Throws
// support::Error if there is a register of another kind, or another cell with such a name.
void nameRegisters(gates::Module& module);

}  // namespace aslog::flows
