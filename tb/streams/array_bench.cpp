#include "tb/streams/array_bench.h"

#include <algorithm>

#include "support/interrupt.h"
#include "tb/streams/stream_ends.h"

namespace aslog::tb {
namespace {

/// Longer than any stall pattern, drain or tile.
constexpr std::uint64_t kPatience = 20000;
/// A few cycles more than needed, to see outputs that should not come.
constexpr std::uint64_t kAfterglow = 8;

/// Counts what the report of a run says about activation beats and the first output.
class Pace {
  public:
    Pace(const Device& device, const Traffic& traffic)
        : waitingBeats_(device.design.spec.streams.registered ? 3U : 1U),
          steadyBeats_(traffic.steadyBeats),
          lastFlag_(traffic.activations.beatWords - 2) {}

    void accepted(std::span<const std::uint32_t> beat, RunReport& report) {
        ++report.acceptedBeats;
        if (report.acceptedBeats == waitingBeats_ + 1) {
            start_ = report.cycles - waitingBeats_;
            firstEnd_ = firstLast_ > 0 ? start_ + firstLast_ - 1 : 0;
        } else if (report.acceptedBeats > waitingBeats_ && report.acceptedBeats == steadyBeats_) {
            report.steadyIdle = report.cycles - start_ + 1 - report.acceptedBeats;
        }
        if (firstLast_ == 0 && beat[lastFlag_] != 0) {
            firstLast_ = report.acceptedBeats;
            firstEnd_ = report.cycles;
        }
    }

    void received(RunReport& report) const {
        if (report.firstOutputWait == 0) {
            report.firstOutputWait = report.cycles - firstEnd_;
        }
    }

  private:
    std::uint64_t waitingBeats_;  // they wait inside for the first tile: not yet steady
    std::uint64_t steadyBeats_;
    std::size_t lastFlag_;
    std::uint64_t start_ = 0;      // cycle of the first beat, had it not waited
    std::uint64_t firstLast_ = 0;  // number of the first last beat; 0: none yet
    std::uint64_t firstEnd_ = 0;   // its cycle, had it not waited
};

/// Everything that drives the array in one run.
class Partners {
  public:
    Partners(Model& model, const Device& device, const Traffic& traffic, Recorder& recorder,
             const StallProfile& stalls)
        : activations_(model, {"act_valid_i", "act_data_i", "act_ready_o"}, traffic.activations,
                       stalls.activations),
          weights_(model, {"wgt_valid_i", "wgt_data_i", "wgt_ready_o"}, traffic.weights,
                   stalls.weights),
          parameters_(model, {"par_valid_i", "par_data_i", "par_ready_o"}, traffic.parameters,
                      stalls.parameters),
          outputs_(model, device, traffic, recorder, stalls.outputs),
          pace_(device, traffic),
          expected_(traffic.outputs.beats()),
          fillsGaps_(!stalls.activations.isAlwaysOpen() || !stalls.weights.isAlwaysOpen() ||
                     !stalls.parameters.isAlwaysOpen()) {}

    void offer(std::uint64_t rest, Random& random) {
        activations_.offer(rest, fillsGaps_, random);
        weights_.offer(rest, fillsGaps_, random);
        parameters_.offer(rest, fillsGaps_, random);
        outputs_.offer(rest, random);
    }

    /// Behind a cycle: whether a beat of any stream has moved.
    bool move(RunReport& report) {
        bool hasMoved = weights_.moves();
        hasMoved |= parameters_.moves();
        if (activations_.moves()) {
            hasMoved = true;
            pace_.accepted(activations_.movedBeat(), report);
        }
        if (outputs_.moves()) {
            hasMoved = true;
            pace_.received(report);
        }
        return hasMoved;
    }

    [[nodiscard]] RunProgress progress(std::uint64_t cycles, std::uint64_t rest) const {
        return {cycles, rest, weights_.moved(), parameters_.moved()};
    }
    [[nodiscard]] bool areDone() const {
        return activations_.isDone() && weights_.isDone() && parameters_.isDone() &&
               outputs_.received() == expected_;
    }
    [[nodiscard]] bool haveTooMany() const { return outputs_.received() > expected_; }

    void complain(const char* expected, const char* seen) { outputs_.complain(expected, seen); }

