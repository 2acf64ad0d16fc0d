// aslog verify --netlist: the suites on the cells that `aslog synth` wrote.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/output.h"
#include "tb/verify.h"

namespace aslog::cli {

struct NetlistCommand {
    std::string technology;         // empty: no netlist
    std::filesystem::path liberty;  // empty: searched for
    std::string searchPath;         // ASLOG_TECH_PATH
};

// The options of a netlist; those named in `others` make no sense beside it.
void addNetlistOptions(CLI::App& command, NetlistCommand& netlist,
                       const std::vector<std::string>& others);

// Verifies, prints the table and the result, and writes verify/netlist_<technology>.txt. Of
// `options` seed, suite, quick and baselines count. Returns the exit code.
int runVerifyNetlist(const std::string& folder, const NetlistCommand& command,
                     const tb::VerifyOptions& options, const Output& output);

}  // namespace aslog::cli
