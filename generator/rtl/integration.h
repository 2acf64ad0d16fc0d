// What a design brings along for the tools of others: constraints, a FuseSoC core.
#pragma once

#include <string>
#include <vector>

#include "generator/elab/design.h"

namespace aslog {

/// Constraints of aslog_pcf_array (SDC): the clock of the spec, 20 % of the period outside at every
/// stream as in `aslog synth`, gating checks, what is static and what is asynchronous.
[[nodiscard]] std::string constraintsText(const Design& design);

/// A FuseSoC core (CAPI2) of the array's Verilog `files` in reading order, with the targets
/// default, lint and axis.
[[nodiscard]] std::string coreText(const Design& design, const std::vector<std::string>& files);

}  // namespace aslog
