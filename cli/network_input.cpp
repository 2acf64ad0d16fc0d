#include "cli/network_input.h"

#include <utility>

#include <fmt/format.h>

#include "ptq/network_file/network_file.h"
#include "support/error.h"
#include "support/sha256.h"

namespace aslog::cli {

NetworkInput readNetworkInput(const std::filesystem::path& file) {
    AllNetworks all = readAllNetworks(file);
    return {std::move(all.networks.at("slogii")), std::move(all.provenance)};
}

AllNetworks readAllNetworks(const std::filesystem::path& file) {
    ptq::NetworkFile content = ptq::readNetworkFile(file);
    const ptq::Provenance& from = content.provenance;
    support::Json provenance;
    provenance["file"] = file.string();
    provenance["file_hash"] = support::sha256OfFile(file);
    provenance["format"] = ptq::describe(content.networks.at("slogii").network.format);
    provenance["tool"] = from.tool;
    provenance["model"] = from.model;
    provenance["model_hash"] = from.modelHash;
    provenance["calibration"] = from.calibration;
    provenance["calibration_hash"] = from.calibrationHash;
    provenance["calibration_images"] = from.images;
    AllNetworks result{{}, std::move(provenance)};
    for (auto& [name, stored] : content.networks) {
        result.networks.emplace(name, std::move(stored.network));
    }
    return result;
}

std::vector<std::vector<float>> imagesFor(const ptq::QuantisedNetwork& network,
                                          const data::Dataset& set, std::size_t count) {
    if (set.size() < count) {
        throw support::InputError(
            fmt::format("--images {}: the data set {} has {}", count, set.name(), set.size()));
    }
    const golden::NetworkSpec& spec = network.network.spec();
    const golden::TensorInfo& info = spec.tensors[spec.input];
    const data::ImageShape wanted{static_cast<std::size_t>(info.channels),
                                  static_cast<std::size_t>(info.height),
                                  static_cast<std::size_t>(info.width)};
    const data::ImageShape& shape = set.shape();
    if (shape != wanted) {
        throw support::InputError(fmt::format(
            "the network takes images of {}x{}x{}, the data set {} has {}x{}x{}", wanted.channels,
            wanted.height, wanted.width, set.name(), shape.channels, shape.height, shape.width));
    }
    std::vector<std::vector<float>> images;
    for (std::size_t i = 0; i < count; ++i) {
        images.push_back(set.image(i));
    }
    return images;
}

}  // namespace aslog::cli
