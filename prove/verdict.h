// What a prover said. A verdict needs its exact line and the exit code that belongs to it; whatever
// else a program prints is an error, never a proof.
#pragma once

#include <string>

#include "support/subprocess.h"

namespace aslog::prove {

enum class Answer { Yes, No, TimedOut };

// `log` is all that yosys printed for a script that ends with `sat -prove-asserts`.
// Throws support::Error, with the end of the log, for anything that is no clear answer.
Answer satAnswer(const std::string& log, const support::CommandResult& result);

// The same of yosys-smtbmc.
Answer smtbmcAnswer(const std::string& log, const support::CommandResult& result);

// The assertion that yosys-smtbmc names, or "".
std::string failedAssertion(const std::string& smtbmcLog);

}  // namespace aslog::prove
