#include "flows/workspace.h"

#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/subprocess.h"

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
    return run(logOf(name), {"yosys", "-s", scriptFile.string()});
}

std::string Workspace::sta(const std::string& name, const std::string& script) const {
    const fs::path scriptFile = temporary(name + ".tcl");
    support::writeFile(scriptFile, script);
    return run(logOf(name), {"sta", "-no_init", "-no_splash", "-exit", scriptFile.string()});
}

std::optional<std::string> Workspace::abc(const std::string& name, const std::string& commands,
                                          int seconds) const {
    support::Command command;
    command.argv = {"yosys-abc", "-c", commands};
    command.stdoutFile = temporary(name + ".txt");
    command.timeout = std::chrono::seconds(seconds);
    const support::CommandResult result = support::run(command);
    if (result.timedOut) {
        return std::nullopt;
    }
    std::string output = support::readFile(command.stdoutFile);
    if (!result.ok()) {
        throw support::Error(
            fmt::format("yosys-abc ended with code {}; it printed:\n{}", result.exitCode, output));
    }
    return output;
}

fs::path Workspace::logOf(const std::string& name) const {
    return folder_ / "logs" / (name + ".log");
}

std::string Workspace::run(const fs::path& output, std::vector<std::string> argv) {
    support::Command command;
    command.argv = std::move(argv);
    command.stdoutFile = output;
    support::runChecked(command);
    return support::readFile(command.stdoutFile);
}

void Workspace::clean() const {
    std::error_code ignored;
    fs::remove_all(folder_ / "tmp", ignored);
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
