#include "support/guardian.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <sys/socket.h>
#include <unistd.h>

#include "support/interrupt.h"

namespace aslog::support {
namespace {

int& socketEnd() {
    static int end = -1;
    return end;
}

// A socket of this kind takes it as a whole, whoever sends at the same time.
struct Message {
    pid_t group;
    bool isGuarded;
};

// The process itself. It lives behind a fork(), so it allocates nothing.
[[noreturn]] void watch(int from) {
    ::setsid();
    // `killall aslog` and the like reach it as well: it ends when aslog has ended, not before.
    for (const int signal : kInterruptSignals) {
        ::signal(signal, SIG_IGN);
    }
    sigset_t none;
    sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::close(file);
    }
    std::array<pid_t, 1024> groups{};
    std::size_t count = 0;
    Message message{};
    while (true) {
        const ssize_t bytes = ::recv(from, &message, sizeof message, 0);
        if (bytes < 0 && errno == EINTR) {
            continue;
        }
        if (bytes != sizeof message) {
            break;  // aslog has ended
        }
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
    if (socketEnd() >= 0) {
        // Without a guardian there is no one to tell; aslog goes on all the same.
        [[maybe_unused]] const ssize_t sent =
            ::send(socketEnd(), &message, sizeof message, MSG_NOSIGNAL);
    }
}

}  // namespace

void startGuardian() {
    std::array<int, 2> ends{};
    if (socketEnd() >= 0 ||
        ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return;
    }
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);  // until the child ignores what it must
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[1]);
        watch(ends[0]);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::close(ends[0]);
    if (child < 0) {
        ::close(ends[1]);
        return;
    }
    socketEnd() = ends[1];
}

void guard(pid_t group) {
    tell({group, true});
}

void unguard(pid_t group) {
    tell({group, false});
}

}  // namespace aslog::support
