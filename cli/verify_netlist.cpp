#include "cli/verify_netlist.h"

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/technology_options.h"
#include "examples/networks/fashion_suite.h"
#include "flows/library/technology.h"
#include "report/verify_text.h"
#include "support/file.h"
#include "support/progress.h"
#include "support/version.h"
#include "tb/verify_netlist.h"

namespace aslog::cli {
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
    netlist.suites.push_back(examples::fashionSuite());
    support::Progress progress(fmt::format("verify {} in {}", folder, technology.name));
    const tb::NetlistReport result = tb::verifyNetlist(
        folder, netlist, [&progress](const std::string& step) { progress.update(step); });
    const std::string text = report::netlistText(result);
    support::writeFile(
        std::filesystem::path(folder) / "verify" / fmt::format("netlist_{}.txt", technology.name),
        text);
    output.text(text);
    output.result(tb::toJson(result));
    return result.passed() ? kSuccess : kFailure;
}

}  // namespace aslog::cli
