// aslog synth: area and timing of a run folder in one technology, beside the baselines.

#include "flows/synth.h"

#include <algorithm>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/reports.h"
#include "cli/run_access.h"
#include "cli/technology_options.h"
#include "cli/tool_versions.h"
#include "flows/report.h"
#include "flows/technology.h"
#include "support/file.h"
#include "support/progress.h"
#include "support/version.h"

namespace aslog::cli {
namespace {

struct SynthCommand {
    flows::SynthOptions options;
    double clockMhz = 0;
};

int runSynth(const SynthCommand& command, const Output& output) {
    warnOfUntriedVersions({"yosys", "sta"});
    flows::SynthOptions options = command.options;
    if (command.clockMhz != 0) {
        options.clockMhz = command.clockMhz;
    }
    const support::FolderLock lock = lockRunFolder(options.runFolder);
    const flows::SynthResult result = synthesiseAndReport(options);
    output.text(flows::areaTables(result));
    output.result({{"area", flows::areaJson(result)}, {"timing", flows::timingJson(result)}});
    return kSuccess;
}

}  // namespace

flows::SynthResult synthesiseAndReport(const flows::SynthOptions& options) {
    support::Progress progress("synth " + options.technology.name);
    flows::SynthResult result =
        flows::synthesise(options, [&progress](const std::string& step) { progress.update(step); });
    support::writeFile(options.runFolder / "synth" / options.technology.name / "report.txt",
                       flows::areaTables(result));
    return result;
}

void addSynthOptions(CLI::App& command, flows::SynthOptions& options, double& clockMhz) {
    options.jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    addTechnologyOptions(
        command, options.technology, "--tech",
        fmt::format("One of `aslog tech list` (default: {})", options.technology.name));
    command.add_option("--clock-mhz", clockMhz, "Clock target (default: the spec's)")
        ->transform(clockCheck());
    command.add_flag("--flat", options.flat,
                     "Also map the array without hierarchy, and compare the totals");
    command.add_flag("--time-all", options.timeAll,
                     fmt::format("Time all columns, also of arrays with more than {} AEs (slow)",
                                 flows::kTimedWhole));
    command.add_option("--jobs", options.jobs, "Tools at work at the same time")
        ->check(CLI::Range(1, 256));
}

void addSynthCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<SynthCommand>();
    CLI::App* sub = app.add_subcommand("synth", "Area and timing, beside the baselines");
    sub->add_option("DIR", command->options.runFolder, "Run folder, made by `aslog generate`")
        ->required();
    addSynthOptions(*sub, command->options, command->clockMhz);
    sub->add_flag("--allow-changed", command->options.allowChanged,
                  "Measure rtl/ although it was changed; every result says so");
    sub->footer(
        "Maps the array and every baseline with yosys, times them with OpenSTA, and writes\n"
        "area.json, timing.json, area.svg and report.txt into synth/<technology>/ of the run\n"
        "folder. What these figures leave out: docs/limits.md. Verilog that is not as generated\n"
        "is refused, unless --allow-changed is given.\n"
        "\n"
        "Examples:\n"
        "  aslog synth out/aslog_16x16\n"
        "  ASLOG_TECH_PATH=~/libs aslog synth out/aslog_16x16 --tech nangate45 --clock-mhz 500\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runSynth(*command, output); };
    });
}

}  // namespace aslog::cli
