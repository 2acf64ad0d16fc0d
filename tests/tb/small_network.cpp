#include "tests/tb/small_network.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace aslog::tb::test {
namespace {

using aslog::test::Random;
using golden::ConvGeometry;
using golden::ConvLayer;
using golden::ConvStep;
using golden::NetworkSpec;
using golden::Numerics;
using golden::TensorId;
using golden::TensorInfo;

constexpr int kZeroPoint = 5;  // of every tensor

/// Random mu can be too much for the correction sum: drawn until the layer is legal.
ConvLayer legalLayer(Random& random, const ConvGeometry& geometry, const Numerics& numerics) {
    for (;;) {
        ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
        layer.inputZeroPoint = kZeroPoint;
        std::ranges::fill(layer.offsets, kZeroPoint);
        layer.clamp = {2, numerics.element->activationMax() - 1};
        for (int c = 0; c < geometry.outputChannels; ++c) {
            layer.channels[static_cast<std::size_t>(c)].bias =
                zeroPointTerm(layer, numerics, c) + aslog::test::draw(random, -50, 50);
        }
        try {
            checkLayer(layer, numerics);
            return layer;
        } catch (const std::invalid_argument&) {
            continue;
        }
    }
}

/// Appends a convolution and its output; returns the output.
TensorId addConvolution(NetworkSpec& spec, const char* name, std::vector<TensorId> inputs,
                        ConvStep step) {
    const TensorInfo& input = spec.tensors[inputs.front()];
    const ConvGeometry& geometry = step.groups.front().geometry;
    int channels = 0;
    for (const ConvLayer& group : step.groups) {
        channels += group.geometry.outputChannels;
    }
    const TensorInfo output{name, channels, geometry.outputHeight(input.height),
                            geometry.outputWidth(input.width), kZeroPoint};
    spec.tensors.push_back(output);
    const TensorId id = spec.tensors.size() - 1;
    spec.steps.push_back({name, std::move(step), std::move(inputs), id});
    return id;
}

ConvGeometry oddGeometry() {
    ConvGeometry geometry;
    geometry.inputChannels = 6;
    geometry.outputChannels = 7;
    geometry.kernelHeight = 3;
    geometry.kernelWidth = 2;
    geometry.strideY = 2;
    geometry.padTop = 2;
    geometry.padLeft = 1;
    geometry.padRight = 2;
    return geometry;
}

ConvGeometry squareGeometry(int inputChannels, int outputChannels, int dilation) {
    ConvGeometry geometry;
    geometry.inputChannels = inputChannels;
    geometry.outputChannels = outputChannels;
    geometry.kernelHeight = geometry.kernelWidth = 3;
    geometry.dilationY = geometry.dilationX = dilation;
    geometry.padTop = geometry.padBottom = geometry.padLeft = geometry.padRight = dilation;
    return geometry;
}

}  // namespace

NetworkSpec smallNetwork(Random& random, const Numerics& numerics) {
    NetworkSpec spec;
    spec.tensors.push_back({"image", 6, 9, 8, kZeroPoint});
    const auto layer = [&](const ConvGeometry& geometry) {
        return legalLayer(random, geometry, numerics);
    };
    const TensorId odd = addConvolution(spec, "odd", {0}, {{layer(oddGeometry())}, {}});
    ConvGeometry point;
    point.inputChannels = 7;
    point.outputChannels = 6;
    const TensorId narrow = addConvolution(spec, "narrow", {odd}, {{layer(point)}, {}});
    const TensorId dilated =
        addConvolution(spec, "dilated", {narrow}, {{layer(squareGeometry(6, 5, 2))}, {}});
    const TensorId grouped =
        addConvolution(spec, "grouped", {dilated},
                       {{layer(squareGeometry(2, 4, 1)), layer(squareGeometry(3, 2, 1))}, {}});
    const TensorInfo& size = spec.tensors[grouped];
    golden::MaxPoolStep pool;
    pool.window.kernelHeight = pool.window.kernelWidth = 3;
    pool.window.padTop = pool.window.padBottom = 1;
    pool.window.padLeft = pool.window.padRight = 1;
    const TensorInfo pooledInfo{"pooled", size.channels, size.height, size.width, kZeroPoint};
    spec.tensors.push_back(pooledInfo);
    const TensorId pooled = spec.tensors.size() - 1;
    spec.steps.push_back({"pooled", pool, {grouped}, pooled});
    spec.outputs = {
        addConvolution(spec, "joined", {pooled, narrow},
                       {{layer(squareGeometry(3, 2, 1)), layer(squareGeometry(3, 4, 1))}, {3, 2}})};
    return spec;
}

}  // namespace aslog::tb::test
