// The partners of the array's streams: three producers and a consumer, each at a pace of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tb/models/device.h"
#include "tb/models/model.h"
#include "tb/streams/random.h"
#include "tb/streams/stalls.h"
#include "tb/streams/traffic.h"
#include "tb/suites/suite.h"

namespace aslog::tb {

/// The names of a stream's ports.
struct StreamPorts {
    const char* valid;
    const char* data;
    const char* ready;
};

/// A producer: offers beats in order, holds each until it has moved.
class Producer {
  public:
    Producer(Model& model, const StreamPorts& ports, const PackedStream& stream,
             const GatePattern& pattern);

    /// Before a cycle; `rest` as GateView. `fillsGaps`: without valid, the data is some other
    /// beat's, unless the producer waits for the array: then it shows its next beat.
    void offer(std::uint64_t rest, bool fillsGaps, Random& random);

    /// Behind a cycle: whether the beat has moved.
    bool moves();

    [[nodiscard]] std::size_t moved() const { return next_; }
    [[nodiscard]] bool isDone() const { return next_ == stream_.beats(); }
    [[nodiscard]] std::span<const std::uint32_t> movedBeat() const {
        return stream_.beat(next_ - 1);
    }

  private:
    const PackedStream& stream_;
    Gate gate_;
    std::span<std::uint32_t> valid_;
    std::span<std::uint32_t> data_;
    std::span<const std::uint32_t> ready_;
    std::size_t next_ = 0;
    bool isOffering_ = false;
};

/// Takes the outputs and compares them.
class Consumer {
  public:
    Consumer(Model& model, const Device& device, const Traffic& traffic, Recorder& recorder,
             const GatePattern& pattern);

    void offer(std::uint64_t rest, Random& random);

    /// Behind a cycle: whether an output has moved.
    bool moves();

    /// Reports a mismatch that is no wrong value.
    void complain(const char* expected, const char* seen);

    [[nodiscard]] std::size_t received() const { return received_; }

  private:
    void checkHeld();
    void compare(std::size_t beat);

    Model& model_;
    const Device& device_;
    const Traffic& traffic_;
    Recorder& recorder_;
    Gate gate_;
    std::span<std::uint32_t> ready_;
    std::span<const std::uint32_t> valid_;
    std::span<const std::uint32_t> data_;
    std::size_t received_ = 0;
    std::vector<std::uint32_t> held_;  // of a beat that waited in the last cycle; or empty
};

}  // namespace aslog::tb
