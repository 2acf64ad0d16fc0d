#include "support/progress.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "support/printable.h"
#include "support/table.h"

namespace aslog::support {

struct Progress::State {
    State(std::string text, int descriptor, std::chrono::milliseconds wait)
        : label(std::move(text)), fileDescriptor(descriptor), delay(wait) {}

    void loop(const std::stop_token& stop);
    void draw(std::chrono::seconds elapsed);
    void put(const std::string& text) const;

    std::string label;
    std::string detail;
    int fileDescriptor;
    std::chrono::milliseconds delay;
    bool drawn = false;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::jthread thread;
};

void Progress::State::loop(const std::stop_token& stop) {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex);
    auto next = delay;
    // Wakes only for the end (wait_for returns on a stop request) or to draw.
    while (!wake.wait_for(lock, stop, next, [] { return false; }) && !stop.stop_requested()) {
        const auto elapsed = std::chrono::steady_clock::now() - start;
        draw(std::chrono::duration_cast<std::chrono::seconds>(elapsed));
        next = std::chrono::milliseconds(200);
    }
    if (drawn) {
        put("\r\x1b[K");
    }
}

void Progress::State::draw(std::chrono::seconds elapsed) {
    constexpr std::size_t kWidth = 79;
    std::string line = label;
    line += detail.empty() ? "" : ": " + detail;
    line += fmt::format(" ({} s)", elapsed.count());
    put("\r\x1b[K" + wrap(line, kWidth).front());
    drawn = true;
}

void Progress::State::put(const std::string& text) const {
    // A terminal that went away is no reason to fail.
    [[maybe_unused]] const auto written = ::write(fileDescriptor, text.data(), text.size());
}

Progress::Progress(std::string label, int fileDescriptor, std::chrono::milliseconds delay)
    : state_(std::make_unique<State>(std::move(label), fileDescriptor, delay)) {
    if (::isatty(fileDescriptor) != 0) {
        state_->thread = std::jthread(
            [state = state_.get()](const std::stop_token& stop) { state->loop(stop); });
    }
}

Progress::~Progress() = default;

void Progress::update(const std::string& detail) {
    const std::lock_guard lock(state_->mutex);
    state_->detail = printable(detail);
}

}  // namespace aslog::support
