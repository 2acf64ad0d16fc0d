// Independent jobs on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace aslog::support {

// Calls job(0) ... job(count - 1), at most `threads` at a time. After an exception no new job is
// started; the one of the lowest index is thrown when the running ones have ended.
void inParallel(std::size_t count, int threads, const std::function<void(std::size_t)>& job);

}  // namespace aslog::support
