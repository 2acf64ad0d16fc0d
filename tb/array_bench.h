// Drives the array's four streams and compares what comes out.
#pragma once

#include <cstdint>
#include <vector>

#include "tb/model.h"
#include "tb/random.h"
#include "tb/stalls.h"
#include "tb/suite.h"
#include "tb/traffic.h"

namespace aslog::tb {

struct RunReport {
    std::uint64_t cycles = 0;
    std::uint64_t acceptedBeats = 0;    // activations
    std::uint64_t steadyIdle = 0;       // cycles without an accepted beat among the steady ones
    std::uint64_t firstOutputWait = 0;  // cycles from the first `last` beat to the first output
};

class ArrayBench {
  public:
    /// The model is that of arrayModel(device). Resets the array.
    ArrayBench(const Device& device, Model& model, Recorder& recorder);

    /// Sends all beats and waits for all outputs. Reported as mismatches: a wrong output, an
    /// output too many, one that changes while it waits, and an array that stands still although
    /// every stream is served. Data of a stream without valid is random.
    RunReport run(const Traffic& traffic, const StallProfile& stalls, Random& random);

    /// As run(), but pulls the reset after `cycles`, if the traffic has not ended by then.
    void runAndReset(const Traffic& traffic, const StallProfile& stalls, Random& random,
                     std::uint64_t cycles);

    void reset();

  private:
    /// A producer: offers beats in order, holds each until it has moved.
    struct Producer {
        const PackedStream& stream;
        Gate gate;
        std::span<std::uint32_t> valid;
        std::span<std::uint32_t> data;
        std::size_t next = 0;
        bool isOffering = false;

        void offer(Random& random, bool fillsGaps);
        bool moves(bool ready);
        [[nodiscard]] bool isDone() const { return next == stream.beats(); }
    };

    RunReport drive(const Traffic& traffic, const StallProfile& stalls, Random& random,
                    std::uint64_t maxCycles);
    Producer producer(const PackedStream& stream, const GatePattern& pattern, const char* valid,
                      const char* data);
    void setStreams(std::uint32_t inputs, std::uint32_t outputs);
    void setClamp(const golden::ClampRange& clamp);
    void checkHeldOutput(const Traffic& traffic, std::size_t beat);
    void compareOutput(const Traffic& traffic, std::size_t beat);
    void complain(const Traffic& traffic, std::size_t beat, const char* expected, const char* seen);

    const Device& device_;
    Model& model_;
    Recorder& recorder_;
    unsigned resets_ = 0;
    std::vector<std::uint32_t> heldOutput_;  // of a beat that waited in the last cycle; or empty
};

}  // namespace aslog::tb
