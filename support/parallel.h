// Independent jobs on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace aslog::support {

/// Threads that this machine runs at the same time, at least 1.
int cores();

/// Calls job(0) ... job(count - 1), at most `threads` at a time. After an exception no new job is
/// started; that of the lowest index of all that fail is thrown when the running ones have ended.
/// After an interrupt no new job is started either, and Interrupted is thrown.
void inParallel(std::size_t count, int threads, const std::function<void(std::size_t)>& job);

/// On all cores.
void inParallel(std::size_t count, const std::function<void(std::size_t)>& job);

}  // namespace aslog::support
