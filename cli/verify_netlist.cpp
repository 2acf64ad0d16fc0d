#include "cli/verify_netlist.h"

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/reports.h"
#include "cli/technology_options.h"
#include "flows/technology.h"
#include "generator/rtl/run_folder.h"
#include "support/file.h"
#include "support/progress.h"
#include "support/table.h"
#include "support/version.h"
#include "tb/verify_netlist.h"

namespace aslog::cli {
namespace {

std::string netlistText(const tb::NetlistReport& report) {
    using support::Align;
    support::Table variants({{"netlist"},
                             {"cells", Align::Right},
                             {"compiled in s", Align::Right},
                             {"cycles/s", Align::Right}});
    for (const tb::NetlistVariant& variant : report.variants) {
        variants.addRow({variant.file, fmt::to_string(variant.cells),
                         fmt::format("{:.1f}", variant.compileSeconds),
                         fmt::format("{:.0f}", variant.cyclesPerSecond)});
    }
    std::string text = suiteTable(report.suites).text() + "\n" + variants.text() + "\n";
    for (const tb::SuiteResult& suite : report.suites) {
        if (suite.first) {
            text += mismatchText(suite);
        }
        if (!suite.skipped.empty()) {
            text += fmt::format("{} skipped: {}\n", suite.name, suite.skipped);
        }
    }
    text += changedNote(report.changedFiles);
    text += fmt::format("{} in {}: {} comparisons, {} mismatches\n",
                        report.passed() ? "passed" : "FAILED", report.options.technology,
                        report.comparisons(), report.mismatches());
    return text;
}

}  // namespace

void addNetlistOptions(CLI::App& command, NetlistCommand& netlist,
                       const std::vector<std::string>& others) {
    netlist.technology.name.clear();
    CLI::Option* option =
        addTechnologyOptions(command, netlist.technology, "--netlist",
                             "The cells that `aslog synth` wrote for a technology, not rtl/");
    for (const std::string& other : others) {
        option->excludes(command.get_option(other));
    }
}

int runVerifyNetlist(const std::string& folder, const NetlistCommand& command,
                     const tb::VerifyOptions& options, const Output& output) {
    const flows::Technology technology = flows::readTechnology(command.technology);
    tb::NetlistOptions netlist;
    netlist.technology = technology.name;
    netlist.liberty = flows::findLibrary(technology, command.technology);
    netlist.seed = options.seed;
    netlist.suite = options.suite;
    netlist.quick = options.quick;
    netlist.baselines = options.baselines;
    support::Progress progress(fmt::format("verify {} in {}", folder, technology.name));
    const tb::NetlistReport report = tb::verifyNetlist(
        folder, netlist, [&progress](const std::string& step) { progress.update(step); });
    const std::string text = netlistText(report);
    support::writeFile(
        std::filesystem::path(folder) / "verify" / fmt::format("netlist_{}.txt", technology.name),
        text);
    output.text(text);
    output.result(tb::toJson(report));
    return report.passed() ? kSuccess : kFailure;
}

}  // namespace aslog::cli
