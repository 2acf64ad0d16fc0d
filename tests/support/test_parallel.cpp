// Independent jobs on several threads.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "support/error.h"
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
