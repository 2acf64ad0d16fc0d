#include "flows/workspace.h"

#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/safe_name.h"

namespace aslog::flows {

namespace fs = std::filesystem;

Workspace::Workspace(fs::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    fs::remove_all(folder_, error);
    if (error) {
        throw support::FileError("cannot remove " + folder_.string() + ": " + error.message());
    }
    support::makeFolder(folder_ / "logs");
    support::makeFolder(folder_ / "tmp");
}

fs::path Workspace::temporary(const std::string& name) const {
    return folder_ / "tmp" / name;
}

std::string Workspace::yosys(const std::string& name, const std::string& script) const {
    const fs::path scriptFile = temporary(name + ".ys");
    support::writeFile(scriptFile, script);
    return run(logOf(name), {"yosys", "-s", nameOf(scriptFile)});
}

std::string Workspace::sta(const std::string& name, const std::string& script) const {
    const fs::path scriptFile = temporary(name + ".tcl");
    support::writeFile(scriptFile, script);
    return run(logOf(name), {"sta", "-no_init", "-no_splash", "-exit", nameOf(scriptFile)});
}

std::optional<std::string> Workspace::abc(const std::string& name, const std::string& commands,
                                          int seconds) const {
    support::Command abc = command({"yosys-abc", "-c", commands}, temporary(name + ".txt"));
    abc.timeout = std::chrono::seconds(seconds);
    const support::CommandResult result = support::run(abc);
    if (result.timedOut) {
        return std::nullopt;
    }
    std::string output = support::readFile(abc.stdoutFile);
    if (!result.ok()) {
        throw support::Error(
            fmt::format("yosys-abc ended with code {}; it printed:\n{}", result.exitCode, output));
    }
    return output;
}

fs::path Workspace::logOf(const std::string& name) const {
    return folder_ / "logs" / (name + ".log");
}

support::Command Workspace::command(std::vector<std::string> argv, const fs::path& output) const {
    support::Command result;
    result.argv = std::move(argv);
    result.folder = folder_;
    result.stdoutFile = output;
    result.environment["TMPDIR"] = "tmp";
    return result;
}

std::string Workspace::run(const fs::path& output, std::vector<std::string> argv) const {
    support::runChecked(command(std::move(argv), output));
    return support::readFile(output);
}

std::string Workspace::nameOf(const fs::path& file) const {
    return "tmp/" + support::safeName(file, folder_ / "tmp");
}

void Workspace::clean() const {
    std::error_code ignored;
    fs::remove_all(folder_ / "tmp", ignored);
}

std::string Workspace::abcNameOf(const fs::path& file) const {
    return support::absoluteSafeName(folder_ / nameOf(file), folder_);
}

Attempt Workspace::attempt(const std::string& name, std::vector<std::string> argv) const {
    const fs::path log = logOf(name);
    const support::CommandResult result = support::run(command(std::move(argv), log));
    return {result, support::readFile(log)};
}

std::string filledIn(std::string text, const std::string& key, const std::string& value) {
    const std::string mark = "@" + key + "@";
    for (std::size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + value.size())) {
        text.replace(at, mark.size(), value);
    }
    return text;
}

}  // namespace aslog::flows
