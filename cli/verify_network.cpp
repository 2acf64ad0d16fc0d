#include "cli/verify_network.h"

#include <filesystem>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/network_input.h"
#include "ptq/data/dataset.h"
#include "report/verify_text.h"
#include "support/error.h"
#include "support/file.h"
#include "support/progress.h"
#include "tb/network_layers.h"
#include "tb/streams/random.h"

namespace aslog::cli {
namespace {

// Every element of the input drawn by itself: noise, which needs no data set.
std::vector<golden::Tensor> randomImages(const golden::Network& network, std::size_t count,
                                         std::uint64_t seed) {
    const golden::TensorInfo& info = network.spec().tensors[network.spec().input];
    const std::uint64_t values = network.numerics().element->activationMax() + std::uint64_t{1};
    tb::Random random(seed, "images");
    std::vector<golden::Tensor> images(count, {info.channels, info.height, info.width, {}});
    for (golden::Tensor& image : images) {
        image.data.resize(image.size());
        for (std::uint8_t& q : image.data) {
            q = static_cast<std::uint8_t>(random.below(values));
        }
    }
    return images;
}

}  // namespace

void addNetworkOptions(CLI::App& command, NetworkCommand& network,
                       const std::vector<std::string>& others) {
    CLI::Option* net = command.add_option(
        "--net", network.file, "Quantised network: run its layers instead of the suites");
    for (const std::string& other : others) {
        net->excludes(command.get_option(other));
    }
    command
        .add_option("--layer", network.layers,
                    "With --net: only the convolution of that name; may be repeated")
        ->allow_extra_args(false)
        ->needs(net);
    command.add_option("--images", network.images, "With --net: number of images (default: 1)")
        ->check(CLI::Range(1, 100000))
        ->needs(net);
    command
        .add_option("--data", network.data,
                    "With --net: images of this data set (docs/data.md), not random ones")
        ->needs(net);
    command
        .add_option("--data-root", network.dataRoot,
                    "Folder that the paths of the data set are relative to")
        ->envname("ASLOG_DATA_ROOT");
}

int runVerifyNetwork(const std::string& folder, const NetworkCommand& command, std::uint64_t seed,
                     const Output& output) {
    support::Progress progress("verify " + folder);
    progress.update("reading " + command.file);
    const NetworkInput input = readNetworkInput(command.file);
    tb::NetworkOptions options;
    options.layers = command.layers;
    options.seed = seed;
    options.source["network"] = input.provenance;
    std::vector<golden::Tensor> images;
    if (command.data.empty()) {
        images = randomImages(input.network.network, command.images, seed);
        options.source["images"] = "random";
    } else {
        const data::Dataset set =
            data::readDataset(command.data, command.dataRoot, data::Answers::Hidden);
        for (const std::vector<float>& image : imagesFor(input.network, set, command.images)) {
            images.push_back(input.network.quantiseImage(image));
        }
        options.source["images"] = set.name();
    }
    const tb::NetworkReport result =
        tb::verifyLayers(folder, input.network.network, images, options,
                         [&progress](const std::string& step) { progress.update(step); });
    const std::string text = report::networkText(result);
    support::writeFile(std::filesystem::path(folder) / "verify" / "network.txt", text);
    output.text(text);
    output.result(tb::toJson(result));
    return result.passed() ? kSuccess : kFailure;
}

}  // namespace aslog::cli
