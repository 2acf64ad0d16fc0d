// A verdict is taken from what a prover says exactly, and from nothing else.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "prove/prove.h"
#include "prove/verdict.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog;
using prove::Answer;
using prove::satAnswer;
using prove::smtbmcAnswer;
using support::CommandResult;

const std::string kAssert = "Import proof for assert: $eq$x.v:1$1_Y when 1'1.\n";
const std::string kSuccess = "SAT proof finished - no model found: SUCCESS!\n";
const std::string kFail = "SAT proof finished - model found: FAIL!\n";
const std::string kTimeOut = "Interrupted SAT solver: TIMEOUT!\n";
const std::string kPassed = "##   0:00:01  Status: PASSED\n";
const std::string kFailed = "##   0:00:01  Status: FAILED\n";
const std::string kWhich = "##   0:00:01  Assert failed in control_properties: data_holds\n";

const CommandResult kZero{.exitCode = 0};
const CommandResult kOne{.exitCode = 1};
const CommandResult kStopped{.exitCode = 143, .timedOut = true};

// A program of this name that prints `text` and ends with `exitCode`.
void writeProgram(const fs::path& path, const std::string& text, int exitCode) {
    support::writeFile(path,
                       "#!/bin/sh\ncase \"$1\" in --version|-V) echo version; exit 0;; esac\n"
                       "cat <<'END'\n" +
                           text + "END\nexit " + std::to_string(exitCode) + "\n");
    fs::permissions(path, fs::perms::owner_all);
}

}  // namespace

TEST_CASE("sat has proven only what it says it has proven") {
    CHECK(satAnswer(kAssert + kSuccess, kZero) == Answer::Yes);
    CHECK(satAnswer(kAssert + kFail, kZero) == Answer::No);
    CHECK(satAnswer(kAssert + kTimeOut, kZero) == Answer::TimedOut);
    CHECK(satAnswer(kAssert, kStopped) == Answer::TimedOut);
    CHECK(satAnswer(kAssert + kSuccess, kStopped) == Answer::TimedOut);
    for (const std::string& log :
         {std::string(), kAssert, kSuccess, kAssert + "  " + kSuccess, kAssert + "x" + kSuccess,
          kAssert + "SAT proof finished - no model found: SUCCESS! or not\n",
          kAssert + kSuccess + kSuccess, kAssert + kSuccess + kFail, kAssert + kSuccess + kTimeOut,
          kAssert + kSuccess + "ERROR: something\n", "no failure\n" + kAssert}) {
        INFO(log);
        CHECK_THROWS_AS(satAnswer(log, kZero), support::Error);
    }
    CHECK_THROWS_AS(satAnswer(kAssert + kSuccess, kOne), support::Error);
    CHECK_THROWS_AS(satAnswer(kAssert + kFail, kOne), support::Error);
}

TEST_CASE("smtbmc has proven only what it says it has proven") {
    CHECK(smtbmcAnswer(kPassed, kZero) == Answer::Yes);
    CHECK(smtbmcAnswer("##   0:00:01  Status: passed\n", kZero) == Answer::Yes);
    CHECK(smtbmcAnswer(kWhich + kFailed, kOne) == Answer::No);
    CHECK(smtbmcAnswer("##   0:00:01  Status: failed\n", kOne) == Answer::No);
    CHECK(smtbmcAnswer("", kStopped) == Answer::TimedOut);
    CHECK(smtbmcAnswer(kPassed, kStopped) == Answer::TimedOut);
    for (const std::string& log : {std::string(), std::string("Status: PASSED\n"), "x" + kPassed,
                                   kPassed + "more\n", kPassed + kPassed, kFailed + kPassed,
                                   kWhich + kPassed, std::string("##   0:00:01  Status: PASSED?\n"),
                                   std::string("##   0:00:01  Status: PREUNSAT\n")}) {
        INFO(log);
        CHECK_THROWS_AS(smtbmcAnswer(log, kZero), support::Error);
    }
    CHECK_THROWS_AS(smtbmcAnswer(kPassed, kOne), support::Error);
    CHECK_THROWS_AS(smtbmcAnswer(kFailed, kZero), support::Error);
    CHECK(prove::failedAssertion(kWhich + kFailed) == "data_holds");
    CHECK(prove::failedAssertion(kFailed).empty());
}

TEST_CASE("A prover that says nothing clear makes no proof") {
    const tests::TemporaryFolder folder;
    const fs::path run = folder / "run";
    static_cast<void>(writeRunFolder(
        designFromSpecFile(fs::path(ASLOG_SOURCE_DIR) / "examples" / "tiny_3x5.json"), run));
    const fs::path programs = folder / "programs";
    for (const char* name : {"yosys", "yosys-smtbmc", "z3"}) {
        writeProgram(programs / name, "all is well, no failure found\n", 0);
    }
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", (programs.string() + ":" + path).c_str(), 1);
    for (const char* proof : {"ae", "control/streams"}) {
        INFO(proof);
        prove::ProveOptions options;
        options.only = proof;
        CHECK_THROWS_AS(prove::prove(run, options, [](const std::string&) {}), support::Error);
        CHECK_FALSE(fs::exists(run / "prove" / "prove.json"));
    }
    ::setenv("PATH", path.c_str(), 1);
}
