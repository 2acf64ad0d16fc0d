// A quantised network from its file, and where it comes from.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "ptq/data/dataset.h"
#include "ptq/quantise/network.h"
#include "support/json_file.h"

namespace aslog::cli {

struct NetworkInput {
    ptq::QuantisedNetwork network;  // the variant for the array of a design
    support::Json provenance;       // for result files
};

// Throws what ptq::readNetworkFile() throws.
NetworkInput readNetworkInput(const std::filesystem::path& file);

// All variants of the file by name, with the same provenance.
struct AllNetworks {
    std::map<std::string, ptq::QuantisedNetwork> networks;
    support::Json provenance;
};
AllNetworks readAllNetworks(const std::filesystem::path& file);

// The first `count` images of the set. Throws support::InputError if there are not so many, or if
// the network takes others.
std::vector<std::vector<float>> imagesFor(const ptq::QuantisedNetwork& network,
                                          const data::Dataset& set, std::size_t count);

}  // namespace aslog::cli
