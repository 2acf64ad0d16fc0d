#include "cli/app.h"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "support/build.h"
#include "support/diagnostics.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/printable.h"

namespace aslog::cli {
namespace {

constexpr const char* kDescription =
    "aslog turns a JSON spec into Verilog for a multiplier-free CNN accelerator array,\n"
    "verifies it bit by bit against a golden model, and reports its area and timing\n"
    "beside integer baselines; and quantises networks for it.\n";

constexpr const char* kExamples =
    "Examples:\n"
    "  aslog init my_array.json              write a spec with every field at its default\n"
    "  aslog flow my_array.json              all the way to verified Verilog and its area\n"
    "  aslog check my_array.json             validate it and show what follows from it\n"
    "  aslog synth out/my_array --tech NAME  area and timing in another technology\n"
    "  aslog quantize net.onnx --calib SET.json -o net.aslog\n"
    "                                        a network in the array's codes\n"
    "\n"
    "Exit codes: 0 success, 1 failure, 2 bad usage or bad input, 130 interrupted.\n"
    "`aslog COMMAND --help` explains a command. docs/spec.md describes every field of a spec.\n";

void printError(const std::string& words) {
    const std::string message = support::printable(words);
    const bool wholeText = !message.empty() && message.back() == '\n';  // diagnostics
    fmt::print(stderr, "{}{}{}", wholeText ? "" : "aslog: ", message, wholeText ? "" : "\n");
}

std::string versionText() {
    const support::Build& build = support::build();
    return fmt::format("aslog {}\ncommit {}\ncompiled by {}", build.description, build.commit,
                       build.compiler);
}

// CLI11 says only that an argument was not expected; a command may have been meant.
void explainUsage(const CLI::App& app, const CLI::ParseError& error) {
    printError(error.what());
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(command->get_name());
    }
    const bool inCommand = !app.get_subcommands().empty();
    const std::vector<std::string> rest = app.remaining();
    if (!inCommand && !rest.empty()) {
        const std::string nearest = support::nearestName(rest.front(), names);
        if (!nearest.empty()) {
            fmt::print(stderr, "Did you mean `aslog {}`?\n", nearest);
        }
    }
    const std::string command =
        inCommand ? app.get_subcommands().front()->get_name() + " --help" : "--help";
    fmt::print(stderr, "`aslog {}` shows how it is used.\n", command);
}

int runAction(const Action& action, const Output& output) {
    try {
        const int code = action(output);
        finishOutput();
        return code;
    } catch (const support::Interrupted& error) {
        printError(error.what());
        return kInterrupted;
    } catch (const support::InputError& error) {
        printError(error.what());
        return kBadInput;
    } catch (const support::Error& error) {
        printError(error.what());
        return kFailure;
    } catch (const std::filesystem::filesystem_error& error) {
        printError(error.what());
        return kFailure;
    } catch (const std::exception& error) {
        printError(fmt::format("internal error, please report it: {}", error.what()));
        return kFailure;
    }
}

}  // namespace

int runCommandLine(int argc, const char* const* argv) {
    CLI::App app(kDescription, "aslog");
    Action action;
    bool json = false;
    app.footer(kExamples);
    app.set_version_flag("--version", versionText());
    app.add_flag("--json", json, "Print the result as JSON on standard output, nothing else there");
    app.require_subcommand(0, 1);
    app.fallthrough();
    addInitCommand(app, action);
    addCheckCommand(app, action);
    addGenerateCommand(app, action);
    addBenchCommand(app, action);
    addVerifyCommand(app, action);
    addProveCommand(app, action);
    addSynthCommand(app, action);
    addTechCommand(app, action);
    addPowerCommand(app, action);
    addFlowCommand(app, action);
    addTuneCommand(app, action);
    addInspectCommand(app, action);
    addQuantizeCommand(app, action);
    addEvaluateCommand(app, action);
    addResultsCommand(app, action);
    addSpecCommand(app, action);
    addOperatorsCommand(app, action);
    addManualCommand(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) {  // --help, --version
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        explainUsage(app, error);
        return kBadInput;
    }
    if (!action) {
        fmt::print("{}", app.help());
        return kBadInput;
    }
    support::catchInterrupts();
    return runAction(action, Output(json));
}

}  // namespace aslog::cli
