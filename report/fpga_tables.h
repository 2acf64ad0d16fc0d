// The results of a synthesis for an FPGA as tables, for the terminal and report.txt.
#pragma once

#include <string>

#include "flows/fpga/fpga_synth.h"

namespace aslog::report {

/// LUTs, flip-flops, carries, DSP blocks and fmax of each array, and the elements alone.
std::string fpgaTables(const flows::FpgaResult& result);

}  // namespace aslog::report
