// The convolution by matrix products against its definition, tap by tap.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>

#include "ptq/graph/shapes.h"
#include "ptq/reference/run.h"
#include "tests/catch.h"
#include "tests/ptq/onnx/model_builder.h"

using aslog::test::randomTensor;
using namespace aslog::ptq;

namespace {

Graph convGraph(const Conv& conv, const FloatTensor& weights, const FloatTensor& bias,
                const Shape& input) {
    Graph graph;
    graph.values = {{"x", {}}, {"w", weights}, {"b", bias}, {"y", {}}};
    graph.nodes = {{"conv", conv, {0, 1, 2}, 3}};
    graph.inputs = {{0, input}};
    graph.outputs = {{"y", 3}};
    return graph;
}

// Coordinates of the element at `index`.
Shape coordinates(const Shape& shape, std::int64_t index) {
    Shape result(shape.size());
    for (std::size_t i = shape.size(); i-- > 0; index /= shape[i]) {
        result[i] = index % shape[i];
    }
    return result;
}

// One output of the convolution; all lists of the window are given.
double convolveOne(const Conv& conv, const FloatTensor& x, const FloatTensor& weights,
                   const Shape& place) {
    const std::int64_t outputs = weights.shape[0];
    const std::int64_t taps = elementCount({weights.shape.begin() + 1, weights.shape.end()});
    const std::int64_t group = place[1] / (outputs / conv.groups);
    double sum = 0;
    for (std::int64_t t = 0; t < taps; ++t) {
        const Shape tap = coordinates({weights.shape.begin() + 1, weights.shape.end()}, t);
        std::int64_t index = place[0] * x.shape[1] + group * weights.shape[1] + tap[0];
        bool inside = true;
        for (std::size_t i = 2; i < x.shape.size(); ++i) {
            const std::int64_t at = place[i] * conv.window.strides[i - 2] +
                                    tap[i - 1] * conv.window.dilations[i - 2] -
                                    conv.window.padsBegin[i - 2];
            inside = inside && at >= 0 && at < x.shape[i];
            index = index * x.shape[i] + at;
        }
        if (inside) {
            sum += double{x.data[index]} * weights.data[place[1] * taps + t];
        }
    }
    return sum;
}

// Compares every output for random numbers.
void checkConv(const Conv& conv, const Shape& input, const Shape& weightShape, unsigned seed) {
    std::mt19937 random(seed);
    const FloatTensor x = randomTensor(random, input);
    const FloatTensor weights = randomTensor(random, weightShape);
    const FloatTensor bias = randomTensor(random, {weightShape[0]});
    const FloatTensor y = run(convGraph(conv, weights, bias, input), {x}).at(0);
    REQUIRE_FALSE(y.data.empty());
    double worst = 0;
    for (std::int64_t i = 0; i < std::ssize(y.data); ++i) {
        const Shape place = coordinates(y.shape, i);
        const double expected = convolveOne(conv, x, weights, place) + bias.data[place[1]];
        worst = std::max(worst, std::abs(y.data[i] - expected));
    }
    INFO("input " << shapeText(input) << " weights " << shapeText(weightShape));
    CHECK(worst < 1e-4);
}

}  // namespace

TEST_CASE("Convolutions of one to three dimensions equal the definition") {
    std::mt19937 random(11);
    const auto draw = [&](unsigned low, unsigned high) {
        return static_cast<std::int64_t>(low + random() % (high - low + 1));
    };
    for (unsigned trial = 0; trial < 200; ++trial) {
        Conv conv{{}, draw(1, 3)};
        Shape input = {draw(1, 3), conv.groups * draw(1, 3)};
        Shape weights = {conv.groups * draw(1, 3), input[1] / conv.groups};
        for (std::int64_t i = draw(1, 3); i > 0; --i) {
            const std::int64_t kernel = draw(1, 3);
            weights.push_back(kernel);
            conv.window.dilations.push_back(draw(1, 3));
            conv.window.strides.push_back(draw(1, 3));
            conv.window.padsBegin.push_back(draw(0, 4));
            conv.window.padsEnd.push_back(draw(0, 4));
            input.push_back((kernel - 1) * conv.window.dilations.back() + draw(1, 6));
        }
        checkConv(conv, input, weights, trial);
    }
}

TEST_CASE("A convolution that is computed in several blocks equals the definition") {
    // 64 * 9 taps times 100 * 120 pixels: more than one block of columns.
    const Conv conv{{.kernel = {},
                     .strides = {1, 1},
                     .dilations = {1, 1},
                     .padsBegin = {1, 0},
                     .padsEnd = {1, 2}},
                    1};
    checkConv(conv, {1, 64, 100, 120}, {2, 64, 3, 3}, 12);
}
