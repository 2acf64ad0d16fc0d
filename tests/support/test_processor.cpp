// Which instructions loops may use: what the processor has, or less.
#include <algorithm>
#include <cstdlib>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "support/error.h"
#include "support/processor.h"
#include "tests/catch.h"

using namespace aslog::support;

namespace {

/// What a process of its own finds with the variable set: the number of the instructions, or 100
/// for an error that names the variable.
int foundWith(const std::string& variable) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::setenv("ASLOG_INSTRUCTIONS", variable.c_str(), 1);
        try {
            ::_exit(static_cast<int>(instructions()));
        } catch (const InputError& error) {
            const std::string text = error.what();
            ::_exit(text.find("ASLOG_INSTRUCTIONS is \"" + variable + "\"") == 0 ? 100 : 101);
        }
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("The variable leaves out instructions, and adds none") {
    const int most = foundWith("");
    CHECK(most <= static_cast<int>(Instructions::Avx512Vnni));
    CHECK(foundWith("baseline") == static_cast<int>(Instructions::Baseline));
    CHECK(foundWith("avx2") == std::min(most, static_cast<int>(Instructions::Avx2)));
    CHECK(foundWith("avx512vnni") == most);
    CHECK(foundWith("neon") == 100);
}
