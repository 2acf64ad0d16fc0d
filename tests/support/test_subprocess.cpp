#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/error.h"
#include "support/file.h"
#include "support/interrupt.h"
#include "support/subprocess.h"
#include "support/tools.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using namespace aslog::support;
using namespace std::chrono_literals;
using aslog::tests::TemporaryFolder;

namespace {

Command shell(const std::string& script) {
    Command command;
    command.argv = {"sh", "-c", script};
    return command;
}

bool isRunning(pid_t process) {
    return ::kill(process, 0) == 0;
}

// Killed processes disappear a little later, when init has fetched their exit codes.
bool endsSoon(pid_t process) {
    for (int i = 0; i < 500 && isRunning(process); ++i) {
        std::this_thread::sleep_for(10ms);
    }
    return !isRunning(process);
}

}  // namespace

TEST_CASE("arguments, folder and environment reach the program as they are") {
    const TemporaryFolder folder;
    Command command = shell("pwd -P; printf '%s|' \"$0\" \"$ADDED\" \"$HOME\"; cat");
    command.argv.emplace_back("a 'quoted' $HOME *");
    command.folder = folder.path();
    command.environment = {{"ADDED", "x y"}, {"HOME", "/changed"}};
    const CapturedResult captured = runCaptured(command);
    CHECK(captured.result.ok());
    CHECK(captured.output ==
          fs::canonical(folder.path()).string() + "\na 'quoted' $HOME *|x y|/changed|");
}

TEST_CASE("output goes to files") {
    const TemporaryFolder folder;
    Command command = shell("echo out; echo err >&2; exit 3");
    command.stdoutFile = folder / "logs" / "out.txt";
    SECTION("both to one file") {
        CHECK(run(command).exitCode == 3);
        CHECK(readFile(command.stdoutFile) == "out\nerr\n");
    }
    SECTION("each to its own") {
        command.stderrFile = folder / "err.txt";
        CHECK(run(command).exitCode == 3);
        CHECK(readFile(command.stdoutFile) == "out\n");
        CHECK(readFile(command.stderrFile) == "err\n");
    }
    SECTION("a failure shows the end of it") {
        CHECK_THROWS_WITH(runChecked(command),
                          "sh failed with exit code 3: sh -c echo out; echo err >&2; exit 3\n"
                          "  the end of " +
                              command.stdoutFile.string() + ":\n    out\n    err");
    }
}

TEST_CASE("a program that a signal ended has the exit code of a shell") {
    CHECK(run(shell("kill -SEGV $$")).exitCode == 128 + SIGSEGV);
}

TEST_CASE("a missing tool is named with its package") {
    Command command;
    command.argv = {"yosys"};
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", "/nowhere:", 1);
    CHECK_THROWS_AS(run(command), MissingTool);
    CHECK_THROWS_WITH(findTool("sta"),
                      "the program sta is not installed; on Debian: apt-get install opensta");
    CHECK_THROWS_WITH(findTool("frob"),
                      "the program frob is not installed; on Debian: apt-get install frob");
    ::setenv("PATH", path.c_str(), 1);
    CHECK_THROWS_WITH(findTool("./frob"), "there is no program ./frob");
}

TEST_CASE("output that cannot be opened is reported before the program starts") {
    const TemporaryFolder folder;
    Command command = shell("touch " + (folder / "started").string());
    command.stdoutFile = "/proc/none/log.txt";
    CHECK_THROWS_AS(run(command), FileError);
    CHECK_FALSE(fs::exists(folder / "started"));
}

TEST_CASE("a time-out ends the program and its children") {
    const TemporaryFolder folder;
    Command command = shell("sleep 60 & echo $! > " + (folder / "child").string() + "; wait");
    command.timeout = 300ms;
    const CommandResult result = run(command);
    CHECK(result.timedOut);
    CHECK_FALSE(result.ok());
    CHECK(result.seconds < 30);
    CHECK(endsSoon(std::stoi(readFile(folder / "child"))));
}

// A process that runs a program with a child, and ends with 42 if it is interrupted; returns its
// wait status once `signal` has ended it, and the number of that child.
std::pair<int, int> statusAfter(int signal, bool isForAll = false) {
    const TemporaryFolder folder;
    const fs::path child = folder / "child";
    const pid_t caller = ::fork();
    REQUIRE(caller >= 0);
    if (caller == 0) {
        catchInterrupts();
        try {
            run(shell("sleep 60 & echo $! > " + child.string() + ".new; mv " + child.string() +
                      ".new " + child.string() + "; wait"));
        } catch (const Interrupted&) {
            ::_exit(interrupted() ? 42 : 1);
        }
        ::_exit(0);
    }
    for (int i = 0; i < 1000 && !fs::exists(child); ++i) {
        std::this_thread::sleep_for(10ms);
    }
    REQUIRE(fs::exists(child));
    if (isForAll) {  // the guardian first
        const std::string number = std::to_string(caller);
        std::ifstream children("/proc/" + number + "/task/" + number + "/children");
        pid_t guardian = 0;
        REQUIRE(children >> guardian);
        ::kill(guardian, signal);
        std::this_thread::sleep_for(100ms);
    }
    ::kill(caller, signal);
    int status = 0;
    REQUIRE(::waitpid(caller, &status, 0) == caller);
    return {status, std::stoi(readFile(child))};
}

TEST_CASE("an interrupt ends the program and its children, then stops the caller") {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        INFO("signal " << signal);
        const auto [status, child] = statusAfter(signal);
        REQUIRE(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 42);
        CHECK(endsSoon(child));
    }
}

TEST_CASE("a signal to all of aslog's processes is an interrupt like one to the first") {
    const auto [status, child] = statusAfter(SIGTERM, true);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 42);
    CHECK(endsSoon(child));
}

TEST_CASE("a program and its children do not outlive a caller that is killed") {
    const auto [status, child] = statusAfter(SIGKILL);
    CHECK(WIFSIGNALED(status));
    CHECK(endsSoon(child));
}

TEST_CASE("a program that does not end when it is asked for its version is named") {
    const TemporaryFolder folder;
    const fs::path slow = folder / "slow";
    writeFile(slow, "#!/bin/sh\nsleep 60\n");
    fs::permissions(slow, fs::perms::owner_all);
    CHECK_THROWS_WITH(toolVersion(slow.string()),
                      Catch::Matchers::ContainsSubstring(slow.string() + " --version did not end"));
}

TEST_CASE("tools tell their versions in one line") {
    CHECK_THAT(toolVersion("make"), Catch::Matchers::StartsWith("GNU Make "));
    CHECK(debianPackage("yosys-abc") == "yosys");
}
