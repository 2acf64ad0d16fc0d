#include "cli/verify_network.h"

#include <filesystem>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/network_input.h"
#include "cli/reports.h"
#include "generator/rtl/run_folder.h"
#include "ptq/data/dataset.h"
#include "support/error.h"
#include "support/file.h"
#include "support/progress.h"
#include "support/table.h"
#include "tb/network_layers.h"
#include "tb/random.h"

namespace aslog::cli {
namespace {

using support::Align;
using support::Table;

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

Table layerTable(const tb::NetworkReport& report) {
    Table table({{"layer"},
                 {"comparisons", Align::Right},
                 {"mismatches", Align::Right},
                 {"beats", Align::Right},
                 {"cycles", Align::Right},
                 {"array used", Align::Right},
                 {"seconds", Align::Right},
                 {"result"}});
    for (const tb::LayerResult& layer : report.layers) {
        table.addRow({layer.counts.name, fmt::to_string(layer.counts.comparisons),
                      fmt::to_string(layer.counts.mismatches), fmt::to_string(layer.beats),
                      fmt::to_string(layer.cycles),
                      fmt::format("{:.1f} %", 100 * layer.utilisation),
                      fmt::format("{:.2f}", layer.counts.seconds), verdictText(layer.counts)});
    }
    return table;
}

std::string reportText(const tb::NetworkReport& report) {
    std::string text = layerTable(report).text() + "\n";
    for (const tb::LayerResult& layer : report.layers) {
        if (layer.counts.first) {
            text += mismatchText(layer.counts);
        }
    }
    text += changedNote(report.changedFiles);
    text += fmt::format("model compiled in {:.1f} s\n", report.compileSeconds);
    return text + fmt::format("{}: {} comparisons, {} mismatches, {} image{}\n",
                              report.passed() ? "passed" : "FAILED", report.comparisons(),
                              report.mismatches(), report.images, report.images == 1 ? "" : "s");
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
    const tb::NetworkReport report =
        tb::verifyLayers(folder, input.network.network, images, options,
                         [&progress](const std::string& step) { progress.update(step); });
    const std::string text = reportText(report);
    support::writeFile(std::filesystem::path(folder) / "verify" / "network.txt", text);
    output.text(text);
    output.result(tb::toJson(report));
    return report.passed() ? kSuccess : kFailure;
}

}  // namespace aslog::cli
