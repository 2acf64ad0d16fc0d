// aslog power: energy of the arrays of a run folder from the activity of real layers.

#include "cli/power.h"

#include <memory>
#include <string>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/network_input.h"
#include "cli/number_checks.h"
#include "cli/technology_options.h"
#include "examples/networks/example_workload.h"
#include "power/results.h"
#include "report/power_picture.h"
#include "report/power_tables.h"
#include "run/run_access.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/parallel.h"
#include "support/progress.h"

namespace aslog::cli {
namespace {

power::Workload workloadOf(const PowerCommand& command) {
    const Design design = RunFolder(command.options.runFolder).design();
    power::Workload workload;
    if (command.network.empty()) {
        if (!command.data.empty()) {
            throw support::InputError("--data goes with --net: a network that takes its pictures");
        }
        workload = examples::exampleWorkload(design, command.images);
    } else {
        if (command.data.empty()) {
            throw support::InputError(
                "--net needs --data: power is that of real pictures (docs/data.md)");
        }
        AllNetworks input = readAllNetworks(command.network);
        const data::Dataset set =
            data::readDataset(command.data, command.dataRoot, data::Answers::Hidden);
        workload.images = imagesFor(input.networks.at("slogii"), set, command.images);
        workload.networks = std::move(input.networks);
        workload.source["network"] = input.provenance;
        workload.source["images"] = {{"data", set.name()}, {"count", command.images}};
    }
    workload.layers = command.layers;
    workload.beats = command.beats;
    return workload;
}

int runPower(const PowerCommand& command, const Output& output) {
    const support::FolderLock lock = lockRunFolder(command.options.runFolder);
    const power::PowerResult result = measureAndReport(command);
    output.text(report::powerTables(result));
    output.result(power::powerJson(result));
    return kSuccess;
}

}  // namespace

power::PowerResult measureAndReport(const PowerCommand& command) {
    support::Progress progress("power " + command.options.technology.name);
    progress.update("reading the network");
    const power::Workload workload = workloadOf(command);
    power::PowerResult result = power::measurePower(
        command.options, workload, [&progress](const std::string& step) { progress.update(step); });
    const std::filesystem::path folder =
        command.options.runFolder / "synth" / result.technology.name;
    support::writeFile(folder / "power.txt", report::powerTables(result));
    support::writeFile(folder / "power.svg", report::powerPicture(result));
    return result;
}

void addPowerCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<PowerCommand>();
    power::PowerOptions& options = command->options;
    options.jobs = support::cores();
    CLI::App* sub = app.add_subcommand("power", "Energy from the activity of real layers");
    sub->add_option("DIR", options.runFolder, "Run folder with netlists of `aslog synth`")
        ->required();
    addTechnologyOptions(
        *sub, options.technology, "--tech",
        fmt::format("One of `aslog tech list` (default: {})", options.technology.name));
    sub->add_option("--net", command->network,
                    "Network with int4 and int8 variants (default: examples/fashion_cnn)");
    sub->add_option("--layer", command->layers,
                    "Convolution of that name; may be repeated (default: two of many taps)")
        ->allow_extra_args(false);
    sub->add_option("--data", command->data, "With --net: data set of the pictures (docs/data.md)");
    sub->add_option("--data-root", command->dataRoot,
                    "Folder that the paths of the data set are relative to")
        ->envname("ASLOG_DATA_ROOT");
    sub->add_option("--images", command->images,
                    fmt::format("Pictures (default: {})", command->images))
        ->check(CLI::Range(1, 1000));
    sub->add_option("--beats", command->beats,
                    fmt::format("Activation beats that count, of each layer and picture "
                                "(default: {})",
                                command->beats))
        ->check(CLI::Range(16, 1000000));
    sub->add_option("--array", options.variants,
                    "Only the array of that name (slogii, int4_booth ...); may be repeated")
        ->allow_extra_args(false);
    sub->add_option("--seed", options.seed, "Of the states at power-on (default: 1)")
        ->transform(seedCheck());
    sub->add_flag("--saif", options.saif, "Also write the activity of each run as SAIF");
    sub->add_option("--jobs", options.jobs, "Simulations at the same time")
        ->check(CLI::Range(1, 256));
    sub->footer(
        "Simulates the netlists of `aslog synth` with the delays of their cells on layers of a\n"
        "network, compares every output with the golden model, and writes power.json, power.svg\n"
        "and power.txt beside area.json. What is counted: docs/flows.md, \"Power\".\n"
        "\n"
        "Examples:\n"
        "  aslog power out/aslog_16x16\n"
        "  aslog power out/aslog_16x16 --tech nangate45 --net resnet20.aslog \\\n"
        "      --data examples/data/cifar10_test.json --layer layer3.1.conv1\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runPower(*command, output); };
    });
}

}  // namespace aslog::cli
