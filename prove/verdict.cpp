#include "prove/verdict.h"

#include <algorithm>
#include <regex>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::prove {
namespace {

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

[[noreturn]] void throwUnclear(const char* tool, const std::string& log,
                               const support::CommandResult& result) {
    const std::size_t kept = std::min<std::size_t>(log.size(), 1500);
    throw support::Error(fmt::format("{} ended with exit code {} and no clear verdict:\n{}", tool,
                                     result.exitCode, log.substr(log.size() - kept)));
}

bool startsAny(const std::vector<std::string>& lines, const std::string& start) {
    return std::any_of(lines.begin(), lines.end(),
                       [&start](const std::string& line) { return line.starts_with(start); });
}

}  // namespace

Answer satAnswer(const std::string& log, const support::CommandResult& result) {
    const std::vector<std::string> lines = linesOf(log);
    const auto count = [&lines](const char* line) {
        return std::count(lines.begin(), lines.end(), line);
    };
    const auto proven = count("SAT proof finished - no model found: SUCCESS!");
    const auto refuted = count("SAT proof finished - model found: FAIL!");
    const auto timeOuts = count("Interrupted SAT solver: TIMEOUT!");
    if (result.timedOut) {
        return Answer::TimedOut;
    }
    // Without an assertion everything is proven.
    const bool asserts = startsAny(lines, "Import proof for assert: ");
    const bool ended = result.exitCode == 0 && !startsAny(lines, "ERROR:");
    if (asserts && ended && proven + refuted + timeOuts == 1) {
        return proven == 1 ? Answer::Yes : refuted == 1 ? Answer::No : Answer::TimedOut;
    }
    throwUnclear("yosys sat", log, result);
}

Answer smtbmcAnswer(const std::string& log, const support::CommandResult& result) {
    static const std::regex kStatus(R"(##\s+\d+:\d\d:\d\d\s+Status: (\S+))");
    std::vector<std::string> found;
    const std::vector<std::string> lines = linesOf(log);
    for (const std::string& line : lines) {
        std::smatch match;
        if (std::regex_match(line, match, kStatus)) {
            found.push_back(match[1]);
        }
    }
    if (result.timedOut) {
        return Answer::TimedOut;
    }
    // Upper case up to yosys 0.23, lower case in later ones.
    if (found.size() == 1 && !lines.back().empty() && std::regex_match(lines.back(), kStatus)) {
        const bool passed = found.front() == "PASSED" || found.front() == "passed";
        const bool failed = found.front() == "FAILED" || found.front() == "failed";
        if (passed && result.exitCode == 0 && failedAssertion(log).empty()) {
            return Answer::Yes;
        }
        if (failed && result.exitCode == 1) {
            return Answer::No;
        }
    }
    throwUnclear("yosys-smtbmc", log, result);
}

std::string failedAssertion(const std::string& smtbmcLog) {
    static const std::regex kFailed(R"(##\s+\d+:\d\d:\d\d\s+Assert failed in \S+: (\S+).*)");
    for (const std::string& line : linesOf(smtbmcLog)) {
        std::smatch match;
        if (std::regex_match(line, match, kFailed)) {
            return match[1];
        }
    }
    return "";
}

}  // namespace aslog::prove
