#include "compiler/adapt.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "golden/arithmetic/integers.h"
#include "golden/layer/does_not_fit.h"

namespace aslog::compiler {
namespace {

using golden::ChannelParameters;
using golden::ConvLayer;
using golden::DoesNotFit;
using golden::Element;
using golden::FormatSpec;
using golden::Int128;
using golden::Numerics;
using golden::SlogElement;

/// Fields of the array's spec that do not fit the network, gathered so that all are named at once.
class Misfits {
  public:
    void requireSame(const char* field, int network, int array) {
        requireSame(field, std::to_string(network), std::to_string(array));
    }

    void requireSame(const char* field, const std::string& network, const std::string& array) {
        if (network != array) {
            add(field, "", network, array);
        }
    }

    void requireAtLeast(const char* field, std::int64_t network, std::int64_t array) {
        if (network > array) {
            add(field, "at least ", std::to_string(network), std::to_string(array));
        }
    }

    void requireAtMost(const char* field, std::int64_t network, std::int64_t array) {
        if (network < array) {
            add(field, "at most ", std::to_string(network), std::to_string(array));
        }
    }

    void throwIfAny() const {
        if (!differences_.empty()) {
            throw DoesNotFit("it does not fit the array:" + differences_ +
                             "\ngenerate an array with " + remedies_ +
                             ", or quantise the network for this array with --spec");
        }
    }

  private:
    void add(const std::string& field, const std::string& bound, const std::string& network,
             const std::string& array) {
        differences_ += "\n  " + field + ": the network needs ";
        differences_ += bound + network + ", the array has " + array;
        remedies_ += (remedies_.empty() ? "" : ", ") + field + " " + network;
    }

