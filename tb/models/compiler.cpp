#include "tb/models/compiler.h"

#include <utility>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/subprocess.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;
using support::Command;
using support::Error;

}  // namespace

fs::path verilatorInclude() {
    Command command;
    command.argv = {"verilator", "--getenv", "VERILATOR_ROOT"};
    const support::CapturedResult root = support::runCaptured(command);
    const std::string folder = root.output.substr(0, root.output.find('\n'));
    if (!root.result.ok() || folder.empty()) {
        throw Error("verilator does not tell where its header files are: " + root.output);
    }
    return fs::path(folder) / "include";
}

double runTool(std::vector<std::string> argv, const fs::path& folder, const std::string& log) {
    Command command;
    command.argv = std::move(argv);
    command.folder = folder;
    command.stdoutFile = folder / log;
    command.environment["TMPDIR"] = fs::absolute(folder).string();
    const support::CommandResult result = support::run(command);
    if (!result.ok()) {
        std::string words = support::readFile(folder / log);
        constexpr std::size_t kEnough = 3000;
        if (words.size() > kEnough) {
            words = words.substr(0, kEnough) + "\n...";
        }
        throw Error(
            fmt::format("{} failed in {}:\n{}", command.argv.front(), folder.string(), words));
    }
    return result.seconds;
}

std::vector<std::string> compilerCall(const fs::path& include, Waves waves,
                                      const std::string& optimisation) {
    return {"g++",
            "-std=c++17",
            optimisation,
            "-fPIC",
            "-fvisibility=hidden",
            "-fno-gnu-unique",
            "-w",
            "-faligned-new",
            "-DVERILATOR=1",
            "-DVL_USER_FATAL",
            "-DVM_COVERAGE=0",
            "-DVM_SC=0",
            fmt::format("-DVM_TRACE={:d}", waves != Waves::none),
            fmt::format("-DVM_TRACE_VCD={:d}", waves == Waves::vcd),
            fmt::format("-DVM_TRACE_FST={:d}", waves == Waves::fst),
            "-I.",
            "-I" + include.string(),
            "-I" + (include / "vltstd").string()};
}

double compileObject(const fs::path& folder, const std::string& stem,
                     std::vector<std::string> call) {
    for (const char* word : {"-c", "-o"}) {
        call.emplace_back(word);
    }
    call.push_back(stem + ".o");
    call.push_back(stem + ".cpp");
    return runTool(std::move(call), folder, stem + ".log");
}

}  // namespace aslog::tb
