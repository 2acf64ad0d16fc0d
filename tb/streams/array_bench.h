// Drives the array's four streams and compares what comes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "tb/models/model.h"
#include "tb/streams/protocol_check.h"
#include "tb/streams/random.h"
#include "tb/streams/stalls.h"
#include "tb/streams/traffic.h"
#include "tb/suites/suite.h"

namespace aslog::tb {

struct RunReport {
    std::uint64_t cycles = 0;
    std::uint64_t acceptedBeats = 0;    // activations
    std::uint64_t steadyIdle = 0;       // cycles without an accepted beat among the steady ones
    std::uint64_t firstOutputWait = 0;  // cycles from the first `last` beat to the first output
};

/// How far a run has come.
struct RunProgress {
    std::uint64_t cycles = 0;
    std::uint64_t rest = 0;   // cycles since a beat of any stream has moved
    std::size_t weights = 0;  // beats that have moved
    std::size_t parameters = 0;
};

using StopCondition = std::function<bool(const RunProgress&)>;

/// In every cycle, with reset and without, the array's side of all handshakes has to be that of
/// PortModel; what differs is a mismatch and ends the run.
class ArrayBench {
  public:
    /// The model is that of arrayModel(device). Resets the array. `watchesClocks`: the model counts
    /// the pulses of gated clocks, and they are compared too.
    ArrayBench(const Device& device, Model& model, Recorder& recorder, bool watchesClocks = false);

    /// Sends all beats and waits for all outputs. Reported as mismatches: a wrong output, an
    /// output too many, one that changes while it waits, and an array that stands still although
    /// every stream is served; the last two end the run with a reset. Data of a stream without
    /// valid is some other beat's.
    RunReport run(const Traffic& traffic, const StallProfile& stalls, Random& random);

    /// As run(), with inputs that always change behind the rising edge. In all other runs a draw
    /// decides whether they do, or change at the falling edge.
    RunReport runEarly(const Traffic& traffic, const StallProfile& stalls, Random& random);

    /// As run(), behind a reset of so many cycles (at least one) during which all streams may
    /// already offer: the first beats move in the cycle in which the reset is released.
    RunReport runFromReset(const Traffic& traffic, const StallProfile& stalls, Random& random,
                           std::uint64_t resetCycles);

    /// As run(), but ends with a reset(), at the latest when the condition holds.
    void runAndReset(const Traffic& traffic, const StallProfile& stalls, Random& random,
                     const StopCondition& stop);

    /// As runAndReset(), always with a pulse between two edges of the clock.
    void runAndPulse(const Traffic& traffic, const StallProfile& stalls, Random& random,
                     const StopCondition& stop);

    /// Takes turns between a reset of some cycles, with and without offers, and a pulse between two
    /// edges of the clock.
    void reset();

  private:
    struct RunPlan {
        bool isEarly = false;           // the inputs are always, not by a draw
        std::uint64_t resetCycles = 0;  // at the start of the run
        StopCondition stop{};           // none: until all has moved
    };

    RunReport drive(const Traffic& traffic, const StallProfile& stalls, Random& random,
                    const RunPlan& plan);
    /// One cycle of a run that starts with a reset of so many; whether nothing can move in it.
    bool step(std::uint64_t cycle, std::uint64_t resetCycles);
    void cycle();
    /// In the low phase of the clock.
    void setReset(bool isActive);
    void pulseReset();
    void setStreams(std::uint32_t inputs, std::uint32_t outputs);

    const Device& device_;
    Model& model_;
    Recorder& recorder_;
    ProtocolCheck protocol_;
    unsigned resets_ = 0;
};

}  // namespace aslog::tb
