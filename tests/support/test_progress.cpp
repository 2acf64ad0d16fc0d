#include <array>
#include <chrono>
#include <string>
#include <thread>

#include <pty.h>
#include <unistd.h>

#include "support/progress.h"
#include "tests/catch.h"

using aslog::support::Progress;
using namespace std::chrono_literals;

namespace {

// Not everywhere: a bare chroot has no /dev/pts.
bool hasTerminals() {
    int terminal = -1;
    int program = -1;
    if (::openpty(&terminal, &program, nullptr, nullptr, nullptr) != 0) {
        WARN("skipped: pseudo-terminals not found");
        SUCCEED();
        return false;
    }
    ::close(terminal);
    ::close(program);
    return true;
}

// What a terminal sees of a Progress that lives for a while.
std::string seenByTerminal(std::chrono::milliseconds delay, std::chrono::milliseconds life) {
    int terminal = -1;
    int program = -1;
    REQUIRE(::openpty(&terminal, &program, nullptr, nullptr, nullptr) == 0);
    {
        Progress progress("verify", program, delay);
        progress.update("layer 3");
        std::this_thread::sleep_for(life);
    }
    REQUIRE(::write(program, "end", 3) == 3);
    std::string seen;
    std::array<char, 256> block{};
    while (seen.find("end") == std::string::npos) {
        const ssize_t count = ::read(terminal, block.data(), block.size());
        REQUIRE(count > 0);
        seen.append(block.data(), static_cast<std::size_t>(count));
    }
    ::close(terminal);
    ::close(program);
    return seen;
}

}  // namespace

TEST_CASE("progress appears on a terminal after its delay and is wiped at the end") {
    if (!hasTerminals()) {
        return;
    }
    const std::string seen = seenByTerminal(10ms, 100ms);
    CHECK(seen == "\r\x1b[Kverify: layer 3 (0 s)\r\x1b[Kend");
}

TEST_CASE("what is quick shows no progress") {
    if (!hasTerminals()) {
        return;
    }
    CHECK(seenByTerminal(10s, 1ms) == "end");
}

TEST_CASE("progress is silent where there is no terminal") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    {
        const Progress progress("verify", ends[1], 1ms);
        std::this_thread::sleep_for(50ms);
    }
    ::close(ends[1]);
    std::array<char, 8> block{};
    CHECK(::read(ends[0], block.data(), block.size()) == 0);
    ::close(ends[0]);
}
