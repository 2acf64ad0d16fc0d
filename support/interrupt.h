// Ctrl-C and its like: long work asks now and then whether to go on.
#pragma once

#include <array>
#include <csignal>

namespace aslog::support {

inline constexpr std::array<int, 4> kInterruptSignals = {SIGINT, SIGTERM, SIGQUIT, SIGHUP};

// From now on these signals (under nohup not SIGHUP) are noted: subprocess.h ends running programs
// first, and throws Interrupted then. The programs also end if this process is killed (guardian.h).
// Called once, early in main().
void catchInterrupts();

// True after such a signal; long loops call throwIfInterrupted() now and then.
bool interrupted() noexcept;
void throwIfInterrupted();

}  // namespace aslog::support
