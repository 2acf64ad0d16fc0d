#include "support/interrupt.h"

#include <atomic>

#include "support/error.h"
#include "support/guardian.h"

namespace aslog::support {
namespace {

// A signal handler can reach nothing but a static object.
std::atomic<bool>& interruptFlag() {
    static std::atomic<bool> flag = false;
    return flag;
}
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void onInterrupt(int) {
    interruptFlag().store(true);
}

}  // namespace

void catchInterrupts() {
    struct sigaction action {};
    action.sa_handler = onInterrupt;
    sigemptyset(&action.sa_mask);
    for (const int signal : kInterruptSignals) {
        struct sigaction before {};
        ::sigaction(signal, nullptr, &before);
        const bool isNohup = signal == SIGHUP && before.sa_handler == SIG_IGN;
        if (!isNohup) {
            ::sigaction(signal, &action, nullptr);
        }
    }
    startGuardian();
}

bool interrupted() noexcept {
    return interruptFlag().load();
}

void throwIfInterrupted() {
    if (interrupted()) {
        throw Interrupted();
    }
}

}  // namespace aslog::support
