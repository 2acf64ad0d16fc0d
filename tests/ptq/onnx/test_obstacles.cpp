// What stood in the way of networks that people have: each is read, computes what it should before
// and after folding, and is quantised. The wanted numbers come from loops of their own.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "ptq/graph/fold.h"
#include "ptq/graph/head.h"
#include "ptq/graph/image_input.h"
#include "ptq/quantise/quantise.h"
#include "ptq/reference/run.h"
#include "tests/catch.h"
#include "tests/ptq/onnx/model_builder.h"
#include "tests/ptq/onnx/plain_maps.h"

namespace {

using namespace aslog;
using namespace aslog::test;
using ptq::FloatTensor;

constexpr int kSide = 8;
constexpr int kImages = 6;
constexpr std::int64_t kClasses = 3;

/// Image -> Conv, Relu "r" [4 channels] -> obstacle "o" -> mean of each channel -> Gemm "y".
class Obstacle {
  public:
    explicit Obstacle(std::int64_t opset = 13) : model(opset) {
        images = randomTensor(random, {kImages, 3, kSide, kSide});
        stemWeights_ = randomTensor(random, {4, 3, 3, 3});
        stemBias_ = randomTensor(random, {4});
    }

    /// The first layers; without an input type of its own x is [N, 3, 8, 8].
    void stem(const std::string& input = "x") {
        model.constant("stem.w", stemWeights_).constant("stem.b", stemBias_);
        setAttributes(model.node("Conv", {input, "stem.w", "stem.b"}, "c"), "pads", {1, 1, 1, 1});
        model.node("Relu", {"c"}, "r");
    }

    /// The last ones, of a map "o" with so many channels.
    void head(std::int64_t channels) {
        model.node("GlobalAveragePool", {"o"}, "m");
        model.node("Flatten", {"m"}, "f");
        matrix("f", "y", channels);
    }

    void matrix(const std::string& input, const std::string& result, std::int64_t inputs) {
        matrix_ = randomTensor(random, {kClasses, inputs});
        model.constant("matrix", matrix_);
        setAttribute(model.node("Gemm", {input, "matrix"}, result), "transB", std::int64_t{1});
    }

    Map firstConvolution(const Map& image) const {
        return convolved(image, stemWeights_, stemBias_, 1);
    }
    Map stemOf(const Map& image) const {
        return each(firstConvolution(image), [](double x) { return std::max(x, 0.0); });
    }
    Map classesOf(const Map& vector) const {
        return multiplied(vector, matrix_, std::vector<float>(kClasses, 0.0F));
    }

    /// What is wanted of an image; `o` is what the obstacle makes of the map "r".
    void check(const std::function<Map(const Map& r)>& o) {
        checkImages([&](const Map& image) { return classesOf(planeMeans(o(stemOf(image)))); });
    }

    void checkImages(const std::function<Map(const Map& image)>& wanted) {
        if (model.proto().graph().input_size() == 0) {
            model.input("x", {-1, 3, kSide, kSide});
        }
        ptq::Graph graph = model.output("y").graph();
        REQUIRE(ptq::acceptImages(graph, images.shape[1], images.shape[2], images.shape[3]));
        compare(graph, wanted);
        ptq::fold(graph);
        compare(graph, wanted);
        ptq::cutHead(graph);
        ptq::NumberFormat format;
        format.element = "int8_plain";
        const ptq::QuantiseResult result = ptq::Quantiser(graph, images).run(format, {});
        for (const ptq::LayerError& layer : result.layers) {
            INFO(layer.name);
            CHECK((layer.decibel() > 15 || layer.signal == 0));
        }
    }

    ModelBuilder model;
    std::mt19937 random{11};
    FloatTensor images;

  private:
    void compare(const ptq::Graph& graph, const std::function<Map(const Map& image)>& wanted) {
        const FloatTensor found = ptq::run(graph, {images}).at(0);
        const auto pixels = static_cast<std::size_t>(images.shape[2] * images.shape[3]);
        const std::size_t size = static_cast<std::size_t>(images.shape[1]) * pixels;
        std::size_t next = 0;
        for (std::size_t n = 0; n < kImages; ++n) {
            Map image{static_cast<int>(images.shape[1]), static_cast<int>(images.shape[2]),
                      static_cast<int>(images.shape[3])};
            const auto first = images.data.begin() + static_cast<std::ptrdiff_t>(n * size);
            image.data.assign(first, first + static_cast<std::ptrdiff_t>(size));
            for (const double y : wanted(image).data) {
                REQUIRE(next < found.data.size());
                REQUIRE(std::abs(found.data[next++] - y) < 1e-5 * std::max(1.0, std::abs(y)));
            }
        }
        CHECK(next == found.data.size());
    }

