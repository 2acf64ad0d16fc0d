// aslog verify: simulates the Verilog of a run folder and compares it with the golden model.

#include "tb/verify.h"

#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/stages.h"
#include "cli/tool_versions.h"
#include "cli/verify_netlist.h"
#include "cli/verify_network.h"
#include "examples/networks/fashion_suite.h"
#include "report/verify_text.h"
#include "run/run_access.h"
#include "support/file.h"
#include "support/progress.h"

namespace aslog::cli {
namespace {

struct VerifyCommand {
    std::string folder;
    bool noBaselines = false;
    std::string vcdSuite;
    std::string fstSuite;
    tb::VerifyOptions options;
    NetworkCommand network;
    NetlistCommand netlist;
};

int runVerify(const VerifyCommand& command, const Output& output) {
    warnOfUntriedVersions({"verilator"});
    const support::FolderLock lock = lockRunFolder(command.folder);
    if (!command.network.file.empty()) {
        return runVerifyNetwork(command.folder, command.network, command.options.seed, output);
    }
    tb::VerifyOptions options = command.options;
    options.baselines = !command.noBaselines;
    if (!command.vcdSuite.empty() || !command.fstSuite.empty()) {
        options.suite = command.vcdSuite + command.fstSuite;
        options.waves = command.fstSuite.empty() ? tb::Waves::vcd : tb::Waves::fst;
    }
    if (!command.netlist.technology.name.empty()) {
        return runVerifyNetlist(command.folder, command.netlist, options, output);
    }
    const tb::VerifyReport result = verifyAndReport(command.folder, options);
    output.text(report::verifyText(result));
    output.result(tb::toJson(result));
    return result.passed() ? kSuccess : kFailure;
}

}  // namespace

tb::VerifyReport verifyAndReport(const std::filesystem::path& folder,
                                 const tb::VerifyOptions& options) {
    tb::VerifyOptions all = options;
    all.suites.push_back(examples::fashionSuite());
    support::Progress progress("verify " + folder.string());
    tb::VerifyReport result =
        tb::verify(folder, all, [&progress](const std::string& step) { progress.update(step); });
    support::writeFile(folder / "verify" / "report.txt", report::verifyText(result));
    return result;
}

void addVerifyCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<VerifyCommand>();
    CLI::App* sub = app.add_subcommand("verify", "Compare the Verilog with the golden model");
    sub->add_option("DIR", command->folder, "Run folder, made by `aslog generate`")->required();
    sub->add_option("--seed", command->options.seed, "Seed of all random stimulus (default: 1)")
        ->transform(seedCheck());
    sub->add_option("--suite", command->options.suite,
                    "Run one suite only: ae, array_random, int8_booth/ae ...");
    sub->add_flag("--trace", command->options.trace,
                  "If a suite fails, write waveforms of its first mismatch (VCD)");
    CLI::Option* vcd =
        sub->add_option("--vcd", command->vcdSuite,
                        "Run one suite only and write waveforms of its first 2000 cycles (VCD)")
            ->excludes(sub->get_option("--suite"));
    sub->add_option("--fst", command->fstSuite, "The same as FST, a fraction of the size")
        ->excludes(sub->get_option("--suite"))
        ->excludes(vcd);
    sub->add_flag("--quick", command->options.quick, "A quarter of the stimulus");
    sub->add_flag("--no-baselines", command->noBaselines, "Leave out the baseline arrays");
    sub->add_flag("--all-variants", command->options.everyVariant,
                  "Every array without bias correction, too; by default three of them");
    addNetworkOptions(
        *sub, command->network,
        {"--suite", "--trace", "--vcd", "--fst", "--quick", "--no-baselines", "--all-variants"});
    addNetlistOptions(*sub, command->netlist,
                      {"--net", "--trace", "--vcd", "--fst", "--all-variants"});
    sub->footer(
        "Compiles rtl/ with Verilator, runs every suite (docs/verification.md) and writes\n"
        "verify/verify.json. All comparisons are exact. Exit code 1 if anything differs.\n"
        "With --net it runs convolutions of a network instead, every output against the integer\n"
        "network, and writes verify/network.json.\n"
        "With --netlist the suites drive the cells that `aslog synth` wrote, without delays, and "
        "the\n"
        "result is verify/netlist_<technology>.json.\n"
        "\n"
        "Examples:\n"
        "  aslog verify out/aslog_16x16\n"
        "  aslog verify out/aslog_16x16 --suite array_random --seed 7 --trace\n"
        "  aslog verify out/aslog_16x16 --vcd full_rate\n"
        "  aslog verify out/aslog_16x16 --netlist osu018\n"
        "  aslog verify out/aslog_16x16 --net out/resnet20.safetensors --layer conv1\n"
        "  aslog verify out/aslog_16x16 --net out/resnet20.safetensors --images 4 \\\n"
        "      --data examples/data/cifar10_calib.json --data-root ~/data\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runVerify(*command, output); };
    });
}

}  // namespace aslog::cli
