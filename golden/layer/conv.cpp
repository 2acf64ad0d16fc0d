#include "golden/layer/conv.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "golden/arithmetic/adder_tree.h"
#include "golden/arithmetic/integers.h"
#include "golden/layer/conv_blocks.h"
#include "golden/layer/window.h"

namespace aslog::golden {
namespace {

int outputSize(int input, int padBegin, int padEnd, int kernel, int stride, int dilation) {
    const std::int64_t free =
        std::int64_t{input} + padBegin + padEnd - (std::int64_t{kernel} - 1) * dilation - 1;
    // Beyond an int: no tensor is as large, so that no size fits it.
    return free < 0 ? 0 : static_cast<int>(std::min<std::int64_t>(free / stride + 1, INT32_MAX));
}

}  // namespace

std::size_t Tensor::size() const {
    return product(channels, height, width);
}

std::uint8_t Tensor::at(int c, int y, int x) const {
    return data[(product(c, height) + product(y, 1)) * product(width, 1) + product(x, 1)];
}

std::int64_t ConvGeometry::taps() const {
    return std::int64_t{kernelHeight} * kernelWidth * inputChannels;
}

int ConvGeometry::outputHeight(int inputHeight) const {
    return outputSize(inputHeight, padTop, padBottom, kernelHeight, strideY, dilationY);
}

int ConvGeometry::outputWidth(int inputWidth) const {
    return outputSize(inputWidth, padLeft, padRight, kernelWidth, strideX, dilationX);
}

Code ConvLayer::code(int outputChannel, std::int64_t tap) const {
    return codes[static_cast<std::size_t>(outputChannel * geometry.taps() + tap)];
}

std::int64_t zeroPointTerm(const ConvLayer& layer, const Numerics& numerics, int outputChannel) {
    const std::int64_t taps = layer.geometry.taps();
    const std::vector<std::uint8_t> zeros(static_cast<std::size_t>(taps),
                                          static_cast<std::uint8_t>(layer.inputZeroPoint));
    std::int64_t sum = productSum(*numerics.element, codesOf(layer, outputChannel), zeros) *
                       (std::int64_t{1} << numerics.fractionBits);
    if (numerics.muFormat) {
        const Code mu = layer.channels[static_cast<std::size_t>(outputChannel)].mu;
        sum += layer.inputZeroPoint * taps * numerics.muFormat->decode(mu);
    }
    return -sum;
}

struct Convolution::Prepared {
    ConvLayer layer;
    Numerics numerics;
    std::unique_ptr<BlockedSums> sums;  // refers to the two above
};

Convolution::Convolution(ConvLayer layer, Numerics numerics) {
    checkLayer(layer, numerics);
    const auto prepared = std::make_shared<Prepared>();
    prepared->layer = std::move(layer);
    prepared->numerics = std::move(numerics);
    prepared->sums = makeBlockedSums(prepared->layer, prepared->numerics);
    prepared_ = prepared;
}

std::vector<std::int64_t> Convolution::correctionSums(const Tensor& input) const {
    checkInput(prepared_->layer, prepared_->numerics, input);
    return prepared_->sums->run(input);
}

const ConvLayer& Convolution::layer() const {
    return prepared_->layer;
}

Tensor Convolution::run(const Tensor& input) const {
    return run(input, prepared_->layer.offsets);
}

Tensor Convolution::run(const Tensor& input, const std::vector<std::int64_t>& offsets) const {
    const ConvLayer& layer = prepared_->layer;
    const Numerics& numerics = prepared_->numerics;
    if (numerics.outputBits > 8) {
        throw std::invalid_argument("convolve: outputs of " + std::to_string(numerics.outputBits) +
                                    " bits do not fit a tensor of 8-bit values");
    }
    const std::vector<std::int64_t> sums = correctionSums(input);
    const std::size_t channels = layer.channels.size();
    if (offsets.size() != channels && offsets.size() != sums.size()) {
        throw std::invalid_argument(std::to_string(offsets.size()) + " offsets for " +
                                    std::to_string(sums.size()) + " outputs");
    }
    Tensor output{layer.geometry.outputChannels, layer.geometry.outputHeight(input.height),
                  layer.geometry.outputWidth(input.width), std::vector<std::uint8_t>(sums.size())};
    const std::size_t pixels = product(output.height, output.width);
    for (std::size_t c = 0; c < channels; ++c) {
        PcfParameters parameters{layer.channels[c].scale, layer.channels[c].shift, 0, 0, Code{}};
        for (std::size_t i = c * pixels; i < (c + 1) * pixels; ++i) {
            parameters.offset = offsets[offsets.size() == channels ? c : i];
            output.data[i] =
                static_cast<std::uint8_t>(requantise(sums[i], parameters, layer.clamp, numerics));
        }
    }
    return output;
}

std::vector<std::int64_t> correctionSums(const ConvLayer& layer, const Numerics& numerics,
                                         const Tensor& input) {
    return Convolution(layer, numerics).correctionSums(input);
}

Tensor convolve(const ConvLayer& layer, const Numerics& numerics, const Tensor& input) {
    return Convolution(layer, numerics).run(input);
}

}  // namespace aslog::golden