    FloatTensor stemWeights_;
    FloatTensor stemBias_;
    FloatTensor matrix_;
};

Map pooled(const Map& x, int size, const std::function<double(const std::vector<double>&)>& f) {
    return mapOf(x.channels, x.height / size, x.width / size, [&](int c, int outY, int outX) {
        std::vector<double> taps;
        for (int i = 0; i < size * size; ++i) {
            taps.push_back(x.at(c, outY * size + i / size, outX * size + i % size));
        }
        return f(taps);
    });
}

double largest(const std::vector<double>& taps) {
    return *std::ranges::max_element(taps);
}

double sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}

}  // namespace

TEST_CASE("Obstacle: a constant with the shape of a map") {
    Obstacle net;
    net.stem();
    const FloatTensor k = randomTensor(net.random, {1, 4, kSide, kSide});
    net.model.constant("k", k);
    const std::string type = GENERATE("Add", "Sub", "Mul");
    net.model.node(type, {"r", "k"}, "o");
    net.head(4);
    net.check([&](const Map& r) {
        return mapOf(4, kSide, kSide, [&](int c, int y, int x) {
            const double other = k.data[static_cast<std::size_t>((c * kSide + y) * kSide + x)];
            return type == "Add"   ? r.at(c, y, x) + other
                   : type == "Sub" ? r.at(c, y, x) - other
                                   : r.at(c, y, x) * other;
        });
    });
}

TEST_CASE("Obstacle: a channel that is the same for all images") {
    Obstacle net;
    net.stem();
    FloatTensor weights = randomTensor(net.random, {3, 4, 1, 1});
    FloatTensor bias = randomTensor(net.random, {3});
    std::fill_n(weights.data.begin(), 4, 0.0F);
    bias.data[0] = 0.5F;
    net.model.constant("w", weights).constant("b", bias);
    net.model.node("Conv", {"r", "w", "b"}, "d");
    net.model.node("Relu", {"d"}, "o");
    net.head(3);
    net.check([&](const Map& r) {
        return each(convolved(r, weights, bias, 0), [](double x) { return std::max(x, 0.0); });
    });
}

TEST_CASE("Obstacle: one spatial dimension") {
    Obstacle net;
    net.images = randomTensor(net.random, {kImages, 2, 1, 12});
    const FloatTensor weights = randomTensor(net.random, {4, 2, 3});
    net.model.input("x", {-1, 2, 12}).constant("w", weights);
    setAttributes(net.model.node("Conv", {"x", "w"}, "c"), "pads", {1, 1});
    net.model.node("Relu", {"c"}, "o");
    net.head(4);
    net.checkImages([&](const Map& image) {
        return net.classesOf(planeMeans(mapOf(4, 1, 12, [&](int m, int, int at) {
            double sum = 0;
            for (int c = 0; c < 2; ++c) {
                for (int k = 0; k < 3; ++k) {
                    const double w = weights.data[static_cast<std::size_t>((m * 2 + c) * 3 + k)];
                    sum += image.isInside(0, at + k - 1) ? w * image.at(c, 0, at + k - 1) : 0;
                }
            }
            return std::max(sum, 0.0);
        })));
    });
}

TEST_CASE("Obstacle: nodes and outputs that nobody reads") {
    Obstacle net;
    net.stem();
    net.model.node("Einsum", {"r"}, "unused");
    net.model.node("Dropout", {"r"}, "o").add_output("mask");
    net.head(4);
    net.check([](const Map& r) { return r; });
}

TEST_CASE("Obstacle: a batch that is fixed to 1") {
    Obstacle net;
    net.model.input("x", {1, 3, kSide, kSide});
    net.stem();
    net.model.node("GlobalAveragePool", {"r"}, "m");
    net.model.integers("shape", {1, GENERATE(4, -1)});
    net.model.node("Reshape", {"m", "shape"}, "f");
    net.matrix("f", "y", 4);
    net.check([](const Map& r) { return r; });
}

TEST_CASE("Obstacle: an input that is a vector of pixels") {
    Obstacle net;
    net.images = randomTensor(net.random, {kImages, 1, 6, 5});
    net.model.input("x", {-1, 30});
    net.matrix("x", "y", 30);
    net.checkImages([&](const Map& image) { return net.classesOf(image); });
}

TEST_CASE("Obstacle: a bias of a Gemm that is one number") {
    Obstacle net;
    net.stem();
    net.model.node("GlobalAveragePool", {"r"}, "m");
    net.model.node("Flatten", {"m"}, "f");
    const FloatTensor weights = randomTensor(net.random, {kClasses, 4});
    net.model.constant("w", weights)
        .constant("b", {GENERATE(ptq::Shape{1}, ptq::Shape{}), {0.25F}});
    auto& gemm = net.model.node("Gemm", {"f", "w", "b"}, "y");
    setAttribute(gemm, "transB", std::int64_t{1});
    setAttribute(gemm, "beta", 2.0F);
    net.checkImages([&](const Map& image) {
        return multiplied(planeMeans(net.stemOf(image)), weights, {0.5F, 0.5F, 0.5F});
    });
}

