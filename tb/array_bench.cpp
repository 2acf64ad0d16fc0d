#include "tb/array_bench.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "support/subprocess.h"

namespace aslog::tb {
namespace {

/// Longer than any stall pattern, drain or tile.
constexpr std::uint64_t kPatience = 20000;
/// A few cycles more than needed, to see outputs that should not come.
constexpr std::uint64_t kAfterglow = 8;

bool isSet(std::span<const std::uint32_t> port) {
    return port[0] != 0;
}

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
             const GatePattern& pattern)
        : stream_(stream),
          gate_(pattern),
          valid_(model.input(ports.valid)),
          data_(model.inputs().subspan(firstWord(model.ports().inputs, ports.data),
                                       stream.beatWords)),
          ready_(model.output(ports.ready)) {}

    /// Before a cycle. `fillsGaps`: without valid, the data is some other beat's.
    void offer(Random& random, bool fillsGaps) {
        if (isOffering_) {
            return;
        }
        isOffering_ = gate_.step(random) && !isDone();
        valid_[0] = isOffering_ ? 1 : 0;
        if (isOffering_) {
            std::ranges::copy(stream_.beat(next_), data_.begin());
        } else if (fillsGaps && stream_.beats() > 0) {
            std::ranges::copy(stream_.beat(random.below(stream_.beats())), data_.begin());
        }
    }

    /// Behind a cycle: whether the beat has moved.
    bool moves() {
        if (!isOffering_ || !isSet(ready_)) {
            return false;
        }
        isOffering_ = false;
        ++next_;
        return true;
    }

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
             const GatePattern& pattern)
        : model_(model),
          device_(device),
          traffic_(traffic),
          recorder_(recorder),
          gate_(pattern),
          ready_(model.input("out_ready_i")),
          valid_(std::as_const(model).output("out_valid_o")),
          data_(std::as_const(model).output("out_data_o")) {}

    void offer(Random& random) { ready_[0] = gate_.step(random) ? 1 : 0; }

    /// Behind a cycle: whether an output has moved.
    bool moves() {
        checkHeld();
        if (!isSet(valid_)) {
            return false;
        }
        if (ready_[0] == 0) {
            held_.assign(data_.begin(), data_.end());
            return false;
        }
        compare(received_++);
        return true;
    }

    void complain(const char* expected, const char* seen) {
        Place place{"protocol", "", ""};
        if (received_ < traffic_.outputs.beats()) {
            place = traffic_.place(received_, 0);
        }
        recorder_.report({std::move(place), model_.cycles(), expected, seen});
    }

    [[nodiscard]] std::size_t received() const { return received_; }

  private:
    void checkHeld() {
        if (held_.empty()) {
            return;
        }
        if (!isSet(valid_)) {
            complain("the output waits", "it was withdrawn");
        } else if (!std::ranges::equal(data_, held_)) {
            complain("the output waits unchanged", "it changed");
        }
        held_.clear();
    }

    void compare(std::size_t beat) {
        if (beat >= traffic_.outputs.beats()) {
            complain("no more outputs", "another output");
            return;
        }
        const auto expected = traffic_.outputs.beat(beat);
        const auto mask = traffic_.outputMasks.beat(beat);
        const int bits = device_.design.spec.pcf.outputBits;
        for (int lane = 0; lane < device_.shape.lanes; ++lane) {
            const std::size_t at = static_cast<std::size_t>(lane) * static_cast<std::size_t>(bits);
            if (getBits(mask, at, bits) != 0) {
                recorder_.compare(getBits(expected, at, bits), getBits(data_, at, bits),
                                  model_.cycles(), [&] { return traffic_.place(beat, lane); });
            }
        }
    }

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

/// Counts what the report of a run says about activation beats and the first output.
class Pace {
  public:
    explicit Pace(const Traffic& traffic)
        : steadyBeats_(traffic.steadyBeats), lastFlag_(traffic.activations.beatWords - 2) {}

