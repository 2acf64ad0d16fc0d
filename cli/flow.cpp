// aslog flow: check, generate, verify, prove and synthesise in one go.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/flow_steps.h"
#include "cli/number_checks.h"
#include "cli/power.h"
#include "cli/stages.h"
#include "cli/step_inputs.h"
#include "cli/tool_versions.h"
#include "flows/library/technology.h"
#include "flows/mapping/elaborate.h"
#include "flows/synth.h"
#include "generator/elab/design.h"
#include "prove/prove.h"
#include "report/prove_text.h"
#include "report/verify_text.h"
#include "run/run_access.h"
#include "run/run_folder.h"
#include "run/step_runner.h"
#include "support/error.h"
#include "support/file.h"
#include "support/sha256.h"
#include "support/version.h"
#include "tb/verify.h"

namespace aslog::cli {
namespace {

namespace fs = std::filesystem;

struct FlowCommand {
    std::string spec;
    std::string output;
    flows::SynthOptions synth;
    std::string fpga = "ice40";  // family, if that is the target of the spec
    double clockMhz = 0;
    tb::VerifyOptions verify;
    bool force = false;
};

FlowStep verifyStep(const FlowCommand& command, const fs::path& folder, const std::string& rtl) {
    return {.name = "verify",
            .inputs = verifyInputs(command.verify, rtl),
            .outputs = {"verify/verify.json", "verify/report.txt"},
            .run = [&command, folder] {
                const tb::VerifyReport result = verifyAndReport(folder, command.verify);
                if (!result.passed()) {
                    throw support::Error(report::verifyText(result) + "verification failed");
                }
            }};
}

FlowStep proveStep(const fs::path& folder, const std::string& rtl) {
    return {.name = "prove",
            .inputs = proveInputs(rtl),
            .outputs = {"prove/prove.json", "prove/report.txt"},
            .run = [folder] {
                const prove::ProveReport result = proveAndReport(folder, {});
                if (!result.passed()) {
                    throw support::Error(report::proveText(result) + "not everything is proven");
                }
            }};
}

FlowStep fpgaStep(const flows::FpgaOptions& options, const std::string& rtl) {
    const fs::path results = fs::path("synth") / options.family;
    return {.name = "synth-" + options.family,
            .inputs = fpgaInputs(options, rtl),
            .outputs = {results / "fpga.json", results / "report.txt"},
            .run = [options] { static_cast<void>(synthesiseAndReport(options)); }};
}

/// Few cycles of one picture: to know what the array takes; `aslog power` takes more.
PowerCommand quickPower(const FlowCommand& command, const fs::path& folder) {
    PowerCommand power;
    power.options.runFolder = folder;
    power.options.technology = command.synth.technology;
    power.options.jobs = command.synth.jobs;
    power.images = 1;
    power.beats = 100;
    return power;
}

/// What to print of it. An array that can not hold the example network has no power of it; a
/// network of its own can be given to `aslog power`.
std::string runPowerStep(StepRunner& runner, const fs::path& report, const FlowStep& step) {
    try {
        runner.run(step);
    } catch (const power::WorkloadMisfit& misfit) {
        return fmt::format("power was not measured: {}\n", misfit.what());
    }
    return support::readFile(report);
}

/// The steps that both targets have; returns the hash that stands for all of rtl/.
std::string runToProofs(StepRunner& runner, const FlowCommand& command, const Design& design,
                        const fs::path& folder) {
    runner.run(generateStep(design, folder, command.force ? Replace::all : Replace::generated));
    RunFolder(folder).requireUnchanged();
    static_cast<void>(flows::chosenVariants(design, folder, command.synth.arrays));  // a wrong name
    const std::string rtl = support::sha256OfFile(folder / "rtl" / "manifest.json");
    runner.run(verifyStep(command, folder, rtl));
    runner.run(proveStep(folder, rtl));
    return rtl;
}

std::string reportsToProofs(const fs::path& folder) {
    return "\n" + support::readFile(folder / "verify" / "report.txt") + "\n" +
           support::readFile(folder / "prove" / "report.txt") + "\n";
}

support::Json resultsToProofs(const StepRunner& runner, const Design& design,
                              const fs::path& folder) {
    return {{"folder", folder.string()},
            {"design_hash", designHash(design)},
            {"steps", runner.toJson()},
            {"verify", support::readJson(folder / "verify" / "verify.json")},
            {"prove", support::readJson(folder / "prove" / "prove.json")}};
}

void runForAsic(StepRunner& runner, const FlowCommand& command, const Design& design,
                const fs::path& folder, const Output& output) {
    const std::string rtl = runToProofs(runner, command, design, folder);
    runner.run(synthStep(command.synth, rtl));
    const fs::path results = folder / "synth" / command.synth.technology.name;
    const std::string power =
        runPowerStep(runner, results / "power.txt", powerStep(quickPower(command, folder)));
    output.text(reportsToProofs(folder) + support::readFile(results / "report.txt") + "\n" + power +
                fmt::format("\nresults in {}; pictures: {}, power.svg beside it\n", folder.string(),
                            (results / "area.svg").string()));
    support::Json json = resultsToProofs(runner, design, folder);
    json["area"] = support::readJson(results / "area.json");
    json["timing"] = support::readJson(results / "timing.json");
    json["power"] = fs::exists(results / "power.json") ? support::readJson(results / "power.json")
                                                       : support::Json(nullptr);
    output.result(json);
}

void runForFpga(StepRunner& runner, const FlowCommand& command, const Design& design,
                const fs::path& folder, const Output& output) {
    flows::FpgaOptions options;
    options.runFolder = folder;
    options.family = command.fpga;
    options.clockMhz = command.synth.clockMhz;
    options.jobs = command.synth.jobs;
    options.arrays = command.synth.arrays;
    const std::string rtl = runToProofs(runner, command, design, folder);
    runner.run(fpgaStep(options, rtl));
    const fs::path results = folder / "synth" / options.family;
    output.text(reportsToProofs(folder) + support::readFile(results / "report.txt") +
                fmt::format("\nresults in {}\n", folder.string()));
    support::Json json = resultsToProofs(runner, design, folder);
    json["fpga"] = support::readJson(results / "fpga.json");
    output.result(json);
}

int runFlow(const FlowCommand& given, const Output& output) {
    FlowCommand command = given;
    const Design design = designFromSpecFile(command.spec);
    const bool isForFpga = design.spec.isForFpga();
    warnOfUntriedVersions({"verilator", "yosys"});
    if (!isForFpga) {
        warnOfUntriedVersions({"sta"});
    }
    const fs::path folder = runFolderOf(design, command.output);
    command.synth.runFolder = folder;
    command.synth.clockMhz = command.clockMhz > 0 ? command.clockMhz : design.spec.clock.targetMhz;
    if (!isForFpga) {
        static_cast<void>(
            flows::findLibrary(flows::readTechnology(command.synth.technology),
                               command.synth.technology));  // now, not after two steps
    }
    requireSpecKept(command.spec, folder);
    const support::FolderLock lock(folder);
    StepRunner runner(folder, [&output](const std::string& line) { output.text(line); });
    (isForFpga ? runForFpga : runForAsic)(runner, command, design, folder, output);
    return kSuccess;
}

}  // namespace

void addFlowCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<FlowCommand>();
    CLI::App* sub =
        app.add_subcommand("flow", "Check, generate, verify, prove, synthesise, measure power");
    sub->add_option("SPEC", command->spec, "Spec file (docs/spec.md)")->required();
    sub->add_option("-o,--output", command->output, "Run folder (default: out/<name>)");
    addSynthOptions(*sub, command->synth, command->clockMhz);
    addFpgaOption(*sub, command->fpga,
                  "Family of a spec with \"target\": \"fpga\" (default: ice40)");
    sub->add_option("--seed", command->verify.seed, "Seed of the verification (default: 1)")
        ->transform(seedCheck());
    sub->add_flag("--force", command->force, "Replace rtl/ and design.json whatever they hold");
    sub->add_flag("--quick", command->verify.quick, "A quarter of the verification's stimulus");
    sub->footer(
        "Runs generate, verify, prove, synth and power. A step whose inputs and outputs have not\n"
        "changed is skipped, so a flow that was interrupted goes on where it was,\n"
        "and a second technology costs its synthesis and power only. A spec with\n"
        "\"target\": \"fpga\" is synthesised for an FPGA; its power is not measured.\n"
        "\n"
        "Examples:\n"
        "  aslog flow examples/aslog_16x16.json\n"
        "  aslog flow examples/aslog_16x16.json --tech nangate45 --clock-mhz 500\n"
        "  aslog flow examples/aslog_16x16.json --array int8_pair --array int4_pair\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) {
            try {
                return runFlow(*command, output);
            } catch (const support::Interrupted&) {
                throw support::Interrupted("; run the same command again to go on");
            }
        };
    });
}

}  // namespace aslog::cli