TEST_CASE("Obstacle: maxima of the whole plane") {
    Obstacle net;
    net.stem();
    const std::string type = GENERATE("GlobalMaxPool", "ReduceMax");
    auto& node = net.model.node(type, {"r"}, "o");
    if (type == "ReduceMax") {
        setAttributes(node, "axes", {2, 3});
    }
    net.head(4);
    net.check([](const Map& r) { return pooled(r, kSide, largest); });
}

TEST_CASE("Obstacle: functions at the end") {
    Obstacle net;
    const std::string type = GENERATE("LogSoftmax", "Sigmoid", "Tanh");
    net.stem();
    net.model.node("Identity", {"r"}, "o");
    net.model.node("GlobalAveragePool", {"o"}, "m");
    net.model.node("Flatten", {"m"}, "f");
    net.matrix("f", "logits", 4);
    net.model.node(type, {"logits"}, "y");
    net.checkImages([&](const Map& image) {
        const Map logits = net.classesOf(planeMeans(net.stemOf(image)));
        double sum = 0;
        for (const double x : logits.data) {
            sum += std::exp(x);
        }
        return each(logits, [&](double x) {
            return type == "Tanh"      ? std::tanh(x)
                   : type == "Sigmoid" ? sigmoid(x)
                                       : x - std::log(sum);
        });
    });
}

TEST_CASE("Obstacle: two slopes") {
    Obstacle net;
    net.stem();
    if (GENERATE(false, true)) {
        net.model.constant("slopes", {{4, 1, 1}, {0.25F, 0.25F, 0.25F, 0.25F}});
        net.model.node("PRelu", {"c", "slopes"}, "o");
    } else {
        setAttribute(net.model.node("LeakyRelu", {"c"}, "o"), "alpha", 0.25F);
    }
    net.head(4);
    net.checkImages([&](const Map& image) {
        return net.classesOf(planeMeans(
            each(net.firstConvolution(image), [](double x) { return x < 0 ? 0.25 * x : x; })));
    });
}

TEST_CASE("Obstacle: Max and Min with a number") {
    Obstacle net;
    net.stem();
    net.model.constant("n", {{1}, {0.75F}}).constant("zero", {{}, {0}});
    const bool isMin = GENERATE(false, true);
    net.model.node(isMin ? "Min" : "Max", {"r", isMin ? "n" : "zero"}, "o");
    net.head(4);
    net.check([isMin](const Map& r) {
        return each(r, [isMin](double x) { return isMin ? std::min(x, 0.75) : std::max(x, 0.0); });
    });
}

TEST_CASE("Obstacle: channels last, at the input and before the matrix") {
    Obstacle net;
    net.model.input("x", {-1, kSide, kSide, 3});
    setAttributes(net.model.node("Transpose", {"x"}, "first"), "perm", {0, 3, 1, 2});
    net.stem("first");
    setAttributes(net.model.node("Transpose", {"r"}, "last"), "perm", {0, 2, 3, 1});
    net.model.node("Flatten", {"last"}, "f");
    net.matrix("f", "y", 4 * kSide * kSide);
    net.checkImages([&](const Map& image) {
        const Map r = net.stemOf(image);
        return net.classesOf(mapOf(4 * kSide * kSide, 1, 1, [&](int i, int, int) {
            return r.at(i % 4, i / 4 / kSide, i / 4 % kSide);
        }));
    });
}

TEST_CASE("Obstacle: newer opsets, with axes as an input") {
    Obstacle net(GENERATE(18, 20, 22));
    net.stem();
    net.model.integers("axes", {2, 3});
    net.model.node("ReduceMean", {"r", "axes"}, "o");
    net.head(4);
    net.check([](const Map& r) { return r; });
}

TEST_CASE("Obstacle: pads before a maximum, and pads below 0") {
    Obstacle net;
    net.stem();
    net.model.constant("least", {{}, {-INFINITY}});
    if (GENERATE(false, true)) {
        net.model.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1});
        net.model.node("Pad", {"r", "pads", "least"}, "p");
        auto& pool = net.model.node("MaxPool", {"p"}, "o");
        setAttributes(pool, "kernel_shape", {2, 2});
        setAttributes(pool, "strides", {2, 2});
        net.head(4);
        net.check([](const Map& r) {
            return mapOf(4, 5, 5, [&](int c, int outY, int outX) {
                double best = -INFINITY;
                for (int i = 0; i < 4; ++i) {
                    const int y = 2 * outY - 1 + i / 2;
                    const int x = 2 * outX - 1 + i % 2;
                    best = r.isInside(y, x) ? std::max(best, r.at(c, y, x)) : best;
                }
                return best;
            });
        });
        return;
    }
    net.model.integers("pads", {0, 0, -1, -2, 0, 0, -3, 1});
    net.model.node("Pad", {"r", "pads"}, "o");
    net.head(4);
    net.check([](const Map& r) {
        return mapOf(4, kSide - 4, kSide - 1, [&](int c, int y, int x) {
            return x + 2 < kSide ? r.at(c, y + 1, x + 2) : 0;
        });
    });
}

