#include "support/tools.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "support/error.h"
#include "support/subprocess.h"

namespace aslog::support {
namespace {

namespace fs = std::filesystem;

struct Tool {
    std::string_view name;
    std::string_view package;
    std::string_view versionFlag;
};

constexpr std::array<Tool, 12> kTools = {{
    {"ar", "binutils", "--version"},
    {"g++", "g++", "--version"},
    {"gnuplot", "gnuplot-nox", "--version"},
    {"iverilog", "iverilog", "-V"},
    {"make", "make", "--version"},
    {"ninja", "ninja-build", "--version"},
    {"rsvg-convert", "librsvg2-bin", "--version"},
    {"sta", "opensta", "-version"},
    {"verilator", "verilator", "--version"},
    {"vvp", "iverilog", "-V"},
    {"yosys", "yosys", "-V"},
    {"yosys-abc", "yosys", "-h"},
}};

const Tool* knownTool(std::string_view name) {
    const auto* found = std::find_if(kTools.begin(), kTools.end(),
                                     [name](const Tool& tool) { return tool.name == name; });
    return found == kTools.end() ? nullptr : found;
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

std::string toolVersion(std::string_view name) {
    const Tool* known = knownTool(name);
    Command command;
    command.argv = {findTool(name).string(),
                    std::string(known != nullptr ? known->versionFlag : "--version")};
    command.timeout = std::chrono::seconds(30);
    const std::string output = runCaptured(command).output;
    const std::size_t start = output.find_first_not_of(" \r\n");
    if (start == std::string::npos) {
        throw Error(fmt::format("{} does not tell its version", name));
    }
    const std::size_t end = std::min(output.find_first_of("\r\n", start), output.size());
    const std::string line = output.substr(start, end - start);
    return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace aslog::support
