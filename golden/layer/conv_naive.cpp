// The layer by its definition, one tap at a time.
#include <cstddef>
#include <span>
#include <vector>

#include "golden/arithmetic/adder_tree.h"
#include "golden/arithmetic/bce.h"
#include "golden/layer/conv.h"
#include "golden/layer/window.h"

namespace aslog::golden {
namespace {

struct WindowSums {
    std::uint64_t raw = 0;         // acc_raw
    std::uint64_t activation = 0;  // S
    std::int64_t offsets = 0;      // sum of K(code) and of the elements' constants
};

WindowSums sumWindow(const ConvLayer& layer, const Element& element, const Tensor& input,
                     int channel, int outputY, int outputX) {
    std::vector<std::uint8_t> window = windowOf(layer, input, outputY, outputX);
    const std::span<const Code> ofChannel = codesOf(layer, channel);
    std::vector<Code> codes(ofChannel.begin(), ofChannel.end());
    const auto rows = static_cast<std::size_t>(element.rows());
    while (codes.size() % rows != 0) {  // the last element has rows without a tap
        codes.push_back(element.fillCode());
        window.push_back(0);
    }
    WindowSums sums;
    sums.raw = columnSum(element, codes, window);
    sums.activation = activationSum(window);
    sums.offsets = static_cast<std::int64_t>(codes.size() / rows) * element.constant();
    for (const Code code : codes) {
        sums.offsets += element.offset(code);
    }
    return sums;
}

}  // namespace

Tensor convolveNaive(const ConvLayer& layer, const Numerics& numerics, const Tensor& input) {
    checkLayer(layer, numerics);
    checkInput(layer, numerics, input);
    Tensor output{layer.geometry.outputChannels,
                  layer.geometry.outputHeight(input.height),
                  layer.geometry.outputWidth(input.width),
                  {}};
    const std::size_t pixels = output.size() / layer.channels.size();
    const bool isPerChannel = layer.offsets.size() == layer.channels.size();
    for (int channel = 0; channel < output.channels; ++channel) {
        const auto c = static_cast<std::size_t>(channel);
        const ChannelParameters& from = layer.channels[c];
        for (std::size_t i = 0; i < pixels; ++i) {
            const int y = static_cast<int>(i) / output.width;
            const int x = static_cast<int>(i) % output.width;
            const WindowSums sums = sumWindow(layer, *numerics.element, input, channel, y, x);
            const std::int64_t offset = layer.offsets[isPerChannel ? c : c * pixels + i];
            const std::int64_t bias = foldBias(numerics, from.bias, sums.offsets, from.mu);
            const PcfParameters parameters{from.scale, from.shift, offset, bias, from.mu};
            const std::int64_t t = correctionSum(numerics, sums.raw, sums.activation, parameters);
            output.data.push_back(
                static_cast<std::uint8_t>(requantise(t, parameters, layer.clamp, numerics)));
        }
    }
    return output;
}

}  // namespace aslog::golden
