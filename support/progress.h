// One line of progress on a terminal, for what takes longer than two seconds.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace aslog::support {

// Shows "label: detail (12 s)" while it lives, and wipes the line at its end. Silent if the
// file descriptor is no terminal. Thread-safe.
class Progress {
  public:
    explicit Progress(std::string label, int fileDescriptor = 2,
                      std::chrono::milliseconds delay = std::chrono::seconds(2));
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void update(const std::string& detail);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace aslog::support
