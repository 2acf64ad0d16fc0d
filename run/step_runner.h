// Runs the steps of `aslog flow`: skips what is up to date, and can be interrupted at any time.
//
// After a step a stamp stays behind in the run folder, steps/<step>.json: the step's inputs, which
// aslog ran it, and its output files with their hashes. A step is up to date if its inputs are
// those of the stamp and every output file still has its hash: what an interrupted step left behind
// never is.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "support/json_file.h"

namespace aslog {

// Names and values of all that the outputs depend on, hashes in place of long ones; aslog itself
// (support::programHash()) is added by the runner.
using StepInputs = std::map<std::string, std::string>;

struct FlowStep {
    std::string name;                            // "generate"
    StepInputs inputs;                           // cli/step_inputs.h
    std::vector<std::filesystem::path> outputs;  // files and folders, relative to the run folder
    std::function<void()> run;                   // throws on failure
};

struct StepResult {
    std::string name;
    bool skipped = false;
    double seconds = 0;
};

class StepRunner {
  public:
    // `runFolder` is out/<name>; it need not exist. `say` gets a line for each step.
    StepRunner(std::filesystem::path runFolder, std::function<void(const std::string&)> say);

    // Runs the step unless it is up to date, and says so in one line. Throws what the step throws,
    // and support::Error if an output is missing afterwards.
    const StepResult& run(const FlowStep& step);

    const std::vector<StepResult>& results() const { return results_; }

    // For the result of a command: [{"name", "skipped", "seconds"}].
    support::Json toJson() const;

  private:
    bool isUpToDate(const FlowStep& step) const;
    support::Json makeStamp(const FlowStep& step) const;
    std::filesystem::path stampPath(const FlowStep& step) const;

    std::filesystem::path runFolder_;
    std::function<void(const std::string&)> say_;
    std::vector<StepResult> results_;
};

}  // namespace aslog
