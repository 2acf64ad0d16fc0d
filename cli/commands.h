// The commands of aslog. Each add...Command() describes a command to the command line parser and
// sets `action` if the user asked for it; main() calls it. An action throws support::InputError
// for bad input (exit code 2) and support::Error for a failure (exit code 1).
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "cli/output.h"

namespace aslog::cli {

// Returns the exit code.
using Action = std::function<int(const Output&)>;

inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;
inline constexpr int kBadInput = 2;
inline constexpr int kInterrupted = 130;

void addInitCommand(CLI::App& app, Action& action);
void addCheckCommand(CLI::App& app, Action& action);
void addBenchCommand(CLI::App& app, Action& action);
void addManualCommand(CLI::App& app, Action& action);
void addGenerateCommand(CLI::App& app, Action& action);
void addVerifyCommand(CLI::App& app, Action& action);
void addProveCommand(CLI::App& app, Action& action);
void addSynthCommand(CLI::App& app, Action& action);
void addTechCommand(CLI::App& app, Action& action);
void addPowerCommand(CLI::App& app, Action& action);
void addFlowCommand(CLI::App& app, Action& action);
void addTuneCommand(CLI::App& app, Action& action);
void addQuantizeCommand(CLI::App& app, Action& action);
void addInspectCommand(CLI::App& app, Action& action);
void addEvaluateCommand(CLI::App& app, Action& action);
void addResultsCommand(CLI::App& app, Action& action);
void addSpecCommand(CLI::App& app, Action& action);  // hidden: makes docs/spec.*

void addOperatorsCommand(CLI::App& app, Action& action);  // hidden: makes docs/onnx.md

}  // namespace aslog::cli
