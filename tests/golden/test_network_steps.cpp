// Every step of a network against its definition: docs/arithmetic.md, section 10.
#include <algorithm>
#include <functional>
#include <vector>

#include "golden/arithmetic/integers.h"
#include "golden/network/network.h"
#include "tests/catch.h"
#include "tests/golden/layers.h"
#include "tests/golden/naive_network.h"
#include "tests/golden/random_steps.h"

namespace {

using namespace aslog::golden;
using aslog::test::draw;
using aslog::test::naiveRatio;
using aslog::test::NaiveStep;
using aslog::test::Random;
using aslog::test::StepCase;
using aslog::test::StepMaker;

constexpr int kRounds = 400;  // of each kind of step

Numerics smallNumerics(Random& random, int activationBits, int outputBits) {
    const auto& elements = aslog::test::assortedElements(activationBits);
    const auto& element =
        elements[static_cast<std::size_t>(draw(random, 0, std::ssize(elements) - 1))];
    Numerics numerics = aslog::test::numericsFor(element, 128, draw(random, 0, 1) == 0);
    numerics.outputBits = outputBits;
    return numerics;
}

void checkCase(Random& random, const Numerics& numerics, const StepCase& test) {
    std::vector<Tensor> tensors;
    std::vector<const Tensor*> inputs;
    for (const TensorInfo& info : test.inputs) {
        tensors.push_back(
            aslog::test::randomInput(random, numerics, info.channels, info.height, info.width));
    }
    for (const Tensor& tensor : tensors) {
        inputs.push_back(&tensor);
    }
    const StepKernel kernel(test.step, test.inputs, test.output, numerics);
    const Tensor output = kernel.run(inputs);
    REQUIRE(output.channels == test.output.channels);
    REQUIRE(output.height == test.output.height);
    REQUIRE(output.width == test.output.width);
    REQUIRE(output.data ==
            NaiveStep{test.step, test.inputs, test.output, numerics}.run(inputs).data);
}

/// Steps of all widths: 8 bits, 4 bits, outputs narrower than activations.
void checkRandomSteps(const std::function<StepCase(StepMaker&, Random&)>& make) {
    Random random(1);
    for (int round = 0; round < kRounds; ++round) {
        INFO("round " << round);
        const int activationBits = round % 4 == 0 ? 4 : 8;
        const Numerics numerics =
            smallNumerics(random, activationBits, round % 4 == 1 ? 6 : activationBits);
        StepMaker maker(random, numerics);
        checkCase(random, numerics, make(maker, random));
    }
}

const std::vector<Ratio> kCornerRatios = [] {
    std::vector<Ratio> ratios;
    for (const std::uint64_t scale : {0U, 1U, 32768U, 65535U}) {
        for (const int shift : {1, 2, 15, 16, 17, 24, kRatioShiftMax}) {
            ratios.push_back({scale, shift});
        }
    }
    return ratios;
}();

}  // namespace

TEST_CASE("Convolutions are those of their definition, whole, grouped and depthwise") {
    checkRandomSteps([](StepMaker& maker, Random& random) {
        const auto groups = static_cast<int>(draw(random, 1, 3));
        const auto eachGroup = static_cast<int>(draw(random, 1, 3));
        const auto size = [&] { return static_cast<int>(draw(random, 1, 9)); };
        return maker.conv(maker.tensor(groups * eachGroup, size(), size()), groups);
    });
}

TEST_CASE("Convolutions with a residual are those of their definition") {
    checkRandomSteps([](StepMaker& maker, Random& random) {
        const auto groups = static_cast<int>(draw(random, 1, 3));
        StepCase test = maker.conv(maker.tensor(groups * 2, 5, 6), groups);
        maker.addResidual(test);
        return test;
    });
}

TEST_CASE("Sums, poolings and concatenations are those of their definitions") {
    SECTION("sum") {
        checkRandomSteps([](StepMaker& maker, Random& /*random*/) {
            const TensorInfo a = maker.tensor();
            return maker.add(a, maker.tensor(a.channels, a.height, a.width));
        });
    }
    SECTION("product") {
        checkRandomSteps([](StepMaker& maker, Random& random) {
            const TensorInfo a = maker.tensor();
            const auto part = [&](int size) { return draw(random, 0, 2) == 0 ? 1 : size; };
            return maker.multiply(a, maker.tensor(part(a.channels), part(a.height), part(a.width)));
        });
    }
    SECTION("maximum") {
        checkRandomSteps(
            [](StepMaker& maker, Random& /*random*/) { return maker.maxPool(maker.tensor()); });
    }
    SECTION("mean") {
        checkRandomSteps(
            [](StepMaker& maker, Random& /*random*/) { return maker.averagePool(maker.tensor()); });
    }
    SECTION("concatenation of three") {
        checkRandomSteps([](StepMaker& maker, Random& random) {
            const TensorInfo a = maker.tensor();
            const auto more = [&] {
                return maker.tensor(static_cast<int>(draw(random, 1, 4)), a.height, a.width);
            };
            return maker.concat({a, more(), more()});
        });
    }
}

TEST_CASE("Steps that move or limit elements are those of their definitions") {
    using Make = StepCase (StepMaker::*)(const TensorInfo&);
    const Make make = GENERATE(&StepMaker::pad, &StepMaker::slice, &StepMaker::reshape,
                               &StepMaker::clamp, &StepMaker::widen, &StepMaker::transpose);
    checkRandomSteps(
        [make](StepMaker& maker, Random& /*random*/) { return (maker.*make)(maker.tensor()); });
}

TEST_CASE("Constants are what they say") {
    checkRandomSteps([](StepMaker& maker, Random& /*random*/) { return maker.constant(); });
}

