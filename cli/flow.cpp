// aslog flow: check, generate, verify and synthesise in one go.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/power.h"
#include "cli/reports.h"
#include "cli/run_folder.h"
#include "cli/step_runner.h"
#include "cli/tool_versions.h"
#include "flows/synth.h"
#include "flows/technology.h"
#include "generator/elab/design.h"
#include "generator/rtl/emit_rtl.h"
#include "support/error.h"
#include "support/file.h"
#include "support/sha256.h"
#include "support/tools.h"
#include "support/version.h"
#include "tb/verify.h"

namespace aslog::cli {
namespace {

namespace fs = std::filesystem;

struct FlowCommand {
    std::string spec;
    std::string output;
    flows::SynthOptions synth;
    double clockMhz = 0;
    tb::VerifyOptions verify;
};

Step generateStep(const Design& design, const fs::path& folder) {
    return {.name = "generate",
            .inputs = {{"design", designHash(design)},
                       {"rtl", support::sha256(emitRtl(design).back().text)}},
            .outputs = {"design.json", "rtl"},
            .run = [&design, folder] { static_cast<void>(writeRunFolder(design, folder)); }};
}

// One hash of the files that decide what a synthesis makes, names included.
std::string hashOfFlow(const std::string& technology) {
    const fs::path flows = support::dataFolder() / "flows";
    std::vector<fs::path> files = {flows / "recipes.json"};
    for (const fs::path& folder : {flows / "scripts", flows / "tech" / technology}) {
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (entry.is_regular_file()) {
                files.push_back(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end());
    std::string list;
    for (const fs::path& file : files) {
        list += fmt::format("{} {}\n", file.lexically_relative(flows).generic_string(),
                            support::sha256OfFile(file));
    }
    return support::sha256(list);
}

const char* yesOrNo(bool value) {
    return value ? "yes" : "no";
}

Step verifyStep(const FlowCommand& command, const fs::path& folder, const std::string& rtl) {
    return {.name = "verify",
            .inputs = {{"rtl", rtl},
                       {"seed", std::to_string(command.verify.seed)},
                       {"quick", yesOrNo(command.verify.quick)},
                       {"verilator", support::toolVersion("verilator")}},
            .outputs = {"verify/verify.json", "verify/report.txt"},
            .run = [&command, folder] {
                const tb::VerifyReport report = verifyAndReport(folder, command.verify);
                if (!report.passed()) {
                    throw support::Error(verifyText(report) + "verification failed");
                }
            }};
}

/// `library` and `clockMhz` are what the synthesis will use.
Step synthStep(const FlowCommand& command, const std::string& rtl, const fs::path& library,
               double clockMhz) {
    const fs::path results = fs::path("synth") / command.synth.technology;
    return {.name = "synth-" + command.synth.technology,
            .inputs = {{"rtl", rtl},
                       {"library", support::sha256OfFile(library)},
                       {"clock_mhz", fmt::format("{}", clockMhz)},
                       {"flat", yesOrNo(command.synth.flat)},
                       {"time_all", yesOrNo(command.synth.timeAll)},
                       {"yosys", support::toolVersion("yosys")},
                       {"sta", support::toolVersion("sta")},
                       {"flow", hashOfFlow(command.synth.technology)}},
            .outputs = {results / "area.json", results / "timing.json", results / "area.svg",
                        results / "report.txt"},
            .run = [&command] { static_cast<void>(synthesiseAndReport(command.synth)); }};
}

/// Few cycles of one picture: to know what the array takes; `aslog power` takes more.
Step powerStep(const FlowCommand& command, const fs::path& folder) {
    const fs::path results = fs::path("synth") / command.synth.technology;
    PowerCommand power;
    power.options.runFolder = folder;
    power.options.technology = command.synth.technology;
    power.options.liberty = command.synth.liberty;
    power.options.searchPath = command.synth.searchPath;
    power.options.jobs = command.synth.jobs;
    power.images = 1;
    power.beats = 100;
    return {.name = "power-" + command.synth.technology,
            .inputs = {{"area", support::sha256OfFile(folder / results / "area.json")},
                       {"beats", std::to_string(power.beats)},
                       {"images", std::to_string(power.images)}},
            .outputs = {results / "power.json", results / "power.svg", results / "power.txt"},
            .run = [power] { static_cast<void>(measureAndReport(power)); }};
}

/// What to print of it. An array that can not hold the example network has no power of it; a
/// network of its own can be given to `aslog power`.
std::string runPowerStep(StepRunner& runner, const fs::path& report, const Step& step) {
    try {
        runner.run(step);
    } catch (const power::WorkloadMisfit& misfit) {
        return fmt::format("power was not measured: {}\n", misfit.what());
    }
    return support::readFile(report);
}

int runFlow(const FlowCommand& given, const Output& output) {
    warnOfUntriedVersions({"verilator", "yosys", "sta"});
    FlowCommand command = given;
    const Design design = designFromSpecFile(command.spec);
    const fs::path folder = runFolderOf(design, command.output);
    const double clockMhz = command.clockMhz > 0 ? command.clockMhz : design.spec.clock.targetMhz;
    command.synth.runFolder = folder;
    command.synth.clockMhz = clockMhz;
    const fs::path library = flows::findLibrary(
        flows::readTechnology(support::dataFolder() / "flows" / "tech", command.synth.technology),
        command.synth.liberty, command.synth.searchPath);

    StepRunner runner(folder, output);
    runner.run(generateStep(design, folder));
    const std::string rtl = support::sha256OfFile(folder / "rtl" / "manifest.json");
    runner.run(verifyStep(command, folder, rtl));
    runner.run(synthStep(command, rtl, library, clockMhz));
    const fs::path results = folder / "synth" / command.synth.technology;
    const std::string power =
        runPowerStep(runner, results / "power.txt", powerStep(command, folder));

    output.text("\n" + support::readFile(folder / "verify" / "report.txt") + "\n" +
                support::readFile(results / "report.txt") + "\n" + power +
                fmt::format("\nresults in {}; pictures: {}, power.svg beside it\n", folder.string(),
                            (results / "area.svg").string()));
    output.result(
        {{"folder", folder.string()},
         {"design_hash", designHash(design)},
         {"steps", runner.toJson()},
         {"verify", support::readJson(folder / "verify" / "verify.json")},
         {"area", support::readJson(results / "area.json")},
         {"timing", support::readJson(results / "timing.json")},
         {"power", fs::exists(results / "power.json") ? support::readJson(results / "power.json")
                                                      : support::Json(nullptr)}});
    return kSuccess;
}

}  // namespace

void addFlowCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<FlowCommand>();
    CLI::App* sub = app.add_subcommand(
        "flow", "Check, generate, verify and synthesise a spec, and measure its power");
    sub->add_option("SPEC", command->spec, "Spec file (docs/spec.md)")->required();
    sub->add_option("-o,--output", command->output, "Run folder (default: out/<name>)");
    addSynthOptions(*sub, command->synth, command->clockMhz);
    sub->add_option("--seed", command->verify.seed, "Seed of the verification (default: 1)");
    sub->add_flag("--quick", command->verify.quick, "A quarter of the verification's stimulus");
    sub->footer(
        "Runs generate, verify, synth and power. A step whose inputs and outputs have not changed "
        "is\n"
        "skipped, so a flow that was interrupted goes on where it was, and a second technology\n"
        "costs its synthesis only.\n"
        "\n"
        "Examples:\n"
        "  aslog flow examples/aslog_16x16.json\n"
        "  aslog flow examples/aslog_16x16.json --tech nangate45 --clock-mhz 500\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runFlow(*command, output); };
    });
}

}  // namespace aslog::cli
