#include "support/tools.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <regex>
#include <system_error>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "support/build.h"
#include "support/error.h"
#include "support/subprocess.h"

namespace aslog::support {
namespace {

namespace fs = std::filesystem;

struct Tool {
    std::string_view name;
    std::string_view package;
    std::string_view versionFlag;
    // The lowest and the highest version that aslog was tried with; empty where it does not matter.
    std::string_view lowest = {};
    std::string_view highest = {};
};

constexpr std::array<Tool, 15> kTools = {{
    {"ar", "binutils", "--version"},
    {"g++", "g++", "--version"},
    {"gnuplot", "gnuplot-nox", "--version"},
    {"iverilog", "iverilog", "-V", "11.0", "11.0"},
    {"make", "make", "--version"},
    {"nextpnr-ice40", "nextpnr-ice40", "--version", "0.4", "0.4"},
    {"ninja", "ninja-build", "--version"},
    {"rsvg-convert", "librsvg2-bin", "--version"},
    {"sta", "opensta", "-version", "2.0.17", "2.0.17"},
    {"verilator", "verilator", "--version", "5.006", "5.050"},
    {"vvp", "iverilog", "-V"},
    {"yosys", "yosys", "-V", "0.23", "0.55"},
    {"yosys-abc", "yosys", "-h"},
    {"yosys-smtbmc", "yosys", "-h"},
    {"z3", "z3", "--version"},
}};

const Tool* knownTool(std::string_view name) {
    const auto* found = std::find_if(kTools.begin(), kTools.end(),
                                     [name](const Tool& tool) { return tool.name == name; });
    return found == kTools.end() ? nullptr : found;
}

// The numbers of the first word like 5.006 or 0.55+64: {5, 6}, {0, 55}. Empty if there is none.
std::vector<int> numbersIn(std::string_view text) {
    static const std::regex pattern(R"((\d+)\.(\d+)(?:\.(\d+))?)");
    std::match_results<std::string_view::const_iterator> match;
    std::vector<int> numbers;
    if (std::regex_search(text.begin(), text.end(), match, pattern)) {
        for (std::size_t i = 1; i < match.size() && match[i].matched; ++i) {
            numbers.push_back(std::stoi(match[i].str()));
        }
    }
    return numbers;
}

// Which comes first, by as many numbers as the limit has: 2.0.17 is not above 2.0.
int compare(std::vector<int> version, const std::vector<int>& limit) {
    version.resize(limit.size());
    return version < limit ? -1 : (version > limit ? 1 : 0);
}

bool isProgram(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::string debianPackage(std::string_view tool) {
    const Tool* known = knownTool(tool);
    return std::string(known != nullptr ? known->package : tool);
}

fs::path findTool(std::string_view name) {
    if (name.find('/') != std::string_view::npos) {
        if (isProgram(name)) {
            return name;
        }
        throw MissingTool(fmt::format("there is no program {}", name));
    }
    const char* variable = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): never set by us
    std::string_view rest = variable != nullptr ? variable : "";
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        const fs::path candidate = fs::path(rest.substr(0, end)) / name;
        if (isProgram(candidate)) {
            return candidate;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    throw MissingTool(fmt::format("the program {} is not installed; on Debian: apt-get install {}",
                                  name, debianPackage(name)));
}

std::string triedVersions(std::string_view name) {
    const Tool* known = knownTool(name);
    if (known == nullptr || known->lowest.empty()) {
        return "";
    }
    return known->lowest == known->highest ? std::string(known->lowest)
                                           : fmt::format("{} to {}", known->lowest, known->highest);
}

std::string versionWarning(std::string_view name, std::string_view version) {
    const std::string tried = triedVersions(name);
    if (tried.empty()) {
        return "";
    }
    const Tool* known = knownTool(name);
    const std::vector<int> now = numbersIn(version);
    const bool isTried = !now.empty() && compare(now, numbersIn(known->lowest)) >= 0 &&
                         compare(now, numbersIn(known->highest)) <= 0;
    return isTried ? ""
                   : fmt::format("warning: aslog was tried with {} {}; this is \"{}\"", name, tried,
                                 version);
}

std::vector<std::string> triedTools() {
    std::vector<std::string> names;
    for (const Tool& tool : kTools) {
        if (!tool.lowest.empty()) {
            names.emplace_back(tool.name);
        }
    }
    return names;
}

std::string toolVersion(std::string_view name) {
    const Tool* known = knownTool(name);
    Command command;
    command.argv = {findTool(name).string(),
                    std::string(known != nullptr ? known->versionFlag : "--version")};
    command.timeout = std::chrono::seconds(10);
    const auto [result, output] = runCaptured(command);
    if (result.timedOut) {
        throw Error(fmt::format("{} {} did not end within 10 s; is it the right program?",
                                command.argv[0], command.argv[1]));
    }
    const std::size_t start = output.find_first_not_of(" \r\n");
    if (start == std::string::npos) {
        throw Error(fmt::format("{} does not tell its version", name));
    }
    const std::size_t end = std::min(output.find_first_of("\r\n", start), output.size());
    const std::string line = output.substr(start, end - start);
    return line.substr(0, line.find_last_not_of(' ') + 1);
}

Json toolsJson(const std::vector<std::string>& programs) {
    Json json = {{"aslog", build().description}, {"compiler", build().compiler}};
    for (const std::string& program : programs) {
        json[program] = toolVersion(program);
    }
    return json;
}

}  // namespace aslog::support
