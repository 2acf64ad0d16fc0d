// Beats of the array's streams, packed into words before the simulation starts.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "golden/array.h"
#include "tb/models/device.h"
#include "tb/suites/suite.h"

namespace aslog::tb {

/// The beats of one stream, all of the same number of words.
struct PackedStream {
    std::size_t beatWords = 0;
    std::vector<std::uint32_t> words;

    [[nodiscard]] std::size_t beats() const { return words.size() / beatWords; }
    [[nodiscard]] std::span<const std::uint32_t> beat(std::size_t index) const {
        return std::span(words).subspan(index * beatWords, beatWords);
    }
    [[nodiscard]] std::span<std::uint32_t> append();
};

/// Expected outputs: a value and whether it counts, per lane.
struct ExpectedBeat {
    std::vector<std::uint32_t> values;
    std::vector<bool> counts;
};

/// Everything that goes into the array under one clamp, and what has to come out.
struct Traffic {
    golden::ClampRange clamp;
    PackedStream activations;
    PackedStream weights;
    PackedStream parameters;
    PackedStream outputs;           // expected
    PackedStream outputMasks;       // ones where an output bit counts
    std::uint64_t comparisons = 0;  // output values that count
    std::uint64_t steadyBeats = 0;  // leading activation beats that should move one per cycle

    /// Where the output of a lane in an output beat belongs.
    std::function<Place(std::size_t beat, int lane)> place;
};

/// Packs golden beats for a device.
class TrafficPacker {
  public:
    explicit TrafficPacker(const Device& device);

    void add(const golden::ActivationBeat& beat);
    void add(const golden::WeightBeat& beat);
    void add(const golden::ParameterBeat& beat);
    void add(const ExpectedBeat& beat);

    [[nodiscard]] Traffic take();

  private:
    const Device& device_;
    Traffic traffic_;
};

}  // namespace aslog::tb
