#include "support/subprocess.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"
#include "support/file.h"
#include "support/guardian.h"
#include "support/interrupt.h"
#include "support/tools.h"

namespace aslog::support {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto kGrace = std::chrono::seconds(3);  // between asking a program to end and killing it

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

File openOutput(const fs::path& path) {
    const fs::path target = path.empty() ? fs::path("/dev/null") : path;
    makeFolder(target.parent_path());
    File file(std::fopen(target.c_str(), "we"));
    if (!file) {
        throw FileError(fmt::format("cannot write {}: {}", target.string(),
                                    std::generic_category().message(errno)));
    }
    return file;
}

std::vector<std::string> mergedEnvironment(const std::map<std::string, std::string>& added) {
    std::vector<std::string> result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        if (!added.contains(text.substr(0, text.find('=')))) {
            result.push_back(text);
        }
    }
    for (const auto& [name, value] : added) {
        result.push_back(fmt::format("{}={}", name, value));
    }
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (std::string& text : texts) {
        result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
}

// What posix_spawn() has to be told; frees itself.
class SpawnSettings {
  public:
    SpawnSettings(const fs::path& folder, int output, int errors) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
        if (!folder.empty()) {
            posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
        }
        sigset_t ours;
        sigemptyset(&ours);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setsigmask(&attributes_, &ours);
        for (const int signal : kInterruptSignals) {
            sigaddset(&ours, signal);
        }
        sigaddset(&ours, SIGPIPE);
        posix_spawnattr_setsigdefault(&attributes_, &ours);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnSettings() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    const posix_spawn_file_actions_t* actions() const { return &actions_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

pid_t spawn(const Command& command, int output, int errors) {
    if (command.argv.empty()) {
        throw std::invalid_argument("a command needs a program");
    }
    // Made absolute, because a relative path would be looked up in command.folder.
    const fs::path program = fs::absolute(findTool(command.argv.front()));
    if (!command.folder.empty() && !fs::is_directory(command.folder)) {
        throw FileError(fmt::format("there is no folder {}", command.folder.string()));
    }
    std::vector<std::string> arguments = command.argv;
    std::vector<std::string> environment = mergedEnvironment(command.environment);
    const SpawnSettings settings(command.folder, output, errors);
    pid_t child = 0;
    const int error =
        posix_spawn(&child, program.c_str(), settings.actions(), settings.attributes(),
                    pointers(arguments).data(), pointers(environment).data());
    if (error != 0) {
        throw Error(fmt::format("cannot run {}: {}", program.string(),
                                std::generic_category().message(error)));
    }
    return child;
}

// Waits for the child until `deadline`; returns true and its exit code if it ended.
bool waitUntil(pid_t child, Clock::time_point deadline, bool stopOnInterrupt, int& exitCode) {
    auto pause = std::chrono::microseconds(200);
    while (true) {
        int status = 0;
        if (::waitpid(child, &status, WNOHANG) == child) {
            exitCode = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            return true;
        }
        if (Clock::now() >= deadline || (stopOnInterrupt && interrupted())) {
            return false;
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds(20'000));
    }
}

// Asks the whole process group to end, and kills what does not.
void endGroup(pid_t child, int signal) {
    int ignored = 0;
    ::kill(-child, signal);
    if (!waitUntil(child, Clock::now() + kGrace, false, ignored)) {
        ::kill(-child, SIGKILL);
        waitUntil(child, Clock::time_point::max(), false, ignored);
    }
    ::kill(-child, SIGKILL);  // children of the program that outlived it
}

CommandResult runWith(const Command& command, int output, int errors) {
    throwIfInterrupted();
    const auto start = Clock::now();
    const auto deadline =
        command.timeout.count() > 0 ? start + command.timeout : Clock::time_point::max();
    const pid_t child = spawn(command, output, errors);
    guard(child);
    CommandResult result;
    if (!waitUntil(child, deadline, true, result.exitCode)) {
        const bool byUser = interrupted();
        endGroup(child, byUser ? SIGINT : SIGTERM);
        if (byUser) {
            unguard(child);
            throw Interrupted();
        }
        result.timedOut = true;
        result.exitCode = 128 + SIGTERM;
    }
    unguard(child);
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return result;
}

// The last lines of a program's output, indented, for an error message.
std::string lastLines(const fs::path& path) {
    constexpr int kLines = 12;
    std::string text = path.empty() ? "" : readFile(path);
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    std::size_t start = text.size();
    for (int i = 0; i < kLines && start != 0 && start != std::string::npos; ++i) {
        start = text.rfind('\n', start - 1);
    }
    text = start == std::string::npos ? text : text.substr(start == 0 ? 0 : start + 1);
    std::string result;
    for (const char c : text.empty() ? text : "\n" + text) {
        result += c == '\n' ? "\n    " : std::string(1, c);
    }
    return result;
}

}  // namespace

CommandResult run(const Command& command) {
    const File output = openOutput(command.stdoutFile);
    const File errors = command.stderrFile.empty() ? File() : openOutput(command.stderrFile);
    const int outputNumber = ::fileno(output.get());
    return runWith(command, outputNumber, errors ? ::fileno(errors.get()) : outputNumber);
}

CapturedResult runCaptured(const Command& command) {
    const File output(std::tmpfile());
    if (!output) {
        throw FileError("cannot create a temporary file: " +
                        std::generic_category().message(errno));
    }
    const int number = ::fileno(output.get());
    CapturedResult captured{runWith(command, number, number), ""};
    std::rewind(output.get());
    std::array<char, 1 << 12> block{};
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), output.get())) {
        captured.output.append(block.data(), count);
    }
    return captured;
}

CommandResult runChecked(const Command& command) {
    const CommandResult result = run(command);
    if (!result.ok()) {
        const fs::path log = command.stderrFile.empty() ? command.stdoutFile : command.stderrFile;
        const std::string how =
            result.timedOut ? fmt::format("did not end within {:.0f} s",
                                          std::chrono::duration<double>(command.timeout).count())
                            : fmt::format("failed with exit code {}", result.exitCode);
        throw Error(
            fmt::format("{} {}: {}{}{}", command.argv.front(), how, fmt::join(command.argv, " "),
                        log.empty() ? "" : "\n  the end of " + log.string() + ":", lastLines(log)));
    }
    return result;
}

}  // namespace aslog::support
