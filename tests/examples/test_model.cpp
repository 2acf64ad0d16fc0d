#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "examples/fashion_cnn/model.h"
#include "support/error.h"
#include "tests/catch.h"

namespace aslog::examples {
namespace {

using Catch::Matchers::ContainsSubstring;

std::vector<float> randomFloats(std::size_t count, std::mt19937& random) {
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(static_cast<float>(random() % 2001) / 1000.0F - 1.0F);
    }
    return values;
}

// One output of a convolution, straight from the definition.
double convolveAt(const ConvShape& s, const Tensor& in, std::span<const float> weights, double bias,
                  std::size_t oc, std::size_t oy, std::size_t ox) {
    double sum = bias;
    for (std::size_t ic = 0; ic < s.inChannels; ++ic) {
        for (std::size_t ky = 0; ky < s.kernel; ++ky) {
            for (std::size_t kx = 0; kx < s.kernel; ++kx) {
                const auto y = static_cast<long>(oy * s.stride + ky) - static_cast<long>(s.padding);
                const auto x = static_cast<long>(ox * s.stride + kx) - static_cast<long>(s.padding);
                if (y < 0 || x < 0 || y >= static_cast<long>(in.height) ||
                    x >= static_cast<long>(in.width)) {
                    continue;
                }
                const std::size_t at = (ic * in.height + static_cast<std::size_t>(y)) * in.width +
                                       static_cast<std::size_t>(x);
                const std::size_t tap = ((oc * s.inChannels + ic) * s.kernel + ky) * s.kernel + kx;
                sum += static_cast<double>(weights[tap]) * in.values[at];
            }
        }
    }
    return s.relu ? std::max(sum, 0.0) : sum;
}

FashionCnn oddNetwork(std::mt19937& random) {
    std::vector<ConvShape> layers{{"a", 3, 1, 1, 1, 5, true},
                                  {"b", 5, 2, 2, 5, 7, true},
                                  {"c", 1, 1, 0, 7, 3, false},
                                  {"d", 2, 3, 1, 3, 11, false}};
    std::size_t count = 0;
    for (const ConvShape& layer : layers) {
        count += layer.parameterCount();
    }
    return {{1, 9, 12, 73, 90}, std::move(layers), randomFloats(count, random)};
}

}  // namespace

TEST_CASE("every layer computes the convolution of its input") {
    std::mt19937 random(5);
    const FashionCnn cnn = oddNetwork(random);
    std::vector<std::uint8_t> pixels;
    for (std::size_t i = 0; i < cnn.input().size(); ++i) {
        pixels.push_back(static_cast<std::uint8_t>(random() % 256));
    }
    const std::vector<Tensor> outputs = cnn.forwardAll(pixels);
    REQUIRE(outputs.size() == 4);
    Tensor in = cnn.normalise(pixels);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const Tensor& out = outputs[i];
        REQUIRE(out.values.size() == out.channels * out.height * out.width);
        double worst = 0;
        for (std::size_t p = 0; p < out.values.size(); ++p) {
            const std::size_t oc = p / (out.height * out.width);
            const double expected = convolveAt(cnn.layers()[i], in, cnn.weights(i), cnn.bias(i)[oc],
                                               oc, p / out.width % out.height, p % out.width);
            worst =
                std::max(worst, std::abs(out.values[p] - expected) / (1.0 + std::abs(expected)));
        }
        CAPTURE(cnn.layers()[i].name);
        CHECK(worst < 1e-4);  // single precision sums of up to 125 products
        in = out;
    }
    CHECK(outputs[3].channels == 11);
    CHECK(outputs[3].height == 2);
    CHECK(outputs[3].width == 3);
    CHECK(cnn.forward(pixels) == outputs[3].values);
}

TEST_CASE("an image is normalised by the integer offset and divisor") {
    const FashionCnn cnn({1, 1, 3, 73, 90}, {{"a", 1, 1, 0, 1, 1, false}}, {1.0F, 0.0F});
    const Tensor x = cnn.normalise(std::vector<std::uint8_t>{73, 163, 28});
    CHECK(x.values == std::vector<float>{0.0F, 1.0F, -0.5F});
    CHECK(cnn.classify(std::vector<std::uint8_t>{1, 9, 9}) == 1);
    CHECK_THROWS_WITH(cnn.normalise(std::vector<std::uint8_t>{1, 2}),
                      ContainsSubstring("2 pixels, 3 expected"));
}

TEST_CASE("layers that do not fit each other are refused") {
    const InputShape input{1, 4, 4, 0, 1};
    const std::vector<float> none;
    CHECK_THROWS_WITH(FashionCnn(input, {}, none), ContainsSubstring("no layers"));
    CHECK_THROWS_WITH(FashionCnn(input, {{"a", 1, 1, 0, 2, 1, true}}, none),
                      ContainsSubstring("layer 'a': 2 input channels"));
    CHECK_THROWS_WITH(FashionCnn(input, {{"a", 5, 1, 0, 1, 1, true}}, none),
                      ContainsSubstring("kernel 5 is larger"));
    CHECK_THROWS_WITH(FashionCnn(input, {{"a", 1, 0, 0, 1, 1, true}}, none),
                      ContainsSubstring("at least 1"));
    CHECK_THROWS_WITH(FashionCnn(input, {{"a", 3, 1, 0, 1, 2, true}}, std::vector<float>(19)),
                      ContainsSubstring("20 parameters, 19 found"));
}

TEST_CASE("the images that are classified as labelled are counted") {
    Dataset set;
    set.images = {5, 1, 1, {0, 1, 2, 3, 4}};
    set.labels = {0, 1, 0, 3, 0};
    const Classifier identity = [](auto pixels) { return std::size_t{pixels[0]}; };
    CHECK(countCorrect(identity, set) == 3);
    const Classifier failing = [](auto) -> std::size_t { throw support::Error("broken"); };
    CHECK_THROWS_WITH(countCorrect(failing, set), "broken");
}

}  // namespace aslog::examples
