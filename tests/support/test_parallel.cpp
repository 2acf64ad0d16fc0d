// Independent jobs on several threads.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "support/error.h"
#include "support/interrupt.h"
#include "support/parallel.h"
#include "tests/catch.h"

using namespace aslog::support;

TEST_CASE("Each job is called once, however many threads there are") {
    for (const int threads : {-1, 0, 1, 2, 3, 50}) {
        for (const std::size_t count : {0U, 1U, 7U, 100U}) {
            std::vector<std::atomic<int>> calls(count);
            inParallel(count, threads, [&](std::size_t i) { ++calls[i]; });
            CHECK(std::ranges::all_of(calls, [](const auto& n) { return n == 1; }));
        }
    }
    CHECK(cores() >= 1);
}

TEST_CASE("Of the jobs that fail, the lowest one is told, and no new one is started") {
    std::atomic<int> calls = 0;
    // The lowest fails last, after all others that run beside it.
    const auto job = [&](std::size_t i) {
        ++calls;
        if (i == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        throw Error("job " + std::to_string(i));
    };
    CHECK_THROWS_WITH(inParallel(1000, 4, job), "job 0");
    CHECK(calls <= 4);
}

TEST_CASE("After an interrupt no new job is started") {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        catchInterrupts();
        std::atomic<int> calls = 0;
        try {
            inParallel(1000, 2, [&](std::size_t) {
                ++calls;
                ::raise(SIGTERM);
            });
        } catch (const Interrupted&) {
            ::_exit(calls <= 2 ? 42 : 1);
        }
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 42);
}
