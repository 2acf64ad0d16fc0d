// Event-driven simulation of a circuit with the delays of its cells, which adds up energy.
#pragma once

#include <cstdint>
#include <vector>

#include "power/circuit.h"

namespace aslog::power {

// What the simulator counts.
enum class Accounting {
    All,      // each transition, glitches included
    Settled,  // a net once per half cycle, if its settled value changed; takes unit delays, so that
              // all nets settle in each half, and the mean energy of its transitions
};

// Sums since the counting began.
struct Activity {
    std::vector<std::uint64_t> toggles;    // of each net
    std::vector<double> outputFj;          // inside the driver, of each net
    std::vector<double> hiddenFj;          // of each instance
    std::vector<std::uint64_t> highTicks;  // of each net: time as 1; of Accounting::All
    std::vector<double> leakageNw;         // of each instance, mean
    std::uint64_t cycles = 0;
};

// Two values; flip-flops and latches start at random. An edge that comes back before the output
// has followed is lost (inertial).
class Simulator {
  public:
    // The circuit must outlive the simulator.
    Simulator(const Circuit& circuit, Accounting accounting, std::uint64_t seed);

    // The value of a port's net from the next arrival of inputs on.
    void setInput(NetId net, bool value);
    bool value(NetId net) const { return values_[net] != 0; }

    // One cycle: rising edge at 0, inputs change after `arrival` (a share of the cycle), falling
    // edge at half, and then until the next rising edge. Without a clock: inputs change, and all
    // settles.
    void cycle(double arrival);

    // From now on transitions count.
    void startCounting();
    void stopCounting();

    // Nets that were still to change when the last cycle ended.
    std::size_t unsettled() const { return pendingCount_; }

    const Activity& activity() const { return activity_; }
    std::uint64_t events() const { return events_; }

  private:
    static constexpr Ticks kWheel = 2 * kTicksPerCycle;
    static constexpr NetId kNone = ~NetId{0};

    struct State {
        const CellType* type = nullptr;
        CellIndex index = 0;
    };

    void initialise(std::uint64_t seed);
    void toggle(NetId net);
    void reachSink(const Sink& sink, std::size_t at, bool rises);
    void schedule(NetId net, Ticks delay, float energy);
    void cancel(NetId net);
    void runUntil(std::uint64_t end);
    bool findNext(std::uint64_t end);
    void applyInputs();
    void endHalf();
    void sampleLeakage();

    const Circuit& circuit_;
    Accounting accounting_;
    std::vector<State> states_;
    std::vector<std::uint8_t> values_;
    std::vector<std::pair<NetId, bool>> inputs_;
    NetId clock_ = kNone;

    // A wheel of lists: a net stands in at most one, that of the tick at which it changes.
    std::vector<NetId> heads_;
    std::vector<std::uint64_t> occupied_;
    std::vector<NetId> next_;
    std::vector<NetId> previous_;
    std::vector<Ticks> slots_;
    std::vector<std::uint8_t> isPending_;
    std::vector<float> pendingFj_;
    std::size_t pendingCount_ = 0;
    std::uint64_t now_ = 0;

    bool isCounting_ = false;
    Activity activity_;
    unsigned leakageSamples_ = 0;
    std::uint64_t events_ = 0;
    std::vector<std::uint64_t> lastChange_;

    // Of Accounting::Settled: this half cycle.
    std::vector<NetId> touched_;
    std::vector<std::uint32_t> halfToggles_;
    std::vector<double> halfOutputFj_;
    std::vector<double> halfHiddenFj_;  // of each sink
};

}  // namespace aslog::power
