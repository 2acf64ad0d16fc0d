// The results of verifications as tables, each with the first mismatch and the verdict.
#pragma once

#include <string>

#include "tb/network_layers.h"
#include "tb/verify.h"
#include "tb/verify_netlist.h"

namespace aslog::report {

/// One line for each suite of the bench.
std::string verifyText(const tb::VerifyReport& report);

/// The same of netlists, with cells and speed of each.
std::string netlistText(const tb::NetlistReport& report);

/// One line for each layer of a network.
std::string networkText(const tb::NetworkReport& report);

}  // namespace aslog::report
