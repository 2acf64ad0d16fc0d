// Speed of the golden convolution on one core, in MAC/s, beside the plain loop over the same layer.
//
// A MAC is one tap of one output: output pixels x output channels x taps, padding included.
// Each figure is the median processor time of several runs of the whole layer: legality check,
// packing of the weights, requantisation and all. The reference is convolvePlainLoop below, same
// compiler flags.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/schedule.h"
#include "golden/array.h"
#include "golden/layer/conv.h"

namespace {

using namespace aslog::compiler;
using namespace aslog::golden;

/// The yardstick: int32 weights and sums (int64 where 32 bits do not hold them), nested loops, as
/// one would write it first.
template <typename Word>
Tensor convolvePlainLoop(const ConvLayer& layer, const Numerics& numerics, const Tensor& input) {
    const ConvGeometry& g = layer.geometry;
    std::vector<Word> weights;
    for (const Code code : layer.codes) {
        weights.push_back(static_cast<Word>(numerics.element->value(code)));
    }
    Tensor output{g.outputChannels, g.outputHeight(input.height), g.outputWidth(input.width), {}};
    for (int oc = 0; oc < g.outputChannels; ++oc) {
        const ChannelParameters& from = layer.channels[static_cast<std::size_t>(oc)];
        const PcfParameters parameters{from.scale, from.shift, layer.offsets[0], 0, from.mu};
        for (int oy = 0; oy < output.height; ++oy) {
            for (int ox = 0; ox < output.width; ++ox) {
                const Word* weight = weights.data() + oc * g.taps();
                Word sum = 0;
                for (int ic = 0; ic < g.inputChannels; ++ic) {
                    for (int ky = 0; ky < g.kernelHeight; ++ky) {
                        for (int kx = 0; kx < g.kernelWidth; ++kx) {
                            const int y = oy * g.strideY + ky - g.padTop;
                            const int x = ox * g.strideX + kx - g.padLeft;
                            const bool isInside =
                                y >= 0 && y < input.height && x >= 0 && x < input.width;
                            sum +=
                                *weight++ * (isInside ? input.at(ic, y, x) : layer.inputZeroPoint);
                        }
                    }
                }
                output.data.push_back(static_cast<std::uint8_t>(
                    requantise(sum + from.bias, parameters, layer.clamp, numerics)));
            }
        }
    }
    return output;
}

/// Processor time, so that the machine's other work counts less; all here is one thread.
double processSeconds() {
    std::timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double medianSeconds(int runs, const std::function<void()>& work) {
    std::vector<double> seconds;
    for (int run = 0; run < runs; ++run) {
        const double start = processSeconds();
        work();
        seconds.push_back(processSeconds() - start);
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

struct Case {
    std::string name;
    FormatSpec format;
    ConvGeometry geometry;
    int size;  // input height and width
};

ConvGeometry geometryOf(int inputChannels, int outputChannels, int kernel, int stride) {
    ConvGeometry geometry;
    geometry.inputChannels = inputChannels;
    geometry.outputChannels = outputChannels;
    geometry.kernelHeight = geometry.kernelWidth = kernel;
    geometry.strideY = geometry.strideX = stride;
    geometry.padTop = geometry.padBottom = geometry.padLeft = geometry.padRight = kernel / 2;
    return geometry;
}

Numerics numericsOf(const Case& test) {
    NumericsSpec spec;
    spec.maxTaps = test.geometry.taps();
    spec.shiftMax = 64;
    return deriveNumerics(std::make_shared<SlogElement>(test.format), spec);
}

ConvLayer layerOf(const Case& test, const Numerics& numerics, std::mt19937_64& random) {
    ConvLayer layer;
    layer.geometry = test.geometry;
    const std::vector<Code>& codes = numerics.element->codes();
    for (std::int64_t i = 0; i < test.geometry.taps() * test.geometry.outputChannels; ++i) {
        layer.codes.push_back(codes[random() % codes.size()]);
    }
    layer.channels.assign(static_cast<std::size_t>(test.geometry.outputChannels),
                          {0, {}, 1 << 15, 15 + std::max(1, numerics.accumulatorBits - 9)});
    layer.offsets.assign(layer.channels.size(), 128);
    return layer;
}

/// MAC/s of the 16 x 16 array model, filled rows and columns counted as the hardware counts them.
double throughArray(const ConvLayer& layer, const Numerics& numerics, const Tensor& input) {
    const ArrayShape shape{16, 16, 16, 1, 4};
    const Schedule schedule = scheduleConv(layer, input, shape, numerics);
    Tensor output;
    const double seconds = medianSeconds(3, [&] {
        ArrayModel model(shape, numerics);
        for (const auto& beat : schedule.weights) {
            model.push(beat);
        }
        for (const auto& beat : schedule.activations) {
            model.push(beat);
        }
        for (const auto& beat : schedule.parameters) {
            model.push(beat);
        }
        output = collectOutputs(schedule, model.takeOutputs());
    });
    if (output.data != convolve(layer, numerics, input).data) {
        throw std::runtime_error("the array model is wrong");
    }
    return static_cast<double>(schedule.activations.size()) * 256 / seconds;
}

void measure(const Case& test, std::mt19937_64& random) {
    const Numerics numerics = numericsOf(test);
    const ConvLayer layer = layerOf(test, numerics, random);
    Tensor input{test.geometry.inputChannels, test.size, test.size, {}};
    for (std::size_t i = 0; i < input.size(); ++i) {
        input.data.push_back(static_cast<std::uint8_t>(random()));
    }
    Tensor fast;
    const double fastSeconds = medianSeconds(15, [&] { fast = convolve(layer, numerics, input); });
    const double macs =
        static_cast<double>(fast.size()) * static_cast<double>(test.geometry.taps());
    std::printf("%-34s %12.0f %10.2f", test.name.c_str(), macs, macs / fastSeconds * 1e-9);
    Tensor plain;
    const bool isNarrow = numerics.accumulatorBits < 32;
    const double plainSeconds = medianSeconds(3, [&] {
        plain = isNarrow ? convolvePlainLoop<std::int32_t>(layer, numerics, input)
                         : convolvePlainLoop<std::int64_t>(layer, numerics, input);
    });
    if (plain.data != fast.data) {
        throw std::runtime_error("the fast layer is wrong");
    }
    std::printf(" %10.2f %8.1f %10.2f\n", macs / plainSeconds * 1e-9, plainSeconds / fastSeconds,
                throughArray(layer, numerics, input) * 1e-9);
}

void measureAll() {
    std::mt19937_64 random(1);
    std::printf("%-34s %12s %10s %10s %8s %10s\n", "layer", "MAC", "GMAC/s", "plain loop", "ratio",
                "array model");
    const FormatSpec usual{4, 4, true, 8};
    measure({"1x28x28 -> 16, 3x3", usual, geometryOf(1, 16, 3, 1), 28}, random);
    measure({"16x28x28 -> 32, 3x3, stride 2", usual, geometryOf(16, 32, 3, 2), 28}, random);
    measure({"64x56x56 -> 64, 3x3", usual, geometryOf(64, 64, 3, 1), 56}, random);
    measure({"256x14x14 -> 256, 3x3", usual, geometryOf(256, 256, 3, 1), 14}, random);
    measure({"256x56x56 -> 64, 1x1", usual, geometryOf(256, 64, 1, 1), 56}, random);
    measure({"64x28x28 -> 64, 3x3, 6-bit 2^31", {6, 0, false, 8}, geometryOf(64, 64, 3, 1), 28},
            random);
}

}  // namespace

int main() {
    try {
        measureAll();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_golden: %s\n", error.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
