// The command line as a whole: parse, run one command, turn errors into messages and exit codes.
#pragma once

namespace aslog::cli {

// Returns the exit code of the process: 0 success, 1 failure, 2 bad usage or bad input, 130
// interrupted.
int runCommandLine(int argc, const char* const* argv);

}  // namespace aslog::cli
