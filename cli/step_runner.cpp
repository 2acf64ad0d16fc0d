#include "cli/step_runner.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "support/build.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/sha256.h"
#include "support/tools.h"

namespace aslog::cli {
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

StepRunner::StepRunner(fs::path runFolder, const Output& output)
    : runFolder_(std::move(runFolder)), output_(output) {
}

fs::path StepRunner::stampPath(const Step& step) const {
    return runFolder_ / "steps" / (step.name + ".json");
}

Json StepRunner::makeStamp(const Step& step) const {
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

bool StepRunner::isUpToDate(const Step& step) const {
    const Json stamp = readStamp(stampPath(step));
    return stamp.is_object() && stamp == makeStamp(step);
}

const StepResult& StepRunner::run(const Step& step) {
    support::throwIfInterrupted();
    if (isUpToDate(step)) {
        output_.text(fmt::format("{:<12} up to date\n", step.name));
        return results_.emplace_back(StepResult{step.name, true, 0});
    }
    const auto start = std::chrono::steady_clock::now();
    step.run();  // shows its own progress
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    for (const fs::path& output : step.outputs) {
        if (filesOf(runFolder_, output).empty()) {
            throw support::Error(fmt::format("the step {} did not write {}", step.name,
                                             (runFolder_ / output).string()));
        }
    }
    support::writeJson(stampPath(step), makeStamp(step));
    output_.text(fmt::format("{:<12} done in {:.1f} s\n", step.name, elapsed.count()));
    return results_.emplace_back(StepResult{step.name, false, elapsed.count()});
}

Json StepRunner::toJson() const {
    Json list = Json::array();
    for (const StepResult& result : results_) {
        list.push_back(
            {{"name", result.name}, {"skipped", result.skipped}, {"seconds", result.seconds}});
    }
    return list;
}

}  // namespace aslog::cli
