#include "tb/array_bench.h"

#include <algorithm>

#include "support/subprocess.h"

namespace aslog::tb {
namespace {

/// Longer than any stall pattern, drain or tile.
constexpr std::uint64_t kPatience = 20000;

bool isSet(std::span<const std::uint32_t> port) {
    return port[0] != 0;
}

}  // namespace

ArrayBench::ArrayBench(const Device& device, Model& model, Recorder& recorder)
    : device_(device), model_(model), recorder_(recorder) {
    reset();
}

void ArrayBench::reset() {
    heldOutput_.clear();
    const std::span<std::uint32_t> reset = model_.input("rst_ni");
    ++resets_;
    if (resets_ % 2 == 0) {
        // A pulse between two edges of the clock, with nothing offered and nothing taken.
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

void ArrayBench::setClamp(const golden::ClampRange& clamp) {
    model_.input("clamp_low_i")[0] = clamp.low;
    model_.input("clamp_high_i")[0] = clamp.high;
}

void ArrayBench::Producer::offer(Random& random, bool fillsGaps) {
    if (isOffering) {
        return;
    }
    isOffering = gate.step(random) && !isDone();
    valid[0] = isOffering ? 1 : 0;
    if (isOffering) {
        std::ranges::copy(stream.beat(next), data.begin());
    } else if (fillsGaps && stream.beats() > 0) {
        // Some other beat: it must not be taken.
        std::ranges::copy(stream.beat(random.below(stream.beats())), data.begin());
    }
}

bool ArrayBench::Producer::moves(bool ready) {
    if (!isOffering || !ready) {
        return false;
    }
    isOffering = false;
    ++next;
    return true;
}

ArrayBench::Producer ArrayBench::producer(const PackedStream& stream, const GatePattern& pattern,
                                          const char* valid, const char* data) {
    const std::size_t first = firstWord(model_.ports().inputs, data);
    return {stream, Gate(pattern), model_.input(valid),
            model_.inputs().subspan(first, stream.beatWords)};
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
    setClamp(traffic.clamp);
    Producer activations =
        producer(traffic.activations, stalls.activations, "act_valid_i", "act_data_i");
    Producer weights = producer(traffic.weights, stalls.weights, "wgt_valid_i", "wgt_data_i");
    Producer parameters =
        producer(traffic.parameters, stalls.parameters, "par_valid_i", "par_data_i");
    Gate outputGate(stalls.outputs);
    const std::span<std::uint32_t> outReady = model_.input("out_ready_i");
    const auto actReady = model_.output("act_ready_o");
    const auto wgtReady = model_.output("wgt_ready_o");
    const auto parReady = model_.output("par_ready_o");
    const auto outValid = model_.output("out_valid_o");
    const bool fillsGaps = stalls.activations.shut + stalls.weights.shut + stalls.parameters.shut;
    const std::size_t lastFlag = traffic.activations.beatWords - 2;

    RunReport report;
    std::size_t received = 0;
    std::uint64_t lastMove = 0;
    std::uint64_t firstAccept = 0;
    std::optional<std::uint64_t> firstEnd;
    // A few cycles more than needed, to see outputs that should not come.
    constexpr std::uint64_t kAfterglow = 8;
    while (report.cycles < maxCycles) {
        const bool isDone = activations.isDone() && weights.isDone() && parameters.isDone() &&
                            received == traffic.outputs.beats();
        if (isDone && report.cycles > lastMove + kAfterglow) {
            break;
        }
        if (report.cycles > lastMove + kPatience) {
            complain(traffic, received, "a beat moves", "the array stands still");
            reset();
            return report;
        }
        if (report.cycles % 4096 == 0) {
            support::throwIfInterrupted();
        }
        activations.offer(random, fillsGaps);
        weights.offer(random, fillsGaps);
        parameters.offer(random, fillsGaps);
        outReady[0] = outputGate.step(random) ? 1 : 0;
        model_.cycle();
        ++report.cycles;

        bool hasMoved = false;
        if (activations.moves(isSet(actReady))) {
            hasMoved = true;
            firstAccept = report.acceptedBeats == 0 ? report.cycles : firstAccept;
            ++report.acceptedBeats;
            if (report.acceptedBeats == traffic.steadyBeats) {
                report.steadyIdle = report.cycles - firstAccept + 1 - report.acceptedBeats;
            }
            if (!firstEnd && traffic.activations.beat(activations.next - 1)[lastFlag] != 0) {
                firstEnd = report.cycles;
            }
        }
        hasMoved |= weights.moves(isSet(wgtReady));
        hasMoved |= parameters.moves(isSet(parReady));
        checkHeldOutput(traffic, received);
        if (isSet(outValid)) {
            if (outReady[0] != 0) {
                hasMoved = true;
                if (received == 0 && firstEnd) {
                    report.firstOutputWait = report.cycles - *firstEnd;
                }
                compareOutput(traffic, received++);
                heldOutput_.clear();
            } else {
                const auto data = model_.output("out_data_o");
                heldOutput_.assign(data.begin(), data.end());
            }
        }
        if (hasMoved) {
            lastMove = report.cycles;
        }
        if (received > traffic.outputs.beats()) {
            reset();
            return report;
        }
    }
    return report;
}

void ArrayBench::checkHeldOutput(const Traffic& traffic, std::size_t beat) {
    if (heldOutput_.empty()) {
        return;
    }
    if (!isSet(model_.output("out_valid_o"))) {
        complain(traffic, beat, "the output waits", "it was withdrawn");
    } else if (!std::ranges::equal(model_.output("out_data_o"), heldOutput_)) {
        complain(traffic, beat, "the output waits unchanged", "it changed");
    }
    heldOutput_.clear();
}

void ArrayBench::compareOutput(const Traffic& traffic, std::size_t beat) {
    if (beat >= traffic.outputs.beats()) {
        complain(traffic, beat, "no more outputs", "another output");
        return;
    }
    const auto seen = model_.output("out_data_o");
    const auto expected = traffic.outputs.beat(beat);
    const auto mask = traffic.outputMasks.beat(beat);
    const int outputBits = device_.design.spec.pcf.outputBits;
    bool isEqual = true;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        isEqual &= ((seen[i] ^ expected[i]) & mask[i]) == 0;
    }
    for (int lane = 0; lane < device_.shape.lanes; ++lane) {
        const auto at = static_cast<std::size_t>(lane) * static_cast<std::size_t>(outputBits);
        if (getBits(mask, at, outputBits) == 0) {
            continue;
        }
        if (isEqual) {
            recorder_.addEqual(1);
            continue;
        }
        recorder_.compare(getBits(expected, at, outputBits), getBits(seen, at, outputBits),
                          model_.cycles(), [&] { return traffic.place(beat, lane); });
    }
}

void ArrayBench::complain(const Traffic& traffic, std::size_t beat, const char* expected,
                          const char* seen) {
    Place place{"protocol", "", ""};
    if (beat < traffic.outputs.beats()) {
        place = traffic.place(beat, 0);
    }
    recorder_.report({std::move(place), model_.cycles(), expected, seen});
}

}  // namespace aslog::tb