TEST_CASE("Obstacle: nearest resizing") {
    Obstacle net;
    net.stem();
    net.model.constant("scales", {{4}, {1, 1, 2, 3}});
    auto& node = net.model.node("Resize", {"r", "", "scales"}, "o");
    setText(node, "coordinate_transformation_mode", "asymmetric");
    setText(node, "nearest_mode", "floor");
    net.head(4);
    net.check([](const Map& r) {
        return mapOf(4, 2 * kSide, 3 * kSide,
                     [&](int c, int y, int x) { return r.at(c, y / 2, x / 3); });
    });
}

TEST_CASE("Obstacle: gates") {
    Obstacle net;
    net.stem();
    const FloatTensor weights = randomTensor(net.random, {4, 4, 1, 1});
    const FloatTensor bias = randomTensor(net.random, {4});
    net.model.constant("w", weights).constant("b", bias);
    const bool isWhole = GENERATE(false, true);
    if (!isWhole) {
        net.model.node("GlobalAveragePool", {"r"}, "squeezed");
    }
    net.model.node("Conv", {isWhole ? "r" : "squeezed", "w", "b"}, "excited");
    net.model.node("Sigmoid", {"excited"}, "gate");
    net.model.node("Mul", {"r", "gate"}, "o");
    net.head(4);
    net.check([&](const Map& r) {
        const Map gate = each(convolved(isWhole ? r : planeMeans(r), weights, bias, 0), sigmoid);
        return mapOf(4, kSide, kSide, [&](int c, int y, int x) {
            return r.at(c, y, x) * (isWhole ? gate.at(c, y, x) : gate.at(c, 0, 0));
        });
    });
}

TEST_CASE("Obstacle: parts and orders of channels") {
    Obstacle net;
    net.stem();
    const std::string kind = GENERATE("Split", "Shuffle", "Gather");
    std::vector<int> order = {2, 3, 0, 1};
    if (kind == "Split") {
        auto& split = net.model.node("Split", {"r"}, "a");
        split.add_output("b");
        setAttribute(split, "axis", std::int64_t{1});
        setAttribute(net.model.node("Concat", {"b", "a"}, "o"), "axis", std::int64_t{1});
    } else if (kind == "Gather") {
        net.model.integers("order", {2, 3, 0, 1});
        setAttribute(net.model.node("Gather", {"r", "order"}, "o"), "axis", std::int64_t{1});
    } else {
        order = {0, 2, 1, 3};
        net.model.integers("groups", {0, 2, 2, kSide, kSide}).integers("map", {0, 4, kSide, kSide});
        net.model.node("Reshape", {"r", "groups"}, "g");
        setAttributes(net.model.node("Transpose", {"g"}, "t"), "perm", {0, 2, 1, 3, 4});
        net.model.node("Reshape", {"t", "map"}, "o");
    }
    net.head(4);
    net.check([&](const Map& r) {
        return mapOf(4, kSide, kSide, [&](int c, int y, int x) {
            return r.at(order[static_cast<std::size_t>(c)], y, x);
        });
    });
}

TEST_CASE("Obstacle: differences, sums and means of several") {
    Obstacle net;
    net.stem();
    const std::string type = GENERATE("Sub", "Sum", "Mean");
    const FloatTensor weights = randomTensor(net.random, {4, 4, 1, 1});
    const FloatTensor bias = randomTensor(net.random, {4});
    net.model.constant("w", weights).constant("b", bias);
    net.model.node("Conv", {"r", "w", "b"}, "d");
    net.model.node(type,
                   type == "Sub" ? std::vector<std::string>{"r", "d"}
                                 : std::vector<std::string>{"r", "d", "r"},
                   "o");
    net.head(4);
    net.check([&](const Map& r) {
        const Map d = convolved(r, weights, bias, 0);
        return mapOf(4, kSide, kSide, [&](int c, int y, int x) {
            const double sum = 2 * r.at(c, y, x) + d.at(c, y, x);
            return type == "Sub" ? r.at(c, y, x) - d.at(c, y, x) : type == "Sum" ? sum : sum / 3;
        });
    });
}
