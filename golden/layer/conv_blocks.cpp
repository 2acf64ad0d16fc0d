#include "golden/layer/conv_blocks.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "golden/arithmetic/adder_tree.h"
#include "golden/arithmetic/integers.h"
#include "golden/layer/conv_kernel.h"
#include "golden/layer/window.h"

namespace aslog::golden {
namespace {

/// Weights in the order of a patch, [output channel][ky][kx][input channel], rows of `length`, as
/// `valueOf` has them.
template <typename Value, typename ValueOf>
std::vector<Value> packWeights(const ConvLayer& layer, std::size_t length, const ValueOf& valueOf) {
    const ConvGeometry& geometry = layer.geometry;
    const int area = geometry.kernelHeight * geometry.kernelWidth;
    std::vector<Value> packed(length * product(geometry.outputChannels, 1));
    for (int channel = 0; channel < geometry.outputChannels; ++channel) {
        Value* row = packed.data() + product(channel, 1) * length;
        for (int position = 0; position < area; ++position) {
            for (int ic = 0; ic < geometry.inputChannels; ++ic) {
                const Code code = layer.code(channel, std::int64_t{ic} * area + position);
                *row++ = static_cast<Value>(valueOf(code));
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

/// Values of type Value, exact sums of their products in type Sum.
template <typename Value, typename Sum>
class TypedSums final : public BlockedSums {
  public:
    TypedSums(const ConvLayer& layer, const Numerics& numerics)
        : layer_(layer),
          numerics_(numerics),
          taps_(static_cast<std::size_t>(layer.geometry.taps())),
          length_((taps_ + kDotBlock - 1) / kDotBlock * kDotBlock) {
        const Element& element = *numerics.element;
        if (element.dropped() == 0) {
            weights_ =
                packWeights<Value>(layer, length_, [&](Code code) { return element.value(code); });
        } else {
            weights_ = packWeights<Value>(layer, length_,
                                          [&](Code code) { return std::abs(element.value(code)); });
            signs_ = packWeights<Value>(
                layer, length_, [&](Code code) { return element.value(code) < 0 ? -1 : 1; });
        }
    }

    [[nodiscard]] std::vector<std::int64_t> run(const Tensor& input) const override {
        const PaddedInput<Value> padded(layer_, input);
        const int width = layer_.geometry.outputWidth(input.width);
        const std::size_t outputs = product(layer_.geometry.outputHeight(input.height), width);
        const std::size_t channels = layer_.channels.size();
        std::vector<std::int64_t> t(outputs * channels);
        Block block(*this);
        for (std::size_t first = 0; first < outputs; first += block.capacity) {
            block.pixels = std::min(block.capacity, outputs - first);
            gather(padded, static_cast<int>(first), width, block);
            if (signs_.empty()) {
                dotProducts(weights_.data(), channels, block.patches.data(), block.pixels, length_,
                            block.sums.data());
            } else {
                cutDotProducts(weights_.data(), signs_.data(), channels, block.patches.data(),
                               block.pixels, length_, numerics_.element->dropped(),
                               block.sums.data());
            }
            correct(block, t.data() + first, outputs);
        }
        return t;
    }

  private:
    struct Block {
        explicit Block(const TypedSums& owner) {
            // The patches of a block stay in the second-level cache.
            constexpr std::size_t kBytes = 131072;
            const std::size_t fitting = kBytes / (owner.length_ * sizeof(Value));
            capacity = std::clamp<std::size_t>(fitting / 4 * 4, 4, 64);
            patches.resize(capacity * owner.length_);
            sums.resize(capacity * owner.layer_.channels.size());
            windowSums.resize(capacity);
        }

        std::size_t capacity = 0;
        std::size_t pixels = 0;      // used in this block
        std::vector<Value> patches;  // rows of length_, zero beyond the taps
        std::vector<Sum> sums;       // [channel][pixel]
        std::vector<std::int64_t> windowSums;
    };

    void gather(const PaddedInput<Value>& padded, int first, int width, Block& block) const {
        for (std::size_t p = 0; p < block.pixels; ++p) {
            const int output = first + static_cast<int>(p);
            Value* patch = block.patches.data() + p * length_;
            padded.copyPatch(layer_.geometry, output / width, output % width, patch);
            if (numerics_.muFormat) {
                block.windowSums[p] = std::accumulate(patch, patch + taps_, Sum{0});
            }
        }
    }

    /// t = acc * 2^f + mu * S + b, modulo 2^64 on the way; legal layers end within 64 bits.
    void correct(const Block& block, std::int64_t* t, std::size_t outputs) const {
        for (std::size_t c = 0; c < layer_.channels.size(); ++c, t += outputs) {
            const ChannelParameters& channel = layer_.channels[c];
            const auto mu = static_cast<std::uint64_t>(
                numerics_.muFormat ? numerics_.muFormat->decode(channel.mu) : 0);
            const auto bias = static_cast<std::uint64_t>(channel.bias);
            for (std::size_t p = 0; p < block.pixels; ++p) {
                const auto acc = static_cast<std::uint64_t>(block.sums[c * block.pixels + p]);
                const auto windowSum = static_cast<std::uint64_t>(block.windowSums[p]);
                t[p] = static_cast<std::int64_t>((acc << numerics_.fractionBits) + mu * windowSum +
                                                 bias);
            }
        }
    }

    const ConvLayer& layer_;
    const Numerics& numerics_;
    std::size_t taps_;
    std::size_t length_;          // taps, padded
    std::vector<Value> weights_;  // their magnitudes, if columns are dropped
    std::vector<Value> signs_;    // only then
};

/// The layer of an element of several words that lose columns: word by word.
class WordSums final : public BlockedSums {
  public:
    WordSums(const ConvLayer& layer, const Numerics& numerics)
        : layer_(layer), numerics_(numerics) {}

    [[nodiscard]] std::vector<std::int64_t> run(const Tensor& input) const override {
        const int width = layer_.geometry.outputWidth(input.width);
        const std::size_t outputs = product(layer_.geometry.outputHeight(input.height), width);
        std::vector<std::int64_t> t(outputs * layer_.channels.size());
        for (std::size_t i = 0; i < outputs; ++i) {
            const int output = static_cast<int>(i);
            const std::vector<std::uint8_t> window =
                windowOf(layer_, input, output / width, output % width);
            const auto windowSum = static_cast<std::int64_t>(activationSum(window));
            for (std::size_t c = 0; c < layer_.channels.size(); ++c) {
                const ChannelParameters& channel = layer_.channels[c];
                const std::int64_t acc =
                    productSum(*numerics_.element, codesOf(layer_, static_cast<int>(c)), window);
                const std::int64_t mu =
                    numerics_.muFormat ? numerics_.muFormat->decode(channel.mu) : 0;
                t[c * outputs + i] = acc * (std::int64_t{1} << numerics_.fractionBits) +
                                     mu * windowSum + channel.bias;
            }
        }
        return t;
    }

  private:
    const ConvLayer& layer_;
    const Numerics& numerics_;
};

/// Whether 16-bit weights and activations with 32-bit sums are exact for this layer.
bool fitsNarrowSums(const ConvLayer& layer, const Element& element) {
    std::int64_t largest = 0;
    for (const Code code : layer.codes) {
        largest = std::max(largest, std::abs(element.value(code)));
    }
    const Int128 product = Int128{largest} * element.activationMax();
    const Int128 sum = product * layer.geometry.taps();
    return (element.dropped() == 0 || product <= std::numeric_limits<std::uint16_t>::max()) &&
           largest <= std::numeric_limits<std::int16_t>::max() &&
           element.activationMax() <= std::numeric_limits<std::int16_t>::max() &&
           sum <= std::numeric_limits<std::int32_t>::max();
}

}  // namespace

std::unique_ptr<BlockedSums> makeBlockedSums(const ConvLayer& layer, const Numerics& numerics) {
    if (numerics.element->dropped() > 0 && !numerics.element->isSignMagnitude()) {
        return std::make_unique<WordSums>(layer, numerics);
    }
    if (fitsNarrowSums(layer, *numerics.element)) {
        return std::make_unique<TypedSums<std::int16_t, std::int32_t>>(layer, numerics);
    }
    return std::make_unique<TypedSums<std::int64_t, std::int64_t>>(layer, numerics);
}

}  // namespace aslog::golden
