#include "golden/conv.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>

#include "golden/conv_kernel.h"
#include "golden/integers.h"

namespace aslog::golden {
namespace {

std::size_t product(int a, int b, int c = 1) {
    return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

int outputSize(int input, int padding, int kernel, int stride, int dilation) {
    const int free = input + padding - (kernel - 1) * dilation - 1;
    return free < 0 ? 0 : free / stride + 1;
}

/// Weights in the order of a patch, [output channel][ky][kx][input channel], rows of `length`.
template <typename Value>
std::vector<Value> packWeights(const ConvLayer& layer, const Element& element, std::size_t length) {
    const ConvGeometry& geometry = layer.geometry;
    const int area = geometry.kernelHeight * geometry.kernelWidth;
    std::vector<Value> packed(length * product(geometry.outputChannels, 1));
    for (int channel = 0; channel < geometry.outputChannels; ++channel) {
        Value* row = packed.data() + product(channel, 1) * length;
        for (int position = 0; position < area; ++position) {
            for (int ic = 0; ic < geometry.inputChannels; ++ic) {
                const Code code = layer.code(channel, std::int64_t{ic} * area + position);
                *row++ = static_cast<Value>(element.value(code));
            }
        }
    }
    return packed;
}

/// The input with its padding, channels innermost, so that a kernel row is one run of memory.
template <typename Value>
struct PaddedInput {
    PaddedInput(const ConvLayer& layer, const Tensor& input)
        : channels(product(input.channels, 1)),
          width(product(input.width + layer.geometry.padLeft + layer.geometry.padRight, 1)) {
        const int height = input.height + layer.geometry.padTop + layer.geometry.padBottom;
        data.assign(product(height, 1) * width * channels,
                    static_cast<Value>(layer.inputZeroPoint));
        for (int c = 0; c < input.channels; ++c) {
            for (int y = 0; y < input.height; ++y) {
                const std::uint8_t* from = input.data.data() +
                                           product(c, input.height, input.width) +
                                           product(y, input.width);
                Value* to = data.data() + product(c, 1) +
                            (product(y + layer.geometry.padTop, 1) * width +
                             product(layer.geometry.padLeft, 1)) *
                                channels;
                for (int x = 0; x < input.width; ++x, to += channels) {
                    *to = from[x];
                }
            }
        }
    }

    /// Copies the window of output (y, x) to `patch`.
    void copyPatch(const ConvGeometry& geometry, int y, int x, Value* patch) const {
        const bool isDense = geometry.dilationX == 1;
        const int runs = isDense ? 1 : geometry.kernelWidth;
        const std::size_t run = channels * product(isDense ? geometry.kernelWidth : 1, 1);
        for (int ky = 0; ky < geometry.kernelHeight; ++ky) {
            const std::size_t line = product(y, geometry.strideY) + product(ky, geometry.dilationY);
            for (int kx = 0; kx < runs; ++kx) {
                const std::size_t column =
                    product(x, geometry.strideX) + product(kx, geometry.dilationX);
                const Value* from = data.data() + (line * width + column) * channels;
                patch = std::copy_n(from, run, patch);
            }
        }
    }

    std::size_t channels;
    std::size_t width;
    std::vector<Value> data;
};

/// t = acc * 2^f + mu * S + b for one block of pixels.
template <typename Value, typename Sum>
class BlockedConvolution {
  public:
    BlockedConvolution(const ConvLayer& layer, const Numerics& numerics, const Tensor& input)
        : layer_(layer),
          numerics_(numerics),
          taps_(static_cast<std::size_t>(layer.geometry.taps())),
          length_((taps_ + dotBlock - 1) / dotBlock * dotBlock),
          weights_(packWeights<Value>(layer, *numerics.element, length_)),
          input_(layer, input),
          outputWidth_(layer.geometry.outputWidth(input.width)),
          outputs_(product(layer.geometry.outputHeight(input.height), outputWidth_)) {
        const std::size_t cached = patchBytes / (length_ * sizeof(Value));
        block_ = std::clamp<std::size_t>(cached / 4 * 4, 4, 64);
        patches_.resize(block_ * length_);
        sums_.resize(block_ * layer.channels.size());
        windowSums_.resize(block_);
    }

    std::vector<std::int64_t> run() {
        std::vector<std::int64_t> t(outputs_ * layer_.channels.size());
        for (std::size_t first = 0; first < outputs_; first += block_) {
            const std::size_t pixels = std::min(block_, outputs_ - first);
            gather(first, pixels);
            dotProducts(weights_.data(), layer_.channels.size(), patches_.data(), pixels, length_,
                        sums_.data());
            correct(first, pixels, t);
        }
        return t;
    }

  private:
    static constexpr std::size_t patchBytes = 128 * 1024;  // a block's patches stay in the L2 cache

    void gather(std::size_t first, std::size_t pixels) {
        for (std::size_t p = 0; p < pixels; ++p) {
            const int output = static_cast<int>(first + p);
            Value* patch = patches_.data() + p * length_;
            input_.copyPatch(layer_.geometry, output / outputWidth_, output % outputWidth_, patch);
            if (numerics_.muFormat) {
                Sum sum = 0;
                for (std::size_t k = 0; k < taps_; ++k) {
                    sum += patch[k];
                }
                windowSums_[p] = sum;
            }
        }
    }

    void correct(std::size_t first, std::size_t pixels, std::vector<std::int64_t>& t) const {
        for (std::size_t c = 0; c < layer_.channels.size(); ++c) {
            const ChannelParameters& channel = layer_.channels[c];
            const std::int64_t mu = numerics_.muFormat ? numerics_.muFormat->decode(channel.mu) : 0;
            const std::int64_t unit = std::int64_t{1} << numerics_.fractionBits;
            for (std::size_t p = 0; p < pixels; ++p) {
                t[c * outputs_ + first + p] =
                    sums_[c * pixels + p] * unit + mu * windowSums_[p] + channel.bias;
            }
        }
    }

    const ConvLayer& layer_;
    const Numerics& numerics_;
    std::size_t taps_;
    std::size_t length_;
    std::vector<Value> weights_;
    PaddedInput<Value> input_;
    int outputWidth_;
    std::size_t outputs_;
    std::size_t block_ = 0;
    std::vector<Value> patches_;  // rows of length_, zero beyond the taps
    std::vector<Sum> sums_;
    std::vector<std::int64_t> windowSums_;
};

/// Whether 16-bit weights and activations with 32-bit sums are exact for this layer.
bool fitsNarrowSums(const ConvLayer& layer, const Element& element) {
    std::int64_t largest = 0;
    for (const Code code : layer.codes) {
        largest = std::max(largest, std::abs(element.value(code)));
    }
    const Int128 sum = Int128{largest} * element.activationMax() * layer.geometry.taps();
    return largest <= std::numeric_limits<std::int16_t>::max() &&
           element.activationMax() <= std::numeric_limits<std::int16_t>::max() &&
           sum <= std::numeric_limits<std::int32_t>::max();
}

std::int64_t offsetOf(const ConvLayer& layer, std::size_t channel, std::size_t output) {
    return layer.offsets[layer.offsets.size() == layer.channels.size() ? channel : output];
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
    return outputSize(inputHeight, padTop + padBottom, kernelHeight, strideY, dilationY);
}

int ConvGeometry::outputWidth(int inputWidth) const {
    return outputSize(inputWidth, padLeft + padRight, kernelWidth, strideX, dilationX);
}

Code ConvLayer::code(int outputChannel, std::int64_t tap) const {
    return codes[static_cast<std::size_t>(outputChannel * geometry.taps() + tap)];
}

std::int64_t zeroPointTerm(const ConvLayer& layer, const Numerics& numerics, int outputChannel) {
    const std::int64_t taps = layer.geometry.taps();
    std::int64_t sum = 0;
    for (std::int64_t tap = 0; tap < taps; ++tap) {
        sum += numerics.element->value(layer.code(outputChannel, tap));
    }
    sum *= std::int64_t{1} << numerics.fractionBits;
    if (numerics.muFormat) {
        const Code mu = layer.channels[static_cast<std::size_t>(outputChannel)].mu;
        sum += taps * numerics.muFormat->decode(mu);
    }
    return -std::int64_t{layer.inputZeroPoint} * sum;
}

std::vector<std::int64_t> correctionSums(const ConvLayer& layer, const Numerics& numerics,
                                         const Tensor& input) {
    checkLayer(layer, numerics);
    checkInput(layer, numerics, input);
    if (fitsNarrowSums(layer, *numerics.element)) {
        return BlockedConvolution<std::int16_t, std::int32_t>(layer, numerics, input).run();
    }
    return BlockedConvolution<std::int64_t, std::int64_t>(layer, numerics, input).run();
}

Tensor convolve(const ConvLayer& layer, const Numerics& numerics, const Tensor& input) {
    if (numerics.outputBits > 8) {
        throw std::invalid_argument("convolve: outputs of " + std::to_string(numerics.outputBits) +
                                    " bits do not fit a tensor of 8-bit values");
    }
    const std::vector<std::int64_t> sums = correctionSums(layer, numerics, input);
    Tensor output{layer.geometry.outputChannels, layer.geometry.outputHeight(input.height),
                  layer.geometry.outputWidth(input.width), std::vector<std::uint8_t>(sums.size())};
    const std::size_t pixels = product(output.height, output.width);
    for (std::size_t c = 0; c < layer.channels.size(); ++c) {
        PcfParameters parameters{layer.channels[c].scale, layer.channels[c].shift, 0, 0, Code{}};
        for (std::size_t i = c * pixels; i < (c + 1) * pixels; ++i) {
            parameters.offset = offsetOf(layer, c, i);
            output.data[i] = static_cast<std::uint8_t>(
                requantise(sums[i], parameters, layer.clamp, numerics.outputBits));
        }
    }
    return output;
}

}  // namespace aslog::golden
