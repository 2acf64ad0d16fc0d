// What a layer must fulfil so that no width of the array can overflow,
// docs/arithmetic.md, sections 4 to 7.
#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

#include "golden/arithmetic/integers.h"
#include "golden/layer/conv.h"
#include "golden/layer/does_not_fit.h"

namespace aslog::golden {
namespace {

std::string text(Int128 value) {
    if (value < 0) {
        return "-" + text(-value);
    }
    const std::string head = value >= 10 ? text(value / 10) : "";
    return head + static_cast<char>('0' + static_cast<int>(value % 10));
}

void require(bool condition, const std::string& message) {
    if (!condition) {
        throw std::invalid_argument("layer: " + message);
    }
}

void requireOfLayer(const std::string& what, Int128 found, Int128 low, Int128 high) {
    if (found < low || found > high) {
        throw std::invalid_argument("layer: " + what + " is " + text(found) + ", allowed is " +
                                    text(low) + " to " + text(high));
    }
}

/// As requireOfLayer(), for what is well-formed and too large for a width of the array.
void requireFit(const std::string& what, Int128 found, Int128 low, Int128 high) {
    if (found < low || found > high) {
        throw DoesNotFit("layer: " + what + " is " + text(found) + ", allowed is " + text(low) +
                         " to " + text(high));
    }
}

void checkGeometry(const ConvGeometry& geometry) {
    requireOfLayer("input channels", geometry.inputChannels, 1, INT32_MAX);
    requireOfLayer("output channels", geometry.outputChannels, 1, INT32_MAX);
    requireOfLayer("kernel height", geometry.kernelHeight, 1, INT32_MAX);
    requireOfLayer("kernel width", geometry.kernelWidth, 1, INT32_MAX);
    for (const int step :
         {geometry.strideY, geometry.strideX, geometry.dilationY, geometry.dilationX}) {
        requireOfLayer("stride or dilation", step, 1, INT32_MAX);
    }
    for (const int pad :
         {geometry.padTop, geometry.padBottom, geometry.padLeft, geometry.padRight}) {
        requireOfLayer("padding", pad, 0, INT32_MAX);
    }
}

void checkSizes(const ConvLayer& layer, const Numerics& numerics) {
    const auto channels = static_cast<std::size_t>(layer.geometry.outputChannels);
    const Int128 codes = Int128{layer.geometry.taps()} * layer.geometry.outputChannels;
    requireOfLayer("number of codes", static_cast<Int128>(layer.codes.size()), codes, codes);
    requireOfLayer("number of channel parameters", static_cast<Int128>(layer.channels.size()),
                   static_cast<Int128>(channels), static_cast<Int128>(channels));
    require(!layer.offsets.empty() && layer.offsets.size() % channels == 0,
            std::to_string(layer.offsets.size()) + " offsets for " + std::to_string(channels) +
                " output channels");
    requireOfLayer("input zero point", layer.inputZeroPoint, 0, numerics.element->activationMax());
    const Element& element = *numerics.element;
    const auto illegal = std::find_if_not(layer.codes.begin(), layer.codes.end(),
                                          [&](Code code) { return element.isLegal(code); });
    if (illegal != layer.codes.end()) {
        throw std::invalid_argument("layer: code " + std::to_string(bitsOf(*illegal)) +
                                    " is not one of element " + element.name());
    }
}

void checkOutputs(const ConvLayer& layer, const Numerics& numerics) {
    const auto top = Int128{lowMask(numerics.outputBits)};
    requireOfLayer("clamp low", layer.clamp.low, 0, top);
    requireOfLayer("clamp high", layer.clamp.high, layer.clamp.low, top);
    const Int128 limit = Int128{1} << (numerics.outputBits + 1);
    for (const std::int64_t offset : layer.offsets) {
        requireFit("output offset", offset, -limit, limit - 1);
    }
}

/// Worst cases over all activations 0 ... qmax of one output channel.
struct Extremes {
    Int128 rawSum = 0;  // largest acc_raw
    Int128 low = 0;     // smallest and largest t
    Int128 high = 0;
};

/// In units of 2^dropped, rounded up; of a value that is not negative.
Int128 upToUnits(Int128 value, const Element& element) {
    const Int128 unit = Int128{1} << element.dropped();
    return (value + unit - 1) / unit;
}

/// The most that cutting the words of an element changes its sum, in units of 2^dropped.
Int128 largestCut(const Element& element) {
    Int128 cut = 0;
    for (int k = 0; k < element.layout().count; ++k) {
        cut += Int128{lowMask(element.layout().cutOf(k))} << (k * element.layout().shift);
    }
    return upToUnits(cut, element);
}

Extremes extremesOf(const ConvLayer& layer, const Numerics& numerics, int channel,
                    std::int64_t fillRows) {
    const Element& element = *numerics.element;
    const ChannelParameters& parameters = layer.channels[static_cast<std::size_t>(channel)];
    const Int128 qmax = element.activationMax();
    const Int128 mu = numerics.muFormat ? Int128{numerics.muFormat->decode(parameters.mu)} : 0;

    const std::int64_t elements =
        ceilDivide(layer.geometry.taps() + fillRows, std::int64_t{element.rows()});
    Extremes extremes;
    extremes.rawSum = Int128{fillRows} * element.offset(element.fillCode()) +
                      Int128{elements} * element.constant();
    // Of t in units of 2^-dropped, as if no word were cut.
    Int128 low = 0;
    Int128 high = 0;
    for (std::int64_t tap = 0; tap < layer.geometry.taps(); ++tap) {
        const Code code = layer.code(channel, tap);
        extremes.rawSum += element.largestTerm(code);
        const Int128 slope =
            (Int128{element.value(code)} << numerics.fractionBits) + (mu << element.dropped());
        (slope < 0 ? low : high) += slope * qmax;
    }
    const Int128 cut = (largestCut(element) * elements) << numerics.fractionBits;
    extremes.low = parameters.bias - upToUnits(-low, element) - cut;
    extremes.high = parameters.bias + upToUnits(high, element) + cut;
    return extremes;
}

void checkChannel(const ConvLayer& layer, const Numerics& numerics, int channel,
                  std::int64_t fillRows) {
    const ChannelParameters& parameters = layer.channels[static_cast<std::size_t>(channel)];
    const std::string where = "output channel " + std::to_string(channel) + ": ";
    requireOfLayer(where + "scale", static_cast<Int128>(parameters.scale), 0,
                   Int128{lowMask(numerics.scaleBits)});
    requireOfLayer(where + "shift", parameters.shift, numerics.shiftMin, numerics.shiftMax);
    if (numerics.muFormat) {
        requireOfLayer(where + "mu code", bitsOf(parameters.mu), 0,
                       Int128{lowMask(numerics.muFormat->weightBits())});
    }
    const Int128 biasLimit = Int128{1} << (numerics.correctionBits - 2);
    requireFit(where + "bias b_c", parameters.bias, 1 - biasLimit, biasLimit - 1);

    const Extremes extremes = extremesOf(layer, numerics, channel, fillRows);
    requireFit(where + "largest sum of raw words", extremes.rawSum, 0,
               Int128{lowMask(numerics.accumulatorBits)});
    const Int128 sumLimit = Int128{1} << (numerics.correctionBits - 1);
    requireFit(where + "smallest correction sum t_c", extremes.low, 1 - sumLimit, sumLimit - 1);
    requireFit(where + "largest correction sum t_c", extremes.high, 1 - sumLimit, sumLimit - 1);
}

}  // namespace

void checkLayer(const ConvLayer& layer, const Numerics& numerics, std::int64_t fillRows) {
    checkGeometry(layer.geometry);
    requireFit("number of taps N = kernel area x input channels", layer.geometry.taps(), 1,
               numerics.maxTaps);
    checkSizes(layer, numerics);
    checkOutputs(layer, numerics);
    for (int channel = 0; channel < layer.geometry.outputChannels; ++channel) {
        checkChannel(layer, numerics, channel, fillRows);
    }
}

void checkInput(const ConvLayer& layer, const Numerics& numerics, const Tensor& input) {
    const ConvGeometry& geometry = layer.geometry;
    if (input.channels != geometry.inputChannels || input.data.size() != input.size()) {
        throw std::invalid_argument("input of " + std::to_string(input.channels) +
                                    " channels and " + std::to_string(input.data.size()) +
                                    " values for a layer of " +
                                    std::to_string(geometry.inputChannels) + " channels");
    }
    const int height = geometry.outputHeight(input.height);
    const int width = geometry.outputWidth(input.width);
    if (height == 0 || width == 0) {
        throw std::invalid_argument("input of " + std::to_string(input.height) + " x " +
                                    std::to_string(input.width) +
                                    " pixels is smaller than the kernel");
    }
    const std::size_t outputs = static_cast<std::size_t>(geometry.outputChannels) *
                                static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    if (layer.offsets.size() != layer.channels.size() && layer.offsets.size() != outputs) {
        throw std::invalid_argument(std::to_string(layer.offsets.size()) + " offsets for " +
                                    std::to_string(layer.channels.size()) + " channels and " +
                                    std::to_string(outputs) + " outputs");
    }
    const auto largest = std::max_element(input.data.begin(), input.data.end());
    if (*largest > numerics.element->activationMax()) {
        throw std::invalid_argument("input activation " + std::to_string(*largest) +
                                    " has more than " +
                                    std::to_string(numerics.element->activationBits()) + " bits");
    }
}

}  // namespace aslog::golden
