// aslog verify --netlist: the suites on the cells that `aslog synth` wrote.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/output.h"
#include "flows/library/technology.h"
#include "tb/verify.h"

namespace aslog::cli {

struct NetlistCommand {
    flows::TechnologyChoice technology;  // without a name: no netlist
};

// The options of a netlist; those named in `others` make no sense beside it.
void addNetlistOptions(CLI::App& command, NetlistCommand& netlist,
                       const std::vector<std::string>& others);

// Verifies, prints the table and the result, and writes verify/netlist_<technology>.txt. Of
// `options` seed, suite, quick and baselines count. Returns the exit code.
int runVerifyNetlist(const std::string& folder, const NetlistCommand& command,
                     const tb::VerifyOptions& options, const Output& output);

}  // namespace aslog::cli
