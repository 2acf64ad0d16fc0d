// When the bench offers a beat and when it takes one.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "tb/streams/random.h"

namespace aslog::tb {

enum class GateKind {
    runs,    // open and shut by turns, for runs of these mean lengths; `shut` 0: always open
    waits,   // open once the array has shown its side of the handshake
    frozen,  // shut until no beat of any stream has moved for `shut` cycles, then open for a run
    closed,  // never open
};

struct GatePattern {
    const char* name;
    int open;
    int shut;
    GateKind kind = GateKind::runs;

    [[nodiscard]] bool isAlwaysOpen() const { return kind == GateKind::runs && shut == 0; }
};

/// One pattern for each stream of the array.
struct StallProfile {
    GatePattern activations;
    GatePattern weights;
    GatePattern parameters;
    GatePattern outputs;
};

[[nodiscard]] GatePattern openGate();
[[nodiscard]] GatePattern waitingGate();
[[nodiscard]] GatePattern closedGate();

/// Everything else has come to rest long before it opens.
[[nodiscard]] GatePattern frozenGate();

/// As frozenGate(), with a rest of more than a thousand cycles.
[[nodiscard]] GatePattern sleepingGate();

[[nodiscard]] StallProfile noStalls();

/// Runs only, from "never stalls" to "hundreds of cycles without a beat".
[[nodiscard]] StallProfile randomStalls(Random& random);

/// What a gate may go by.
struct GateView {
    bool partnerWaits = false;  // the array's ready or valid in the cycle before
    std::uint64_t rest = 0;     // cycles since a beat of any stream has moved
};

class Gate {
  public:
    explicit Gate(const GatePattern& pattern) : pattern_(pattern) {}

    [[nodiscard]] const GatePattern& pattern() const { return pattern_; }

    /// Whether the gate is open in this cycle.
    bool step(const GateView& view, Random& random);

  private:
    bool stepRuns(Random& random);
    bool stepFrozen(const GateView& view, Random& random);

    GatePattern pattern_;
    bool isOpen_ = true;
    int left_ = 0;
};

}  // namespace aslog::tb
