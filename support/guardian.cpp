#include "support/guardian.h"

#include <algorithm>
#include <array>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace aslog::support {
namespace {

int& pipeEnd() {
    static int end = -1;
    return end;
}

// Small enough that a pipe takes it as a whole, whoever writes at the same time.
struct Message {
    pid_t group;
    bool isGuarded;
};

// The process itself. It lives behind a fork(), so it allocates nothing.
[[noreturn]] void watch(int from) {
    ::setsid();  // no Ctrl-C, no hang-up of the terminal
    for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::close(file);
    }
    std::array<pid_t, 1024> groups{};
    std::size_t count = 0;
    Message message{};
    while (::read(from, &message, sizeof message) == sizeof message) {
        if (message.isGuarded && count < groups.size()) {
            groups[count++] = message.group;
        } else if (!message.isGuarded) {
            pid_t* const end = groups.data() + count;
            count = static_cast<std::size_t>(std::remove(groups.data(), end, message.group) -
                                             groups.data());
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        ::kill(-groups[i], SIGKILL);
    }
    ::_exit(0);
}

void tell(const Message& message) {
    if (pipeEnd() >= 0) {
        // Without a guardian there is no one to tell; aslog goes on all the same.
        [[maybe_unused]] const ssize_t written = ::write(pipeEnd(), &message, sizeof message);
    }
}

}  // namespace

void startGuardian() {
    std::array<int, 2> ends{};
    if (pipeEnd() >= 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return;
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[1]);
        watch(ends[0]);
    }
    ::close(ends[0]);
    if (child < 0) {
        ::close(ends[1]);
        return;
    }
    pipeEnd() = ends[1];
}

void guard(pid_t group) {
    tell({group, true});
}

void unguard(pid_t group) {
    tell({group, false});
}

}  // namespace aslog::support