TEST_CASE("A product counts from the zero points, and rounds half up") {
    Random random(4);
    const Numerics numerics = smallNumerics(random, 8, 8);
    const TensorInfo a{"a", 2, 1, 3, 10};
    const TensorInfo gate{"g", 2, 1, 1, 4};
    const TensorInfo y{"y", 2, 1, 3, 20};
    const Tensor x{2, 1, 3, {10, 11, 9, 255, 0, 13}};
    const Tensor g{2, 1, 1, {5, 2}};
    const auto product = [&](const MultiplyStep& step) {
        return StepKernel({"p", step, {}, 0}, {a, gate}, y, numerics).run({&x, &g}).data;
    };
    // 0, 1, -1 and 245, -10, 3 times -2; a half of each: 0, 0.5, -0.5 and -245, 10, -3.
    CHECK(product({{1, 1}, {0, 255}}) == std::vector<std::uint8_t>{20, 21, 20, 0, 30, 17});
    CHECK(product({{1, 1}, {18, 21}}) == std::vector<std::uint8_t>{20, 21, 20, 18, 21, 18});
}

TEST_CASE("A step that widens repeats, or puts zeros between") {
    Random random(5);
    const Numerics numerics = smallNumerics(random, 8, 8);
    const Tensor x{1, 2, 2, {1, 2, 3, 4}};
    const auto widened = [&](const WidenStep& step, int height, int width) {
        const TensorInfo in{"a", 1, 2, 2, 9};
        const TensorInfo out{"b", 1, height, width, 9};
        return StepKernel({"w", step, {}, 0}, {in}, out, numerics).run({&x}).data;
    };
    CHECK(widened({{1, 2}, true}, 2, 4) == std::vector<std::uint8_t>{1, 1, 2, 2, 3, 3, 4, 4});
    CHECK(widened({{2, 3}, false}, 3, 4) ==
          std::vector<std::uint8_t>{1, 9, 9, 2, 9, 9, 9, 9, 3, 9, 9, 4});
}

TEST_CASE("A residual is rescaled, and saturated to a legal offset, at every corner") {
    int saturated = 0;
    for (const Ratio& ratio : kCornerRatios) {
        for (const int zeroPoint : {0, 1, 128, 255}) {
            for (const int outputZeroPoint : {0, 7, 255}) {
                for (int q = 0; q < 256; ++q) {
                    const std::int64_t r = residualOf(q, zeroPoint, ratio, outputZeroPoint, 8);
                    const auto exact = static_cast<std::int64_t>(naiveRatio(q - zeroPoint, ratio));
                    const std::int64_t offset =
                        std::clamp<std::int64_t>(exact + outputZeroPoint, -512, 511);
                    REQUIRE(r + outputZeroPoint == offset);
                    saturated += r != exact ? 1 : 0;
                }
            }
        }
    }
    CHECK(saturated > 1000);
}

TEST_CASE("Sums, means and concatenations hold at every corner of their ratios") {
    Random random(2);
    const Numerics numerics = smallNumerics(random, 8, 8);
    StepMaker maker(random, numerics);
    for (const Ratio& ratio : kCornerRatios) {
        for (const int zeroPoint : {0, 100, 255}) {
            INFO(ratio.scale << " / 2^" << ratio.shift << ", zero point " << zeroPoint);
            TensorInfo a = maker.tensor(2, 12, 12);
            a.zeroPoint = zeroPoint;
            StepCase add = maker.add(a, maker.tensor(2, 12, 12));
            auto& sum = std::get<AddStep>(add.step.operation);
            sum.scales[0] = ratio.scale;
            sum.shift = ratio.shift;
            checkCase(random, numerics, add);
            StepCase product = maker.multiply(a, maker.tensor(2, 1, 1));
            std::get<MultiplyStep>(product.step.operation).ratio = ratio;
            checkCase(random, numerics, product);
            StepCase mean = maker.averagePool(a);
            auto& ratios = std::get<AveragePoolStep>(mean.step.operation).ratios;
            std::fill(ratios.begin(), ratios.end(), ratio);
            checkCase(random, numerics, mean);
            StepCase concat = maker.concat({a, a});
            std::get<ConcatStep>(concat.step.operation).ratios[0] = ratio;
            checkCase(random, numerics, concat);
        }
    }
}

TEST_CASE("A mean counts the padding or not, but never what lies beyond it") {
    // One row 10 20 30, padded by 1 on both sides; windows of 2, the third reaches beyond.
    PoolWindow window;
    window.kernelWidth = window.strideX = 2;
    window.padLeft = window.padRight = 1;
    const Tensor row{1, 1, 3, {10, 20, 30}};
    const TensorInfo input{"a", 1, 1, 3, 0};
    const TensorInfo output{"b", 1, 1, 2, 0};
    Random random(3);
    const Numerics numerics = smallNumerics(random, 8, 8);
    const auto means = [&](bool countsPadding, const TensorInfo& size) {
        const AveragePoolStep step{window, countsPadding, {{1 << 15, 15}, {1 << 15, 16}}, {}};
        return StepKernel({"mean", step, {}, 0}, {input}, size, numerics).run({&row}).data;
    };
    CHECK(means(false, output) == std::vector<std::uint8_t>{10, 25});
    CHECK(means(true, output) == std::vector<std::uint8_t>{5, 25});
    window.padLeft = 0;
    window.padRight = 1;
    CHECK(means(true, output) == std::vector<std::uint8_t>{15, 15});
    window.padRight = 0;
    CHECK(means(true, output) == std::vector<std::uint8_t>{15, 30});
}
