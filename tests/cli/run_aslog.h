// Runs the built command as a user does.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support/file.h"
#include "support/subprocess.h"
#include "tests/temporary_folder.h"

namespace aslog::tests {

struct Run {
    int exitCode = 0;
    std::string out;
    std::string err;
};

// Any program, in an empty folder; `stdoutFile`: instead of Run::out.
inline Run runProgram(const std::vector<std::string>& argv,
                      const std::map<std::string, std::string>& environment = {},
                      const std::filesystem::path& stdoutFile = "") {
    const TemporaryFolder folder;
    support::Command command;
    command.argv = argv;
    command.folder = folder.path();
    command.environment = environment;
    command.stdoutFile = stdoutFile.empty() ? folder / "out" : stdoutFile;
    command.stderrFile = folder / "err";
    const support::CommandResult result = support::run(command);
    return {result.exitCode, stdoutFile.empty() ? support::readFile(folder / "out") : "",
            support::readFile(folder / "err")};
}

inline Run runAslog(const std::vector<std::string>& arguments,
                    const std::map<std::string, std::string>& environment = {},
                    const std::filesystem::path& stdoutFile = "") {
    std::vector<std::string> argv = {ASLOG_COMMAND};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return runProgram(argv, environment, stdoutFile);
}

}  // namespace aslog::tests
