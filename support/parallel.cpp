#include "support/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "support/interrupt.h"

namespace aslog::support {

int cores() {
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void inParallel(std::size_t count, int threads, const std::function<void(std::size_t)>& job) {
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    std::vector<std::exception_ptr> errors(count);
    const auto work = [&] {
        // A job that is taken is run: so of all that fail the lowest one is always among them.
        while (!failed) {
            const std::size_t i = next++;
            if (i >= count) {
                return;
            }
            try {
                throwIfInterrupted();
                job(i);
            } catch (...) {
                errors[i] = std::current_exception();
                failed = true;
            }
        }
    };
    {
        std::vector<std::jthread> workers;
        const std::size_t wanted = std::min(count, static_cast<std::size_t>(std::max(1, threads)));
        for (std::size_t i = 1; i < wanted; ++i) {
            workers.emplace_back(work);
        }
        work();
    }
    for (const std::exception_ptr& error : errors) {
        if (error) {
            std::rethrow_exception(error);
        }
    }
}

void inParallel(std::size_t count, const std::function<void(std::size_t)>& job) {
    inParallel(count, cores(), job);
}

}  // namespace aslog::support
