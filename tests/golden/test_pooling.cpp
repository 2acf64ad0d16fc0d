// The taps of pooling windows, against the plainest possible loops.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "golden/arithmetic/baselines.h"
#include "golden/network/network.h"
#include "tests/catch.h"
#include "tests/golden/layers.h"

using namespace aslog::golden;
using namespace aslog::test;
using Catch::Matchers::ContainsSubstring;

namespace {

struct Window {
    int largest = 0;
    int sum = 0;
    int taps = 0;    // inside the input
    int padded = 0;  // inside the input or its padding
};

Window windowAt(const PoolWindow& w, const Tensor& input, int c, int outputY, int outputX) {
    Window window;
    for (int ky = 0; ky < w.kernelHeight; ++ky) {
        for (int kx = 0; kx < w.kernelWidth; ++kx) {
            const int y = outputY * w.strideY + ky * w.dilationY - w.padTop;
            const int x = outputX * w.strideX + kx * w.dilationX - w.padLeft;
            if (y >= 0 && y < input.height && x >= 0 && x < input.width) {
                const int q = input.at(c, y, x);
                window.largest = std::max(window.largest, q);
                window.sum += q;
                ++window.taps;
            }
            window.padded += y < input.height + w.padBottom && x < input.width + w.padRight;
        }
    }
    return window;
}

PoolWindow randomWindow(Random& random) {
    const auto small = [&](int low, int high) { return static_cast<int>(draw(random, low, high)); };
    PoolWindow w;
    for (int* size : {&w.kernelHeight, &w.kernelWidth, &w.strideY, &w.strideX}) {
        *size = small(1, 4);
    }
    for (int* pad : {&w.padTop, &w.padBottom, &w.padLeft, &w.padRight}) {
        *pad = small(0, 3);
    }
    w.dilationY = small(1, 3);
    w.dilationX = small(1, 3);
    return w;
}

// Each number of taps has a ratio of its own, so that a wrong count is seen.
std::vector<Ratio> distinctRatios(const PoolWindow& w) {
    std::vector<Ratio> ratios;
    for (int taps = 1; taps <= w.kernelHeight * w.kernelWidth; ++taps) {
        ratios.push_back({static_cast<std::uint64_t>(60000 / taps), 16});
    }
    return ratios;
}

struct Case {
    PoolWindow window;
    TensorInfo input;
    TensorInfo output;
};

// Outputs may reach beyond the padding, as with ceil_mode.
Case randomCase(Random& random) {
    const auto small = [&](int low, int high) { return static_cast<int>(draw(random, low, high)); };
    return {randomWindow(random),
            {"in", 2, small(1, 7), small(1, 7), 0},
            {"out", 2, small(1, 5), small(1, 5), 0}};
}

bool everyWindowHasTaps(const Case& c, const Tensor& input) {
    for (int y = 0; y < c.output.height; ++y) {
        for (int x = 0; x < c.output.width; ++x) {
            if (windowAt(c.window, input, 0, y, x).taps == 0) {
                return false;
            }
        }
    }
    return true;
}

void checkOutputs(const Case& c, const Tensor& input, const Tensor& most, const Tensor& mean,
                  const Tensor& padded) {
    const std::vector<Ratio> ratios = distinctRatios(c.window);
    const auto meanOf = [&](int sum, int taps) {
        const Ratio& ratio = ratios.at(static_cast<std::size_t>(taps - 1));
        return std::min<int>(255, static_cast<int>(scaleAndRound(sum, ratio.scale, ratio.shift)));
    };
    for (int channel = 0; channel < c.output.channels; ++channel) {
        for (int y = 0; y < c.output.height; ++y) {
            for (int x = 0; x < c.output.width; ++x) {
                const Window wanted = windowAt(c.window, input, channel, y, x);
                CHECK(most.at(channel, y, x) == wanted.largest);
                CHECK(mean.at(channel, y, x) == meanOf(wanted.sum, wanted.taps));
                CHECK(padded.at(channel, y, x) == meanOf(wanted.sum, wanted.padded));
            }
        }
    }
}

}  // namespace

TEST_CASE("Poolings take the taps that the definition names, or refuse windows without any") {
    Random random(8);
    const Numerics numerics = numericsFor(makeBaseline("int8_plain", 8), 1, false);
    int legal = 0;
    int refused = 0;
    for (int trial = 0; trial < 3000; ++trial) {
        const Case c = randomCase(random);
        const Tensor input =
            randomInput(random, numerics, c.input.channels, c.input.height, c.input.width);
        const auto kernel = [&](const Operation& operation) {
            return StepKernel({"pool", operation, {0}, 1}, {c.input}, c.output, numerics);
        };
        if (!everyWindowHasTaps(c, input)) {
            CHECK_THROWS_WITH(kernel(MaxPoolStep{c.window}), ContainsSubstring("no tap inside"));
            ++refused;
            continue;
        }
        const std::vector<Ratio> ratios = distinctRatios(c.window);
        checkOutputs(c, input, kernel(MaxPoolStep{c.window}).run({&input}),
                     kernel(AveragePoolStep{c.window, false, ratios, {0, 255}}).run({&input}),
                     kernel(AveragePoolStep{c.window, true, ratios, {0, 255}}).run({&input}));
        ++legal;
    }
    CHECK(legal > 300);
    CHECK(refused > 500);
}

TEST_CASE("Steps of any size are checked without overflow, delay or memory") {
    const Numerics numerics = numericsFor(makeBaseline("int8_plain", 8), 1, false);
    const auto refused = [&](const Operation& operation, const TensorInfo& input,
                             const TensorInfo& output, const char* what) {
        CHECK_THROWS_WITH(StepKernel({"x", operation, {0}, 1}, {input}, output, numerics),
                          ContainsSubstring(what));
    };
    const int far = INT32_MAX;
    PoolWindow pool;
    pool.kernelHeight = pool.strideY = pool.padTop = pool.dilationY = 4096;
    refused(MaxPoolStep{pool}, {"a", 1, 1, 1, 0}, {"b", 1, far, 1, 0}, "no tap inside");
    CHECK_NOTHROW(StepKernel({"x", MaxPoolStep{}, {0}, 1}, {{"a", 1, 1 << 30, 1, 0}},
                             {"b", 1, 1 << 30, 1, 0}, numerics));

    ConvLayer layer;
    layer.codes = {Code{1}};
    layer.channels = {{}};
    layer.offsets = {0};
    const TensorInfo one{"a", 1, 1, 1, 0};
    const auto conv = [&layer] { return ConvStep{{layer}, {}}; };
    layer.geometry.strideY = 0;
    refused(conv(), one, one, "stride or dilation is 0");
    layer.geometry.strideY = far;
    layer.geometry.padTop = layer.geometry.padBottom = far;
    refused(conv(), one, {"b", 1, 3, 1, 0}, "elements with its padding");
    layer.geometry.strideY = 1;
    refused(conv(), one, {"b", 1, 3, 1, 0}, "its output is not of");
    layer.geometry.padLeft = layer.geometry.padRight = far;
    layer.geometry.dilationX = far;
    refused(conv(), one, {"b", 1, 3, 1, 0}, "its output is not of");
    const TensorInfo wide{"w", 1 << 30, 1, 1, 0};
    CHECK_THROWS_WITH(StepKernel({"x", ConcatStep{{{}, {}, {}, {}}}, {0, 1, 2, 3}, 4},
                                 {wide, wide, wide, wide}, {"b", 1, 1, 1, 0}, numerics),
                      ContainsSubstring("its inputs have 4294967296 channels"));
}
