// Drives the array's four streams and compares what comes out.
#pragma once

#include <cstdint>

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
    /// every stream is served; the last two end the run with a reset. Data of a stream without
    /// valid is some other beat's.
    RunReport run(const Traffic& traffic, const StallProfile& stalls, Random& random);

    /// As run(), but pulls the reset after `cycles`, if the traffic has not ended by then.
    void runAndReset(const Traffic& traffic, const StallProfile& stalls, Random& random,
                     std::uint64_t cycles);

    /// Takes turns between a reset of some cycles, with and without offers, and a pulse between two
    /// edges of the clock.
    void reset();

  private:
    RunReport drive(const Traffic& traffic, const StallProfile& stalls, Random& random,
                    std::uint64_t maxCycles);
    void setStreams(std::uint32_t inputs, std::uint32_t outputs);

    const Device& device_;
    Model& model_;
    Recorder& recorder_;
    unsigned resets_ = 0;
};

}  // namespace aslog::tb
