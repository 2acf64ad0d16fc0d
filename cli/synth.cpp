// aslog synth: area and timing of a run folder in one technology, beside the baselines.

#include "flows/synth.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/stages.h"
#include "cli/technology_options.h"
#include "cli/tool_versions.h"
#include "flows/fpga/fpga_synth.h"
#include "flows/library/technology.h"
#include "flows/results.h"
#include "report/area_picture.h"
#include "report/area_tables.h"
#include "report/fpga_tables.h"
#include "run/run_access.h"
#include "support/file.h"
#include "support/parallel.h"
#include "support/progress.h"
#include "support/version.h"

namespace aslog::cli {
namespace {

struct SynthCommand {
    flows::SynthOptions options;
    flows::FpgaOptions fpga;  // its family is empty for a technology
    double clockMhz = 0;
};

int runFpga(const SynthCommand& command, const Output& output) {
    const std::string router = flows::routerOf(flows::fpgaFamily(command.fpga.family));
    warnOfUntriedVersions({"yosys"});
    if (!router.empty()) {
        warnOfUntriedVersions({router.c_str()});
    }
    flows::FpgaOptions options = command.fpga;
    options.runFolder = command.options.runFolder;
    options.arrays = command.options.arrays;
    options.allowChanged = command.options.allowChanged;
    options.jobs = command.options.jobs;
    if (command.clockMhz != 0) {
        options.clockMhz = command.clockMhz;
    }
    const support::FolderLock lock = lockRunFolder(options.runFolder);
    const flows::FpgaResult result = synthesiseAndReport(options);
    output.text(report::fpgaTables(result));
    output.result(flows::fpgaJson(result));
    return kSuccess;
}

int runSynth(const SynthCommand& command, const Output& output) {
    if (!command.fpga.family.empty()) {
        return runFpga(command, output);
    }
    warnOfUntriedVersions({"yosys", "sta"});
    flows::SynthOptions options = command.options;
    if (command.clockMhz != 0) {
        options.clockMhz = command.clockMhz;
    }
    const support::FolderLock lock = lockRunFolder(options.runFolder);
    const flows::SynthResult result = synthesiseAndReport(options);
    output.text(report::areaTables(result));
    output.result({{"area", flows::areaJson(result)}, {"timing", flows::timingJson(result)}});
    return kSuccess;
}

}  // namespace

flows::FpgaResult synthesiseAndReport(const flows::FpgaOptions& options) {
    support::Progress progress("synth " + options.family);
    flows::FpgaResult result = flows::synthesiseForFpga(
        options, [&progress](const std::string& step) { progress.update(step); });
    support::writeFile(options.runFolder / "synth" / options.family / "report.txt",
                       report::fpgaTables(result));
    return result;
}

flows::SynthResult synthesiseAndReport(const flows::SynthOptions& options) {
    support::Progress progress("synth " + options.technology.name);
    flows::SynthResult result =
        flows::synthesise(options, [&progress](const std::string& step) { progress.update(step); });
    const std::filesystem::path folder = options.runFolder / "synth" / result.technology.name;
    support::writeFile(folder / "area.svg", report::areaPicture(result));
    support::writeFile(folder / "report.txt", report::areaTables(result));
    return result;
}

void addSynthOptions(CLI::App& command, flows::SynthOptions& options, double& clockMhz) {
    options.jobs = support::cores();
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
    command
        .add_option("--array", options.arrays,
                    "Only this array, \"int8_plain\" ...; repeat it for several\n"
                    "(aslog's own is always there, but for an FPGA)")
        ->allow_extra_args(false);
    command.add_option("--jobs", options.jobs, "Tools at work at the same time")
        ->check(CLI::Range(1, 256));
}

CLI::Option* addFpgaOption(CLI::App& command, std::string& family, const std::string& help) {
    std::vector<std::string> names;
    for (const flows::FpgaFamily& each : flows::fpgaFamilies()) {
        names.emplace_back(each.name);
    }
    CLI::Option* fpga =
        command.add_option("--fpga", family, help)->check(CLI::IsMember(std::move(names)));
    for (const char* cellsOnly : {"--tech", "--profile", "--liberty", "--flat", "--time-all"}) {
        fpga->excludes(command.get_option(cellsOnly));
    }
    return fpga;
}

void addSynthCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<SynthCommand>();
    CLI::App* sub = app.add_subcommand("synth", "Area and timing, beside the baselines");
    sub->add_option("DIR", command->options.runFolder, "Run folder, made by `aslog generate`")
        ->required();
    addSynthOptions(*sub, command->options, command->clockMhz);
    CLI::Option* fpga =
        addFpgaOption(*sub, command->fpga.family, "Family, for a spec with \"target\": \"fpga\"");
    sub->add_option("--seeds", command->fpga.seeds,
                    fmt::format("Placements of each array that is routed (default: {})",
                                command->fpga.seeds))
        ->check(CLI::Range(1, 100))
        ->needs(fpga);
    sub->add_flag("--allow-changed", command->options.allowChanged,
                  "Measure rtl/ although it was changed; every result says so");
    sub->footer(
        "Maps the array and every baseline with yosys, times them with OpenSTA, and writes\n"
        "area.json, timing.json, area.svg and report.txt into synth/<technology>/ of the run\n"
        "folder. What these figures leave out: docs/limits.md. Verilog that is not as generated\n"
        "is refused, unless --allow-changed is given.\n"
        "With --fpga: LUTs, flip-flops, carries, block RAMs and DSP blocks; of an iCE40 hx8k also\n"
        "the clock that it reaches, placed and routed with nextpnr-ice40 if that is installed.\n"
        "\n"
        "Examples:\n"
        "  aslog synth out/aslog_16x16\n"
        "  ASLOG_TECH_PATH=~/libs aslog synth out/aslog_16x16 --tech nangate45 --clock-mhz 500\n"
        "  aslog synth out/fpga_8x8 --fpga ice40 --array slogii --array int8_plain\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runSynth(*command, output); };
    });
}

}  // namespace aslog::cli
