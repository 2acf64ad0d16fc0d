#include "ptq/reference/kernels.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace aslog::ptq {

Shape repeatedStrides(const Shape& shape, const Shape& target) {
    const Shape own = rowMajorStrides(shape);
    Shape result(target.size(), 0);
    const std::size_t offset = target.size() - shape.size();
    for (std::size_t i = 0; i < shape.size(); ++i) {
        result[offset + i] = shape[i] == 1 ? 0 : own[i];
    }
    return result;
}

void forEachImage(std::int64_t count, const std::function<void(std::int64_t)>& work) {
    std::atomic<std::int64_t> next = 0;
    std::exception_ptr failure;
    std::int64_t failed = count;
    std::mutex failureLock;
    const auto worker = [&] {
        std::int64_t i = 0;
        try {
            for (i = next++; i < count; i = next++) {
                work(i);
            }
        } catch (...) {
            // The first of all that fail is always begun: i is handed out in ascending order.
            const std::lock_guard lock(failureLock);
            if (i < failed) {
                failed = i;
                failure = std::current_exception();
            }
        }
    };
    std::vector<std::jthread> helpers;
    const auto cores = static_cast<std::int64_t>(std::thread::hardware_concurrency());
    for (std::int64_t i = 1; i < std::min(cores, count); ++i) {
        helpers.emplace_back(worker);
    }
    worker();
    helpers.clear();  // joins
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace aslog::ptq