    void accepted(std::span<const std::uint32_t> beat, RunReport& report) {
        first_ = report.acceptedBeats == 0 ? report.cycles : first_;
        ++report.acceptedBeats;
        if (report.acceptedBeats == steadyBeats_) {
            report.steadyIdle = report.cycles - first_ + 1 - report.acceptedBeats;
        }
        if (firstEnd_ == 0 && beat[lastFlag_] != 0) {
            firstEnd_ = report.cycles;
        }
    }

    void received(RunReport& report) const {
        if (report.firstOutputWait == 0) {
            report.firstOutputWait = report.cycles - firstEnd_;
        }
    }

  private:
    std::uint64_t steadyBeats_;
    std::size_t lastFlag_;
    std::uint64_t first_ = 0;
    std::uint64_t firstEnd_ = 0;  // cycle of the first last beat; 0: none yet
};

}  // namespace

ArrayBench::ArrayBench(const Device& device, Model& model, Recorder& recorder)
    : device_(device), model_(model), recorder_(recorder) {
    reset();
}

void ArrayBench::reset() {
    const std::span<std::uint32_t> reset = model_.input("rst_ni");
    ++resets_;
    if (resets_ % 2 == 0) {
        setStreams(0, 0);
        model_.cycle();
        reset[0] = 0;
        model_.eval();
        reset[0] = 1;
        model_.eval();
        return;
    }
    // Whatever is offered or taken during a reset, nothing of it may stay, nor of what was before.
    reset[0] = 0;
    setStreams(resets_ % 4 == 1 ? 1 : 0, resets_ % 3 == 0 ? 1 : 0);
    for (int i = 0; i < 3; ++i) {
        model_.cycle();
    }
    setStreams(0, 0);
    model_.cycle();
    reset[0] = 1;
    model_.cycle();
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
    return drive(traffic, stalls, random, ~std::uint64_t{0});
}

void ArrayBench::runAndReset(const Traffic& traffic, const StallProfile& stalls, Random& random,
                             std::uint64_t cycles) {
    drive(traffic, stalls, random, cycles);
    reset();
}

RunReport ArrayBench::drive(const Traffic& traffic, const StallProfile& stalls, Random& random,
                            std::uint64_t maxCycles) {
    model_.input("clamp_low_i")[0] = traffic.clamp.low;
    model_.input("clamp_high_i")[0] = traffic.clamp.high;
    Producer activations(model_, {"act_valid_i", "act_data_i", "act_ready_o"}, traffic.activations,
                         stalls.activations);
    Producer weights(model_, {"wgt_valid_i", "wgt_data_i", "wgt_ready_o"}, traffic.weights,
                     stalls.weights);
    Producer parameters(model_, {"par_valid_i", "par_data_i", "par_ready_o"}, traffic.parameters,
                        stalls.parameters);
    Consumer outputs(model_, device_, traffic, recorder_, stalls.outputs);
    Pace pace(traffic);
    const bool fillsGaps = stalls.activations.shut + stalls.weights.shut + stalls.parameters.shut;
    const std::size_t expected = traffic.outputs.beats();

    RunReport report;
    std::uint64_t lastMove = 0;
    const auto isDone = [&] {
        return activations.isDone() && weights.isDone() && parameters.isDone() &&
               outputs.received() == expected && report.cycles > lastMove + kAfterglow;
    };
    while (report.cycles < maxCycles && !isDone()) {
        if (report.cycles % 4096 == 0) {
            support::throwIfInterrupted();
        }
        activations.offer(random, fillsGaps);
        weights.offer(random, fillsGaps);
        parameters.offer(random, fillsGaps);
        outputs.offer(random);
        model_.cycle();
        ++report.cycles;
        bool hasMoved = weights.moves();
        hasMoved |= parameters.moves();
        if (activations.moves()) {
            hasMoved = true;
            pace.accepted(activations.movedBeat(), report);
        }
        if (outputs.moves()) {
            hasMoved = true;
            pace.received(report);
        }
        lastMove = hasMoved ? report.cycles : lastMove;
        const bool standsStill = report.cycles > lastMove + kPatience;
        if (standsStill) {
            outputs.complain("a beat moves", "the array stands still");
        }
        if (standsStill || outputs.received() > expected) {
            reset();
            break;
        }
    }
    return report;
}

}  // namespace aslog::tb
