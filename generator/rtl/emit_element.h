// Verilog of an arithmetic element for a SLogII format.
// Structure: docs/arithmetic.md, sections 2 and 3.
#pragma once

#include <string>

#include "golden/arithmetic/format.h"

namespace aslog {

/// Where an element takes the odd multiple 3q from.
enum class OddMultiple {
    Port,  // input t_i, shared by all columns; one bit, not used, if the format has no 3*2^k
    Own,   // an adder of its own, if the format has a level 3*2^k; no port
};

/// A combinational module with ports code_i [weightBits], q_i [activationBits], t_i
/// [activationBits+2 or 1] (OddMultiple::Port only), p_o [productBits - droppedBits]: the upper
/// bits of sign ? ~(L*q) : L*q. Verilog-2005 without a header; the same format gives the same text.
[[nodiscard]] std::string emitElement(const golden::SlogFormat& format,
                                      const std::string& moduleName, OddMultiple odd);

}  // namespace aslog
