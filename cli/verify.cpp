// aslog verify: simulates the Verilog of a run folder and compares it with the golden model.

#include "tb/verify.h"

#include <memory>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/reports.h"
#include "cli/run_access.h"
#include "cli/tool_versions.h"
#include "cli/verify_netlist.h"
#include "cli/verify_network.h"
#include "generator/rtl/run_folder.h"
#include "support/file.h"
#include "support/progress.h"
#include "support/table.h"

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

std::string coverageText(const tb::CoverageReport& coverage) {
    std::string text = fmt::format("activation stream: {} of {} situations met\n", coverage.hit,
                                   coverage.reachable);
    for (const std::string& situation : coverage.missed) {
        text += fmt::format("  never met: {}\n", situation);
    }
    return text;
}

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
    const tb::VerifyReport report = verifyAndReport(command.folder, options);
    output.text(verifyText(report));
    output.result(tb::toJson(report));
    return report.passed() ? kSuccess : kFailure;
}

}  // namespace

support::Table suiteTable(const std::vector<tb::SuiteResult>& suites) {
    using support::Align;
    support::Table table({{"suite"},
                          {"comparisons", Align::Right},
                          {"mismatches", Align::Right},
                          {"cycles", Align::Right},
                          {"seconds", Align::Right},
                          {"result"}});
    for (const tb::SuiteResult& suite : suites) {
        table.addRow({suite.name, fmt::to_string(suite.comparisons),
                      fmt::to_string(suite.mismatches), fmt::to_string(suite.cycles),
                      fmt::format("{:.2f}", suite.seconds), verdictText(suite)});
    }
    return table;
}

std::string verdictText(const tb::SuiteResult& suite) {
    if (!suite.skipped.empty()) {
        return "skipped";
    }
    if (suite.comparisons == 0) {
        return "compared nothing";
    }
    return suite.passed() ? "passed" : "FAILED";
}

std::string mismatchText(const tb::SuiteResult& suite) {
    const tb::Mismatch& first = *suite.first;
    std::string text = fmt::format("first mismatch of {} (seed {}):\n", suite.name, suite.seed);
    const auto line = [&text](const char* what, const std::string& value) {
        if (!value.empty()) {
            text += fmt::format("  {:<9} {}\n", what, value);
        }
    };
    line("layer", first.place.layer);
    line("channel", first.place.channel);
    line("pixel", first.place.pixel);
    line("cycle", fmt::to_string(first.cycle));
    line("expected", first.expected);
    line("seen", first.seen);
    return text;
}

std::string verifyText(const tb::VerifyReport& report) {
    std::string text = suiteTable(report.suites).text() + "\n";
    for (const tb::SuiteResult& suite : report.suites) {
        if (suite.first) {
            text += mismatchText(suite);
        }
        if (!suite.skipped.empty()) {
            text += fmt::format("{} skipped: {}\n", suite.name, suite.skipped);
        }
    }
    if (!report.notSimulated.empty()) {
        text += fmt::format("not simulated (--all-variants does): {}\n",
                            fmt::join(report.notSimulated, ", "));
    }
    for (const auto& trace : report.traces) {
        text += fmt::format("waveforms: {}\n", trace.string());
    }
    text += changedNote(report.changedFiles);
    if (report.coverage) {
        text += coverageText(*report.coverage);
    }
    if (report.macsPerSecond > 0) {
        text += fmt::format("simulated {:.1f} million MAC/s at full rate; ",
                            report.macsPerSecond / 1e6);
    }
    text += fmt::format("models compiled in {:.1f} s\n", report.compileSeconds);
    text +=
        fmt::format("{}: {} comparisons, {} mismatches\n", report.passed() ? "passed" : "FAILED",
                    report.comparisons(), report.mismatches());
    return text;
}

tb::VerifyReport verifyAndReport(const std::filesystem::path& folder,
                                 const tb::VerifyOptions& options) {
    support::Progress progress("verify " + folder.string());
    tb::VerifyReport report = tb::verify(
        folder, options, [&progress](const std::string& step) { progress.update(step); });
    support::writeFile(folder / "verify" / "report.txt", verifyText(report));
    return report;
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
