#include "cli/network_input.h"

#include <utility>

#include "ptq/network_file/network_file.h"
#include "support/sha256.h"

namespace aslog::cli {

NetworkInput readNetworkInput(const std::filesystem::path& file) {
    ptq::NetworkFile content = ptq::readNetworkFile(file);
    const ptq::Provenance& from = content.provenance;
    ptq::QuantisedNetwork& network = content.networks.at("slogii").network;
    support::Json provenance;
    provenance["file"] = file.string();
    provenance["file_hash"] = support::sha256OfFile(file);
    provenance["format"] = ptq::describe(network.format);
    provenance["tool"] = from.tool;
    provenance["model"] = from.model;
    provenance["model_hash"] = from.modelHash;
    provenance["calibration"] = from.calibration;
    provenance["calibration_hash"] = from.calibrationHash;
    provenance["calibration_images"] = from.images;
    return {std::move(network), std::move(provenance)};
}

}  // namespace aslog::cli
