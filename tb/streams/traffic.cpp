#include "tb/streams/traffic.h"

#include <utility>

#include "golden/arithmetic/format.h"
#include "tb/models/ports.h"

namespace aslog::tb {
namespace {

Traffic emptyTraffic(const Device& device) {
    const Design& d = device.design;
    Traffic traffic;
    // The activation beat is followed by slot, first, last and swap, a word each (arrayModel()).
    traffic.activations.beatWords = wordsOf(d.activationBeatBits) + 4;
    traffic.weights.beatWords = wordsOf(d.weightBeatBits);
    traffic.parameters.beatWords = wordsOf(d.parameterBeatBits);
    traffic.outputs.beatWords = wordsOf(d.outputBeatBits);
    traffic.outputMasks.beatWords = traffic.outputs.beatWords;
    return traffic;
}

/// Fields one after the other, least significant first.
class BitWriter {
  public:
    explicit BitWriter(std::span<std::uint32_t> words) : words_(words) {}

    void put(int width, std::uint64_t value) {
        putBits(words_, at_, width, value);
        at_ += static_cast<std::size_t>(width);
    }

  private:
    std::span<std::uint32_t> words_;
    std::size_t at_ = 0;
};

}  // namespace

std::span<std::uint32_t> PackedStream::append() {
    words.resize(words.size() + beatWords);
    return std::span(words).last(beatWords);
}

TrafficPacker::TrafficPacker(const Device& device)
    : device_(device), traffic_(emptyTraffic(device)) {
}

void TrafficPacker::add(const golden::ActivationBeat& beat) {
    const std::span<std::uint32_t> words = traffic_.activations.append();
    BitWriter writer(words);
    for (const std::uint8_t q : beat.q) {
        writer.put(device_.design.spec.format.activationBits, q);
    }
    const std::span<std::uint32_t> flags = words.last(4);
    // With one slot its number has no meaning.
    flags[0] = device_.shape.pixels > 1 ? static_cast<std::uint32_t>(beat.slot)
                                        : static_cast<std::uint32_t>(beat.q.front() & 1U);
    flags[1] = beat.first ? 1 : 0;
    flags[2] = beat.last ? 1 : 0;
    flags[3] = beat.swap ? 1 : 0;
}

void TrafficPacker::add(const golden::WeightBeat& beat) {
    BitWriter writer(traffic_.weights.append());
    for (const golden::Code code : beat.codes) {
        writer.put(device_.design.element.weightBits, golden::bitsOf(code));
    }
}

void TrafficPacker::add(const golden::ParameterBeat& beat) {
    const Design& d = device_.design;
    BitWriter writer(traffic_.parameters.append());
    for (const golden::PcfParameters& lane : beat.lanes) {
        writer.put(d.spec.pcf.scaleBits, lane.scale);
        writer.put(d.shiftBits, static_cast<std::uint64_t>(lane.shift - d.shiftMin));
        writer.put(d.offsetBits, static_cast<std::uint64_t>(lane.offset));
        writer.put(d.correctionBits, static_cast<std::uint64_t>(lane.bias));
        if (d.hasBiasCorrection()) {
            writer.put(d.muBits, golden::bitsOf(lane.mu));
        }
    }
}

void TrafficPacker::add(const ExpectedBeat& beat) {
    const int outputBits = device_.design.spec.pcf.outputBits;
    BitWriter values(traffic_.outputs.append());
    BitWriter masks(traffic_.outputMasks.append());
    for (std::size_t lane = 0; lane < beat.values.size(); ++lane) {
        const bool counts = beat.counts[lane];
        values.put(outputBits, counts ? beat.values[lane] : 0);
        masks.put(outputBits, counts ? ~std::uint64_t{0} : 0);
        traffic_.comparisons += counts ? 1 : 0;
    }
}

Traffic TrafficPacker::take() {
    return std::exchange(traffic_, emptyTraffic(device_));
}

}  // namespace aslog::tb
