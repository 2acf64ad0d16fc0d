// aslog prove: proves the Verilog of a run folder for all inputs and all reachable states.

#include "prove/prove.h"

#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/stages.h"
#include "report/prove_text.h"
#include "run/run_access.h"
#include "support/file.h"
#include "support/progress.h"

namespace aslog::cli {
namespace {

struct ProveCommand {
    std::string folder;
    int timeoutSeconds = 120;
    prove::ProveOptions options;
};

int runProve(const ProveCommand& command, const Output& output) {
    prove::ProveOptions options = command.options;
    options.timeout = std::chrono::seconds(command.timeoutSeconds);
    const support::FolderLock lock = lockRunFolder(command.folder);
    const prove::ProveReport result = proveAndReport(command.folder, options);
    output.text(report::proveText(result));
    output.result(prove::toJson(result));
    return result.passed() ? kSuccess : kFailure;
}

}  // namespace

prove::ProveReport proveAndReport(const std::filesystem::path& folder,
                                  const prove::ProveOptions& options) {
    support::Progress progress("prove " + folder.string());
    prove::ProveReport result = prove::prove(
        folder, options, [&progress](const std::string& proof) { progress.update(proof); });
    support::writeFile(folder / "prove" / "report.txt", report::proveText(result));
    return result;
}

void addProveCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<ProveCommand>();
    CLI::App* sub = app.add_subcommand("prove", "Prove arithmetic and control, for all inputs");
    sub->add_option("DIR", command->folder, "Run folder, made by `aslog generate`")->required();
    sub->add_option("--proof", command->options.only, "One proof only: ae, control/streams ...");
    sub->add_flag("!--no-baselines", command->options.baselines,
                  "Leave out the elements of the baseline arrays");
    sub->add_option("--jobs", command->options.jobs, "Proofs at work at the same time (default: 2)")
        ->check(CLI::Range(1, 256));
    sub->add_option("--timeout", command->timeoutSeconds,
                    "Seconds that a run of a prover gets at most (default: 120)")
        ->check(CLI::Range(1, 86400));
    sub->footer(
        "Proves elements, PCF steps and control of rtl/ with yosys and z3, and writes\n"
        "prove/prove.json; docs/verification.md says what is proven and what is assumed. Of a\n"
        "proof that fails, the counterexample's inputs are printed, and its log and trace stay in\n"
        "prove/. Exit code 1 if anything is not proven.\n"
        "\n"
        "Examples:\n"
        "  aslog prove out/aslog_16x16\n"
        "  aslog prove out/aslog_16x16 --proof control/streams\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runProve(*command, output); };
    });
}

}  // namespace aslog::cli
