// aslog results: the figures of finished runs as Markdown, for documents.

#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "report/accuracy_page.h"
#include "report/results_page.h"
#include "run/finished_results.h"
#include "support/json_file.h"

namespace aslog::cli {
namespace {

using support::Json;

struct ResultsCommand {
    std::vector<std::string> folders;
    bool accuracy = false;
};

int runResults(const ResultsCommand& command, const Output& output) {
    if (command.accuracy) {
        output.text(report::accuracyPage(command.folders.front()));
        return kSuccess;
    }
    const FinishedResults results = readResults(command.folders);
    output.text(report::resultsPage(results));
    Json list = Json::array();
    for (const SynthesisResults& run : results.syntheses) {
        list.push_back({{"area", run.area}, {"timing", run.timing}});
    }
    Json evidence = Json::array();
    for (const Evidence& each : results.evidence) {
        evidence.push_back({{"name", each.design},
                            {"technology", each.technology},
                            {"proofs", each.proofs},
                            {"comparisons", each.netlist}});
    }
    output.result({{"runs", list},
                   {"powers", results.powers},
                   {"verifications", results.verifications},
                   {"netlists", evidence},
                   {"proves", results.proves}});
    return kSuccess;
}

}  // namespace

void addResultsCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<ResultsCommand>();
    CLI::App* sub = app.add_subcommand("results", "Print the figures of finished runs as Markdown");
    sub->add_option("DIR", command->folders, "Run folders, or a folder of accuracies")->required();
    sub->add_flag("--accuracy", command->accuracy, "DIR holds what docs/update_accuracy measures");
    sub->footer(
        "Examples:\n"
        "  aslog results out/aslog_16x16 out/aslog_8x8 > results.md\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runResults(*command, output); };
    });
}

}  // namespace aslog::cli
