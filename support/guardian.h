// A process that ends the programs that aslog runs, should aslog itself be killed.
#pragma once

#include <sys/types.h>

namespace aslog::support {

// Starts it, once, early in main() while there is one thread. It waits at a socket whose other end
// only aslog has, and once that is closed it kills the process groups that are being guarded:
// SIGKILL, a crash and a full memory leave no handler to do so.
void startGuardian();

// From now on a process group is guarded, or no longer. Nothing happens without a guardian.
void guard(pid_t group);
void unguard(pid_t group);

}  // namespace aslog::support
