// A quantised network from its file, and where it comes from.
#pragma once

#include <filesystem>

#include "ptq/quantise/network.h"
#include "support/json_file.h"

namespace aslog::cli {

struct NetworkInput {
    ptq::QuantisedNetwork network;  // the variant for the array of a design
    support::Json provenance;       // for result files
};

// Throws what ptq::readNetworkFile() throws.
NetworkInput readNetworkInput(const std::filesystem::path& file);

}  // namespace aslog::cli
