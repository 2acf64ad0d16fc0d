// aslog verify --net: the layers of a quantised network on the array of a run folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/output.h"

namespace aslog::cli {

struct NetworkCommand {
    std::string file;                 // empty: no network
    std::vector<std::string> layers;  // empty: all
    std::size_t images = 1;
    std::string data;  // data set; empty: random images
    std::string dataRoot;
};

// The options of a network; those of the suites, named in `others`, make no sense beside it.
void addNetworkOptions(CLI::App& command, NetworkCommand& network,
                       const std::vector<std::string>& others);

// Verifies, prints the table and the result, and writes verify/network.txt. Returns the exit code.
int runVerifyNetwork(const std::string& folder, const NetworkCommand& command, std::uint64_t seed,
                     const Output& output);

}  // namespace aslog::cli
