#include "run/step_runner.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "support/build.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/sha256.h"
#include "support/stopwatch.h"
#include "support/tools.h"

namespace aslog {
namespace {

namespace fs = std::filesystem;
using support::Json;

// The regular files that an output stands for, sorted, as paths relative to the run folder.
std::vector<fs::path> filesOf(const fs::path& runFolder, const fs::path& output) {
    std::vector<fs::path> files;
    const fs::path path = runFolder / output;
    if (fs::is_directory(path)) {
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.is_regular_file()) {
                files.push_back(entry.path().lexically_relative(runFolder));
            }
        }
    } else if (fs::is_regular_file(path)) {
        files.push_back(output);
    }
    std::sort(files.begin(), files.end());
    return files;
}

// A user who changed or removed a file in between makes the step run again, whatever the reason.
Json readStamp(const fs::path& path) {
    try {
        return fs::exists(path) ? support::readJson(path) : Json();
    } catch (const support::Error&) {
        return {};
    }
}

}  // namespace

StepRunner::StepRunner(fs::path runFolder, std::function<void(const std::string&)> say)
    : runFolder_(std::move(runFolder)), say_(std::move(say)) {
}

fs::path StepRunner::stampPath(const FlowStep& step) const {
    return runFolder_ / "steps" / (step.name + ".json");
}

Json StepRunner::makeStamp(const FlowStep& step) const {
    Json inputs = {{"aslog", support::programHash()}};
    for (const auto& [name, value] : step.inputs) {
        inputs[name] = value;
    }
    Json outputs = Json::object();
    for (const fs::path& output : step.outputs) {
        for (const fs::path& file : filesOf(runFolder_, output)) {
            outputs[file.generic_string()] = support::sha256OfFile(runFolder_ / file);
        }
    }
    return {{"step", step.name},
            {"tools", support::toolsJson()},
            {"inputs", inputs},
            {"outputs", outputs}};
}

bool StepRunner::isUpToDate(const FlowStep& step) const {
    const Json stamp = readStamp(stampPath(step));
    return stamp.is_object() && stamp == makeStamp(step);
}

const StepResult& StepRunner::run(const FlowStep& step) {
    support::throwIfInterrupted();
    if (isUpToDate(step)) {
        say_(fmt::format("{:<12} up to date\n", step.name));
        return results_.emplace_back(StepResult{step.name, true, 0});
    }
    const support::Stopwatch stopwatch;
    step.run();  // shows its own progress
    const double seconds = stopwatch.seconds();
    for (const fs::path& output : step.outputs) {
        if (filesOf(runFolder_, output).empty()) {
            throw support::Error(fmt::format("the step {} did not write {}", step.name,
                                             (runFolder_ / output).string()));
        }
    }
    support::writeJson(stampPath(step), makeStamp(step));
    say_(fmt::format("{:<12} done in {:.1f} s\n", step.name, seconds));
    return results_.emplace_back(StepResult{step.name, false, seconds});
}

Json StepRunner::toJson() const {
    Json list = Json::array();
    for (const StepResult& result : results_) {
        list.push_back(
            {{"name", result.name}, {"skipped", result.skipped}, {"seconds", result.seconds}});
    }
    return list;
}

}  // namespace aslog
