#include "tb/streams/random_layer.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "golden/arithmetic/integers.h"
#include "golden/layer/does_not_fit.h"

namespace aslog::tb {
namespace {

using golden::ConvGeometry;
using golden::ConvLayer;
using golden::Numerics;

/// Takes away input channels, then kernel rows, then columns, until the window fits.
LayerShape fitted(LayerShape shape, const Device& device) {
    ConvGeometry& g = shape.geometry;
    while (g.taps() > device.design.maxTaps && (g.kernelHeight > 1 || g.kernelWidth > 1)) {
        const std::int64_t area = std::int64_t{g.kernelHeight} * g.kernelWidth;
        if (area <= device.design.maxTaps) {
            g.inputChannels = static_cast<int>(device.design.maxTaps / area);
        } else if (g.kernelHeight > 1) {
            --g.kernelHeight;
            g.padTop = g.padBottom = 0;
        } else {
            --g.kernelWidth;
            g.padLeft = g.padRight = 0;
        }
    }
    g.inputChannels = static_cast<int>(std::min<std::int64_t>(
        g.inputChannels, device.design.maxTaps / g.kernelHeight / g.kernelWidth));
    shape.height = std::max(shape.height, (g.kernelHeight - 1) * g.dilationY + 1);
    shape.width = std::max(shape.width, (g.kernelWidth - 1) * g.dilationX + 1);
    shape.name = fmt::format("{}: {}x{}x{}x{} stride {}x{} on {}x{}", shape.name, g.outputChannels,
                             g.inputChannels, g.kernelHeight, g.kernelWidth, g.strideY, g.strideX,
                             shape.height, shape.width);
    return shape;
}

struct Range {
    std::int64_t low;
    std::int64_t high;
};

/// Scale and shift that map a range of sums to about one and a half times the output range.
void chooseScale(const Range& range, const Numerics& numerics,
                 golden::ChannelParameters& parameters) {
    const double span =
        std::max(1.0, static_cast<double>(range.high) - static_cast<double>(range.low));
    const double ratio = 1.5 * std::ldexp(1.0, numerics.outputBits) / span;
    const double top = static_cast<double>(golden::lowMask(numerics.scaleBits));
    parameters.shift = numerics.shiftMin;
    for (int shift = numerics.shiftMax; shift > numerics.shiftMin; --shift) {
        if (std::ldexp(ratio, shift) <= top) {
            parameters.shift = shift;
            break;
        }
    }
    parameters.scale = static_cast<std::uint64_t>(
        std::clamp(std::round(std::ldexp(ratio, parameters.shift)), 1.0, top));
}

/// Sums in the middle of the range become 0, scale and offset spread them over the outputs.
void spreadOutputs(ConvLayer& layer, const Numerics& numerics, const golden::Tensor& input,
                   Random& random) {
    const std::vector<std::int64_t> sums = golden::correctionSums(layer, numerics, input);
    const std::size_t outputs = sums.size() / layer.channels.size();
    const int half = 1 << static_cast<unsigned>(numerics.outputBits - 1);
    for (std::size_t c = 0; c < layer.channels.size(); ++c) {
        const auto first = sums.begin() + static_cast<std::ptrdiff_t>(c * outputs);
        const auto [low, high] =
            std::minmax_element(first, first + static_cast<std::ptrdiff_t>(outputs));
        layer.channels[c].bias -= *low + (*high - *low) / 2;
        chooseScale({*low, *high}, numerics, layer.channels[c]);
        layer.offsets[c] = half + random.between(-half / 4, half / 4);
    }
}

golden::Code drawMu(const Numerics& numerics, int attempt, Random& random) {
    const golden::SlogFormat& format = *numerics.muFormat;
    if (attempt > 0) {
        return format.encode(random.oneIn(2), attempt < 3 ? random.below(2) : 0);
    }
    return golden::Code{static_cast<std::uint32_t>(
        random.below(std::uint64_t{1} << static_cast<unsigned>(format.weightBits())))};
}

/// Without bias; `attempt` 1: small mu, 2: also no zero point, 3 and later: the smallest mu. Where
/// columns are dropped and mu has few fraction bits, even a small one is large beside the weights.
ConvLayer drawWeights(const Device& device, const ConvGeometry& geometry, int attempt,
                      Random& random) {
    const Numerics& numerics = device.numerics;
    const auto& codes = numerics.element->codes();
    ConvLayer layer;
    layer.geometry = geometry;
    const std::uint64_t points = numerics.element->activationMax() + 1;
    layer.inputZeroPoint = attempt < 2 ? static_cast<int>(random.below(points)) : 0;
    layer.codes.resize(static_cast<std::size_t>(geometry.outputChannels * geometry.taps()));
    for (golden::Code& code : layer.codes) {
        code = codes[random.below(codes.size())];
    }
    layer.channels.resize(static_cast<std::size_t>(geometry.outputChannels));
    layer.offsets.assign(layer.channels.size(), 0);
    layer.clamp = {0, static_cast<std::uint32_t>(golden::lowMask(numerics.outputBits))};
    for (int c = 0; c < geometry.outputChannels; ++c) {
        golden::ChannelParameters& channel = layer.channels[static_cast<std::size_t>(c)];
        channel.shift = numerics.shiftMax;
        if (numerics.muFormat) {
            channel.mu = drawMu(numerics, attempt, random);
        }
        channel.bias = golden::zeroPointTerm(layer, numerics, c);
    }
    return layer;
}

}  // namespace

std::vector<LayerShape> oddShapes(const Device& device) {
    const int rows = device.shape.rows;
    const int columns = device.shape.columns;
    // in, out, kernel, stride, padding top bottom left right, dilation
    std::vector<LayerShape> shapes = {
        {"one pixel", {rows + 1, columns + 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1}, 1, 1},
        {"one channel", {1, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, 4, 5},
        {"3x3", {std::max(1, rows / 5), columns, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, 3, 5},
        {"1x1", {rows + 3, std::max(1, columns - 1), 1, 1, 1, 2, 0, 0, 0, 0, 1, 1}, 3, 3},
        {"5x5", {3, columns + 2, 5, 5, 2, 2, 2, 1, 2, 0, 1, 1}, 5, 6},
        {"7x1", {2, std::max(1, columns / 2), 7, 1, 1, 1, 3, 3, 0, 0, 1, 1}, 5, 3},
        {"1x7", {5, 3, 1, 7, 1, 3, 0, 0, 6, 6, 1, 1}, 2, 4},
        {"dilated", {2, 2, 3, 2, 2, 1, 0, 1, 0, 1, 2, 3}, 6, 6},
    };
    for (LayerShape& shape : shapes) {
        shape = fitted(std::move(shape), device);
    }
    return shapes;
}

LayerShape drawShape(const Device& device, Random& random) {
    LayerShape shape{"random", {}, random.between(1, 6), random.between(1, 6)};
    ConvGeometry& g = shape.geometry;
    g.kernelHeight = random.between(1, 4);
    g.kernelWidth = random.between(1, 4);
    g.inputChannels = random.between(1, std::max(2, device.shape.rows / 2));
    g.outputChannels = random.between(1, device.shape.columns + 2);
    g.strideY = random.between(1, 3);
    g.strideX = random.between(1, 3);
    g.padTop = random.between(0, g.kernelHeight - 1);
    g.padBottom = random.between(0, g.kernelHeight - 1);
    g.padLeft = random.between(0, g.kernelWidth - 1);
    g.padRight = random.between(0, g.kernelWidth - 1);
    g.dilationY = random.between(1, 2);
    g.dilationX = random.between(1, 2);
    return fitted(std::move(shape), device);
}

RandomLayer drawLayer(const Device& device, const LayerShape& shape, Random& random) {
    golden::Tensor input{shape.geometry.inputChannels, shape.height, shape.width, {}};
    input.data.resize(input.size());
    const std::uint64_t points = device.numerics.element->activationMax() + 1;
    for (std::uint8_t& q : input.data) {
        q = static_cast<std::uint8_t>(random.below(points));
    }
    const std::int64_t rows = device.shape.rows;
    const std::int64_t fillRows = (rows - shape.geometry.taps() % rows) % rows;
    constexpr int kAttempts = 8;
    for (int attempt = 0;; ++attempt) {
        try {
            ConvLayer layer = drawWeights(device, shape.geometry, attempt, random);
            spreadOutputs(layer, device.numerics, input, random);
            golden::checkLayer(layer, device.numerics, fillRows);
            return {std::move(layer), std::move(input)};
        } catch (const golden::DoesNotFit&) {
            // Large mu or zero points can be too much for the correction sum.
            if (attempt + 1 == kAttempts) {
                throw;
            }
        }
    }
}

}  // namespace aslog::tb
