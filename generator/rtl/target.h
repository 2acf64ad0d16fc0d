// The two forms of a template: for an ASIC with gated clocks, for an FPGA with clock enables.
#pragma once

#include <string>

namespace aslog {

// Resolves `ifdef ASLOG_FPGA, `else and `endif, and leaves other conditions alone. For an FPGA, a
// gated clock x_clk (x_clk_i, x_clk_o) becomes the enable x_en, and a register on it one on clk_i
// with that enable; docs/architecture.md, "Targets". Throws support::Error for a template whose
// directives do not match.
std::string forTarget(const std::string& verilog, bool fpga, const std::string& templateName);

// The names alone: "u_array.lane_clk" becomes "u_array.lane_en". Text without gated clocks stays.
std::string enableNames(const std::string& verilog);

}  // namespace aslog