  private:
    Producer activations_;
    Producer weights_;
    Producer parameters_;
    Consumer outputs_;
    Pace pace_;
    std::size_t expected_;
    bool fillsGaps_;
};

}  // namespace

ArrayBench::ArrayBench(const Device& device, Model& model, Recorder& recorder, bool watchesClocks)
    : device_(device),
      model_(model),
      recorder_(recorder),
      protocol_(device, model, recorder, watchesClocks) {
    // The clock starts high or low, the reset without an edge of its own: what the array shows
    // before the first edge of both means nothing.
    model_.input("rst_ni")[0] = 0;
    model_.cycle();
    model_.cycle();
    reset();
}

void ArrayBench::cycle() {
    model_.cycle();
    protocol_.afterCycle();
}

void ArrayBench::setReset(bool isActive) {
    model_.input("rst_ni")[0] = isActive ? 0 : 1;
    model_.eval();
    protocol_.afterEval();
}

void ArrayBench::reset() {
    ++resets_;
    if (resets_ % 2 == 0) {
        setStreams(0, 0);
        cycle();
        pulseReset();
        return;
    }
    // Whatever is offered or taken during a reset, nothing of it may stay, nor of what was before.
    setReset(true);
    setStreams(resets_ % 4 == 1 ? 1 : 0, resets_ % 3 == 0 ? 1 : 0);
    for (int i = 0; i < 3; ++i) {
        cycle();
    }
    setStreams(0, 0);
    cycle();
    setReset(false);
    cycle();
}

void ArrayBench::pulseReset() {
    setReset(true);
    setReset(false);
}

void ArrayBench::setStreams(std::uint32_t inputs, std::uint32_t outputs) {
    for (const char* name : {"act_valid_i", "act_first_i", "act_last_i", "wgt_valid_i"}) {
        model_.input(name)[0] = inputs;
    }
    model_.input("act_swap_i")[0] = 0;
    for (const char* name : {"par_valid_i", "out_ready_i"}) {
        model_.input(name)[0] = outputs;
    }
}

RunReport ArrayBench::run(const Traffic& traffic, const StallProfile& stalls, Random& random) {
    return drive(traffic, stalls, random, {});
}

RunReport ArrayBench::runEarly(const Traffic& traffic, const StallProfile& stalls, Random& random) {
    return drive(traffic, stalls, random, {.isEarly = true});
}

void ArrayBench::runAndReset(const Traffic& traffic, const StallProfile& stalls, Random& random,
                             const StopCondition& stop) {
    drive(traffic, stalls, random, {.stop = stop});
    reset();
}

void ArrayBench::runAndPulse(const Traffic& traffic, const StallProfile& stalls, Random& random,
                             const StopCondition& stop) {
    drive(traffic, stalls, random, {.stop = stop});
    setStreams(0, 0);
    cycle();
    pulseReset();
}

RunReport ArrayBench::runFromReset(const Traffic& traffic, const StallProfile& stalls,
                                   Random& random, std::uint64_t resetCycles) {
    return drive(traffic, stalls, random, {.resetCycles = resetCycles});
}

RunReport ArrayBench::drive(const Traffic& traffic, const StallProfile& stalls, Random& random,
                            const RunPlan& plan) {
    model_.input("clamp_low_i")[0] = traffic.clamp.low;
    model_.input("clamp_high_i")[0] = traffic.clamp.high;
    // Without its gates the port means nothing.
    model_.input("test_en_i")[0] = !device_.design.spec.dft.testEnable && random.oneIn(2) ? 1U : 0U;
    const bool isLate = !plan.isEarly && random.oneIn(2);
    model_.setArrival(isLate ? Arrival::atFall : Arrival::behindRise);
    Partners partners(model_, device_, traffic, recorder_, stalls);
    if (plan.resetCycles > 0) {
        setReset(true);
    }
    RunReport report;
    std::uint64_t rest = 0;
    const auto isOver = [&] {
        return (plan.stop && plan.stop(partners.progress(report.cycles, rest))) ||
               (partners.areDone() && rest > kAfterglow);
    };
    while (!isOver()) {
        if (report.cycles % 4096 == 0) {
            support::throwIfInterrupted();
        }
        partners.offer(rest, random);
        const bool isInReset = step(report.cycles++, plan.resetCycles);
        rest = isInReset || partners.move(report) ? 0 : rest + 1;
        const bool standsStill = rest > kPatience;
        if (standsStill) {
            partners.complain("a beat moves", "the array stands still");
        }
        if (standsStill || partners.haveTooMany() || !protocol_.isFollowing()) {
            reset();
            break;
        }
    }
    return report;
}

bool ArrayBench::step(std::uint64_t cycle, std::uint64_t resetCycles) {
    this->cycle();
    if (cycle + 1 == resetCycles) {
        setReset(false);
    }
    return cycle + 1 < resetCycles;
}

}  // namespace aslog::tb
