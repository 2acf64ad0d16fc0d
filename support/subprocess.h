// Running other programs: no shell, output to files, time limits, Ctrl-C.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace aslog::support {

struct Command {
    std::vector<std::string> argv;     // argv[0]: a path, or a name to be found in PATH
    std::filesystem::path folder;      // to run in; empty: the current one
    std::filesystem::path stdoutFile;  // empty: discarded
    std::filesystem::path stderrFile;  // empty: where stdout goes
    std::map<std::string, std::string> environment;  // added to the environment of this process
    std::chrono::milliseconds timeout{0};            // 0: none
};

struct CommandResult {
    int exitCode = 0;  // 128 + signal if a signal ended it, as in a shell
    bool timedOut = false;
    double seconds = 0;

    bool ok() const { return exitCode == 0 && !timedOut; }
};

struct CapturedResult {
    CommandResult result;
    std::string output;  // stdout and stderr, as they came
};

// Runs a program to its end; may be called from several threads at once. Standard input is empty.
// The program and all its children form a process group, which ends at a time-out or an interrupt.
// Throws MissingTool (argv[0] is not there), FileError (an output file cannot be opened) and
// Interrupted (interrupt.h).
CommandResult run(const Command& command);

// As run(), with the output in memory; stdoutFile and stderrFile are ignored.
CapturedResult runCaptured(const Command& command);

// As run(), but throws Error unless the exit code is 0: the message has the command, the exit code
// and the last lines of the output file.
CommandResult runChecked(const Command& command);

}  // namespace aslog::support
