#include "examples/fashion_cnn/model.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"
#include "support/parallel.h"

namespace aslog::examples {
namespace {

[[noreturn]] void fail(const ConvShape& layer, const std::string& what) {
    throw support::InputError(fmt::format("layer '{}': {}", layer.name, what));
}

void checkShape(const ConvShape& layer, std::size_t channels, std::size_t height,
                std::size_t width) {
    if (layer.kernel == 0 || layer.stride == 0 || layer.outChannels == 0) {
        fail(layer, "kernel, stride and out_channels must be at least 1");
    }
    if (layer.inChannels != channels) {
        fail(layer, fmt::format("{} input channels, but the layer before has {}", layer.inChannels,
                                channels));
    }
    if (std::min(height, width) + 2 * layer.padding < layer.kernel) {
        fail(layer, fmt::format("kernel {} is larger than the padded input", layer.kernel));
    }
}

// One row of the patch matrix: the input value under one tap, for every output position.
void gatherTap(const ConvShape& shape, const Tensor& in, std::size_t tap, std::size_t outHeight,
               std::size_t outWidth, float* row) {
    const std::size_t kx = tap % shape.kernel;
    const std::size_t ky = tap / shape.kernel % shape.kernel;
    const std::size_t channel = tap / (shape.kernel * shape.kernel);
    const float* plane = in.values.data() + channel * in.height * in.width;
    for (std::size_t oy = 0; oy < outHeight; ++oy) {
        const std::size_t y = oy * shape.stride + ky;  // padding included
        const bool inRows = y >= shape.padding && y - shape.padding < in.height;
        for (std::size_t ox = 0; ox < outWidth; ++ox) {
            const std::size_t x = ox * shape.stride + kx;
            const bool inside = inRows && x >= shape.padding && x - shape.padding < in.width;
            *row++ = inside ? plane[(y - shape.padding) * in.width + x - shape.padding] : 0.0F;
        }
    }
}

// out += Σ weight[t]·patches[t], four taps at a time so that `out` is read and written less often.
void accumulate(std::span<const float> weights, const float* __restrict patches, std::size_t size,
                float* __restrict out) {
    std::size_t t = 0;
    for (; t + 4 <= weights.size(); t += 4) {
        const float* p = patches + t * size;
        for (std::size_t i = 0; i < size; ++i) {
            out[i] += (weights[t] * p[i] + weights[t + 1] * p[size + i]) +
                      (weights[t + 2] * p[2 * size + i] + weights[t + 3] * p[3 * size + i]);
        }
    }
    for (; t < weights.size(); ++t) {
        for (std::size_t i = 0; i < size; ++i) {
            out[i] += weights[t] * patches[t * size + i];
        }
    }
}

}  // namespace

std::size_t ConvShape::outputSize(std::size_t inputSize) const {
    return (inputSize + 2 * padding - kernel) / stride + 1;
}

FashionCnn::FashionCnn(InputShape input, std::vector<ConvShape> layers,
                       std::vector<float> parameters)
    : input_(input), layers_(std::move(layers)), parameters_(std::move(parameters)) {
    if (layers_.empty()) {
        throw support::InputError("the network has no layers");
    }
    if (input_.size() == 0 || input_.divisor == 0) {
        throw support::InputError("the input is empty");
    }
    std::size_t channels = input_.channels;
    std::size_t height = input_.height;
    std::size_t width = input_.width;
    std::size_t count = 0;
    for (const ConvShape& layer : layers_) {
        checkShape(layer, channels, height, width);
        offsets_.push_back(count);
        count += layer.parameterCount();
        channels = layer.outChannels;
        height = layer.outputSize(height);
        width = layer.outputSize(width);
    }
    if (count != parameters_.size()) {
        throw support::InputError(
            fmt::format("the layers need {} parameters, {} found", count, parameters_.size()));
    }
}

std::span<const float> FashionCnn::weights(std::size_t layer) const {
    return parameters().subspan(offsets_.at(layer), layers_[layer].weightCount());
}

std::span<const float> FashionCnn::bias(std::size_t layer) const {
    return parameters().subspan(offsets_.at(layer) + layers_[layer].weightCount(),
                                layers_[layer].outChannels);
}

Tensor FashionCnn::normalise(std::span<const std::uint8_t> pixels) const {
    if (pixels.size() != input_.size()) {
        throw support::InputError(
            fmt::format("an image has {} pixels, {} expected", pixels.size(), input_.size()));
    }
    Tensor tensor{input_.channels, input_.height, input_.width, {}};
    tensor.values.reserve(pixels.size());
    for (const int pixel : pixels) {
        tensor.values.push_back(static_cast<float>(pixel - input_.offset) /
                                static_cast<float>(input_.divisor));
    }
    return tensor;
}

Tensor FashionCnn::convolve(std::size_t layer, const Tensor& in) const {
    const ConvShape& shape = layers_[layer];
    assert(in.channels == shape.inChannels);
    Tensor out{shape.outChannels, shape.outputSize(in.height), shape.outputSize(in.width), {}};
    const std::size_t size = out.height * out.width;
    std::vector<float> patches(shape.taps() * size);
    for (std::size_t t = 0; t < shape.taps(); ++t) {
        gatherTap(shape, in, t, out.height, out.width, patches.data() + t * size);
    }
    out.values.resize(out.channels * size);
    for (std::size_t c = 0; c < out.channels; ++c) {
        const std::span plane = std::span(out.values).subspan(c * size, size);
        std::ranges::fill(plane, bias(layer)[c]);
        accumulate(weights(layer).subspan(c * shape.taps(), shape.taps()), patches.data(), size,
                   plane.data());
        if (!shape.relu) {
            continue;
        }
        for (float& value : plane) {
            value = std::max(value, 0.0F);
        }
    }
    return out;
}

std::vector<Tensor> FashionCnn::forwardAll(std::span<const std::uint8_t> pixels) const {
    std::vector<Tensor> outputs;
    outputs.reserve(layers_.size());
    const Tensor first = normalise(pixels);
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
        outputs.push_back(convolve(layer, layer == 0 ? first : outputs.back()));
    }
    return outputs;
}

std::vector<float> FashionCnn::forward(std::span<const std::uint8_t> pixels) const {
    return std::move(forwardAll(pixels).back().values);
}

std::size_t FashionCnn::classify(std::span<const std::uint8_t> pixels) const {
    const std::vector<float> scores = forward(pixels);
    return static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
}

std::size_t countCorrect(const Classifier& classify, const Dataset& set) {
    std::atomic<std::size_t> correct = 0;
    support::inParallel(set.size(), [&](std::size_t i) {
        if (classify(set.images.image(i)) == set.labels[i]) {
            ++correct;
        }
    });
    return correct;
}

}  // namespace aslog::examples
