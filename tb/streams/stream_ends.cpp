#include "tb/streams/stream_ends.h"

#include <algorithm>
#include <utility>

#include "tb/models/ports.h"

namespace aslog::tb {
namespace {}  // namespace

Producer::Producer(Model& model, const StreamPorts& ports, const PackedStream& stream,
                   const GatePattern& pattern)
    : stream_(stream),
      gate_(pattern),
      valid_(model.input(ports.valid)),
      data_(model.inputs().subspan(firstWord(model.ports().inputs, ports.data), stream.beatWords)),
      ready_(std::as_const(model).output(ports.ready)) {
}

void Producer::offer(std::uint64_t rest, bool fillsGaps, Random& random) {
    if (isOffering_) {
        return;
    }
    isOffering_ = gate_.step({isSet(ready_), rest}, random) && !isDone();
    valid_[0] = isOffering_ ? 1 : 0;
    const bool showsNext = gate_.pattern().kind == GateKind::waits && !isDone();
    if (isOffering_ || showsNext) {
        std::ranges::copy(stream_.beat(next_), data_.begin());
    } else if (fillsGaps && stream_.beats() > 0) {
        std::ranges::copy(stream_.beat(random.below(stream_.beats())), data_.begin());
    }
}

bool Producer::moves() {
    if (!isOffering_ || !isSet(ready_)) {
        return false;
    }
    isOffering_ = false;
    ++next_;
    return true;
}

Consumer::Consumer(Model& model, const Device& device, const Traffic& traffic, Recorder& recorder,
                   const GatePattern& pattern)
    : model_(model),
      device_(device),
      traffic_(traffic),
      recorder_(recorder),
      gate_(pattern),
      ready_(model.input("out_ready_i")),
      valid_(std::as_const(model).output("out_valid_o")),
      data_(std::as_const(model).output("out_data_o")) {
}

void Consumer::offer(std::uint64_t rest, Random& random) {
    // An output that moved in the cycle before waits no longer.
    const bool partnerWaits = isSet(valid_) && ready_[0] == 0;
    ready_[0] = gate_.step({partnerWaits, rest}, random) ? 1 : 0;
}

bool Consumer::moves() {
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

void Consumer::complain(const char* expected, const char* seen) {
    Place place{"protocol", "", ""};
    if (received_ < traffic_.outputs.beats()) {
        place = traffic_.place(received_, 0);
    }
    recorder_.report({std::move(place), model_.cycles(), expected, seen});
}

void Consumer::checkHeld() {
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

void Consumer::compare(std::size_t beat) {
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

}  // namespace aslog::tb