    std::string differences_;
    std::string remedies_;
};

const char* yesNo(bool value) {
    return value ? "true" : "false";
}

std::string levelText(const golden::SlogFormat& format) {
    std::string text;
    for (const std::int64_t value : format.values()) {
        text += (text.empty() ? "[" : ", ") + std::to_string(value);
    }
    return text + "]";
}

void compareElements(const Element& from, const Element& to, Misfits& misfits) {
    misfits.requireSame("element", from.name(), to.name());
    const auto* network = dynamic_cast<const SlogElement*>(&from);
    const auto* array = dynamic_cast<const SlogElement*>(&to);
    if (network != nullptr && array != nullptr) {
        const FormatSpec& wanted = network->format().spec();
        const FormatSpec& found = array->format().spec();
        misfits.requireSame("format.weight_bits", wanted.weightBits, found.weightBits);
        if (wanted.levels.empty() && found.levels.empty()) {
            misfits.requireSame("format.sqrt2_steps", wanted.sqrt2Steps, found.sqrt2Steps);
            misfits.requireSame("format.zero", yesNo(wanted.zero), yesNo(found.zero));
        } else {
            misfits.requireSame("format.levels", levelText(network->format()),
                                levelText(array->format()));
        }
        misfits.requireSame("format.dropped_bits", wanted.droppedBits, found.droppedBits);
    }
    // Also where the levels are the same: how they are coded depends on the width of q.
    misfits.requireSame("format.activation_bits", from.activationBits(), to.activationBits());
}

void compareMu(const Numerics& from, const Numerics& to, Misfits& misfits) {
    if (!from.muFormat) {
        return;  // mu = 0 is a code of every mu format
    }
    misfits.requireSame("bias_correction.enabled", "true", yesNo(to.muFormat.has_value()));
    if (to.muFormat) {
        const FormatSpec& wanted = from.muFormat->spec();
        const FormatSpec& found = to.muFormat->spec();
        misfits.requireSame("bias_correction.mu_bits", wanted.weightBits, found.weightBits);
        misfits.requireSame("bias_correction.mu_sqrt2_steps", wanted.sqrt2Steps, found.sqrt2Steps);
        misfits.requireSame("bias_correction.fraction_bits", from.fractionBits, to.fractionBits);
    }
}

/// M as a fraction of 2^m and the places by which t is shifted decide on the output, so M and s
/// grow with m. A scale that is not whole then stays as it is, for compareWidths() to refuse.
void fitRatio(ChannelParameters& channel, int fromBits, int toBits) {
    for (int bits = fromBits; bits < toBits; ++bits) {
        channel.scale *= 2;
    }
    for (int bits = fromBits; bits > toBits && channel.scale % 2 == 0; --bits) {
        channel.scale /= 2;
    }
    channel.shift += toBits - fromBits;
}

/// b_c * 2^places; more than the correction sum holds is left to checkLayer().
std::int64_t shiftedBias(std::int64_t bias, int places) {
    const Int128 limit = Int128{1} << 62;
    return static_cast<std::int64_t>(
        std::clamp(Int128{bias} * (Int128{1} << places), -limit, limit));
}

ChannelParameters adaptChannel(ChannelParameters channel, const Numerics& from,
                               const Numerics& to) {
    // With mu the binary points are the same; without, t becomes t * 2^places.
    const int places = to.fractionBits - from.fractionBits;
    channel.bias = shiftedBias(channel.bias, places);
    channel.shift += places;
    fitRatio(channel, from.scaleBits, to.scaleBits);
    if (to.muFormat) {
        // By its value: the code depends on the width of the window sum, and with it on Nmax.
        const std::int64_t mu = from.muFormat ? from.muFormat->decode(channel.mu) : 0;
        channel.mu = to.muFormat->quantise(static_cast<double>(mu));
    }
    return channel;
}

/// Without its zeros at the end: the fewest bits in which M is the same fraction of 2^m.
int bitsOfFraction(std::uint64_t scale, int scaleBits) {
    return scale == 0 ? 1 : scaleBits - std::countr_zero(scale);
}

/// Whether the saturation of u can change an output: it depends on the width of the outputs.
bool canSaturate(const ChannelParameters& channel, const Numerics& numerics) {
    const int places = channel.shift - numerics.scaleBits - golden::kGuardBits;
    return golden::bitWidth(channel.scale) < numerics.scaleBits &&
           numerics.correctionBits - places > numerics.shiftedBits();
}

void compareWidths(const ConvLayer& layer, const ConvLayer& adapted, const Numerics& from,
                   const Numerics& to, Misfits& misfits) {
    int scaleBits = 1;
    int shiftLow = to.shiftMin;
    int shiftHigh = to.shiftMax;
    for (std::size_t c = 0; c < layer.channels.size(); ++c) {
        scaleBits = std::max(scaleBits, bitsOfFraction(layer.channels[c].scale, from.scaleBits));
        shiftLow = std::min(shiftLow, adapted.channels[c].shift);
        shiftHigh = std::max(shiftHigh, adapted.channels[c].shift);
    }
    misfits.requireAtLeast("pcf.scale_bits", scaleBits, to.scaleBits);
    misfits.requireAtMost("pcf.shift_min", shiftLow, to.shiftMin);
    misfits.requireAtLeast("pcf.shift_max", shiftHigh, to.shiftMax);
    if (std::ranges::any_of(layer.channels, [&](const ChannelParameters& channel) {
            return canSaturate(channel, from);
        })) {
        misfits.requireSame("pcf.output_bits", from.outputBits, to.outputBits);
    } else {
        misfits.requireAtLeast("pcf.output_bits", from.outputBits, to.outputBits);
    }
    misfits.requireAtLeast("accumulator.max_kernel_area x max_input_channels",
                           adapted.geometry.taps(), to.maxTaps);
}

}  // namespace

ConvLayer adaptLayer(const ConvLayer& layer, const Numerics& from, const Numerics& to) {
    Misfits misfits;
    compareElements(*from.element, *to.element, misfits);
    compareMu(from, to, misfits);
    misfits.throwIfAny();  // without a common format the widths mean nothing

    ConvLayer adapted = layer;
    for (ChannelParameters& channel : adapted.channels) {
        channel = adaptChannel(channel, from, to);
    }
    compareWidths(layer, adapted, from, to, misfits);
    misfits.throwIfAny();
    try {
        golden::checkLayer(adapted, to);
    } catch (const DoesNotFit& error) {
        throw DoesNotFit(
            std::string("it does not fit the array: ") + error.what() +
            "; generate an array with a larger accumulator.max_kernel_area or max_input_channels, "
            "or quantise the network for this array with --spec");
    }
    return adapted;
}

}  // namespace aslog::compiler
