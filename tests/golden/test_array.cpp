// The array model by itself: docs/architecture.md, "The array".
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "golden/arithmetic/adder_tree.h"
#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/bce.h"
#include "golden/array.h"
#include "tests/catch.h"
#include "tests/golden/layers.h"

namespace {

using aslog::golden::ActivationBeat;
using aslog::golden::ArrayModel;
using aslog::golden::ArrayShape;
using aslog::golden::Code;
using aslog::golden::Element;
using aslog::golden::Numerics;
using aslog::golden::OutputBeat;
using aslog::golden::ParameterBeat;
using aslog::golden::WeightBeat;
using aslog::golden::Window;
using aslog::test::draw;
using aslog::test::Random;

Numerics defaultNumerics() {
    return aslog::test::numericsFor(
        std::make_shared<aslog::golden::SlogElement>(aslog::golden::FormatSpec{}), 64, true);
}

/// t / 2^4.
constexpr std::uint64_t kHalf = std::uint64_t{1} << 15;  // of a scale of 16 bits
constexpr int kShift = 15 + 4;

/// 2 rows, 1 column, 2 slots; a tile in one beat.
struct SmallArray {
    ArrayModel model{ArrayShape{2, 1, 2, 2, 1}, defaultNumerics()};

    WeightBeat weights(std::int64_t row0, std::int64_t row1) const {
        const Element& element = *model.numerics().element;
        return {{element.encodeValue(row0), element.encodeValue(row1)}};
    }
    /// y = t / 2^4 with f = 4: the plain sum of products.
    ParameterBeat plainParameters(std::int64_t sumOffsets) const {
        const Code noMu = model.numerics().muFormat->encode(false, 0);
        const std::int64_t bias = foldBias(model.numerics(), 0, sumOffsets, noMu);
        return {{{kHalf, kShift, 0, bias, noMu}}};
    }
};

}  // namespace

TEST_CASE("A window of two tiles: tiles swap, slots keep their sums apart") {
    SmallArray array;
    array.model.push(array.weights(1, 2));
    array.model.push(array.weights(-4, 8));  // raw of -4 is 4095 - 4 q
    array.model.push(ActivationBeat{{10, 20}, 0, true, false, true});
    array.model.push(ActivationBeat{{1, 1}, 1, true, false, false});
    array.model.push(ActivationBeat{{3, 4}, 0, false, true, true});
    array.model.push(ActivationBeat{{0, 30}, 1, false, true, false});
    CHECK(array.model.takeOutputs().empty());
    array.model.push(array.plainParameters(4095));
    array.model.push(array.plainParameters(4095));

    const std::vector<Window> windows = array.model.takeWindows();
    REQUIRE(windows.size() == 2);
    CHECK(windows[0].slot == 0);
    CHECK(windows[0].accumulators == std::vector<std::uint64_t>{50 + 4095 - 12 + 32});
    CHECK(windows[0].windowSum == 37);
    CHECK(windows[1].slot == 1);
    CHECK(windows[1].accumulators == std::vector<std::uint64_t>{3 + 4095 + 240});
    CHECK(windows[1].windowSum == 32);
    CHECK(array.model.takeOutputs() == std::vector<OutputBeat>{{{70}}, {{243}}});
    CHECK(array.model.takeOutputs().empty());
    CHECK(array.model.takeWindows().empty());
    CHECK(array.model.isIdle());
}

TEST_CASE("Beats wait for what they need, whatever stream comes first") {
    SmallArray array;
    array.model.push(array.plainParameters(0));
    array.model.push(ActivationBeat{{10, 20}, 0, true, true, true});
    array.model.push(ActivationBeat{{1, 1}, 1, true, true, true});
    CHECK(array.model.takeWindows().empty());
    CHECK_FALSE(array.model.isIdle());
    array.model.push(array.weights(1, 2));
    CHECK(array.model.takeOutputs() == std::vector<OutputBeat>{{{50}}});
    array.model.push(array.weights(2, 2));
    CHECK(array.model.takeWindows().size() == 2);
    CHECK(array.model.takeOutputs().empty());
    array.model.push(array.plainParameters(0));
    CHECK(array.model.takeOutputs() == std::vector<OutputBeat>{{{4}}});
    CHECK(array.model.isIdle());
}

TEST_CASE("First drops what the slot held") {
    SmallArray array;
    array.model.push(array.weights(1, 1));
    array.model.push(ActivationBeat{{9, 9}, 0, true, false, true});
    array.model.push(ActivationBeat{{1, 2}, 0, true, true, false});
    CHECK(array.model.takeWindows().at(0).accumulators == std::vector<std::uint64_t>{3});
}

TEST_CASE("The clamp in force when an output is computed is used") {
    SmallArray array;
    array.model.setClamp({0, 40});
    array.model.push(array.weights(1, 2));
    array.model.push(ActivationBeat{{10, 20}, 0, true, true, true});
    array.model.push(array.plainParameters(0));
    CHECK(array.model.takeOutputs() == std::vector<OutputBeat>{{{40}}});
}

TEST_CASE("Accumulators equal the adder tree's sum of raw words for every element") {
    Random random(8);
    for (const auto& element : aslog::test::assortedElements(8)) {
        // A tile's last beat has a row too many, unless elements take two rows each.
        const int rows = element->rows() == 1 ? 5 : 6;
        const ArrayShape shape{rows, 3, 2, 2, 2};
        ArrayModel model(shape, aslog::test::numericsFor(element, 64, false));
        std::vector<std::vector<Code>> columns(3);
        for (int beat = 0; beat < shape.tileBeats(); ++beat) {
            WeightBeat weights;
            for (int i = 0; i < 6; ++i) {
                const auto last = static_cast<std::int64_t>(element->codes().size()) - 1;
                const Code code = element->codes()[static_cast<std::size_t>(draw(random, 0, last))];
                weights.codes.push_back(code);
                columns[static_cast<std::size_t>(i % 3)].push_back(code);
            }
            model.push(weights);
        }
        std::vector<std::uint64_t> expected(3);
        std::uint64_t expectedSum = 0;
        for (int beat = 0; beat < 12; ++beat) {
            ActivationBeat activations{{}, 1, beat == 0, beat == 11, beat == 0};
            for (int row = 0; row < rows; ++row) {
                activations.q.push_back(static_cast<std::uint8_t>(draw(random, 0, 255)));
            }
            for (std::size_t c = 0; c < 3; ++c) {
                const std::vector<Code> codes(columns[c].begin(), columns[c].begin() + rows);
                expected[c] += columnSum(*element, codes, activations.q);
            }
            expectedSum += aslog::golden::activationSum(activations.q);
            model.push(activations);
        }
        const std::vector<Window> windows = model.takeWindows();
        REQUIRE(windows.size() == 1);
        CHECK(windows[0].accumulators == expected);
        CHECK(windows[0].windowSum == expectedSum);
    }
}

TEST_CASE("The last drain step has only the columns that are left") {
    ArrayModel model(ArrayShape{1, 3, 1, 1, 2}, defaultNumerics());
    const Element& element = *model.numerics().element;
    model.push(
        WeightBeat{{element.encodeValue(1), element.encodeValue(2), element.encodeValue(4)}});
    model.push(ActivationBeat{{7}, 0, true, true, true});
    const Code noMu = model.numerics().muFormat->encode(false, 0);
    const ParameterBeat parameters{{{kHalf, kShift, 0, 0, noMu}, {kHalf, kShift, 100, 0, noMu}}};
    model.push(parameters);
    model.push(parameters);
    CHECK(model.takeOutputs() == std::vector<OutputBeat>{{{7, 114}}, {{28}}});
}

TEST_CASE("Malformed beats and undefined results are refused") {
    CHECK_THROWS_AS(ArrayModel(ArrayShape{0, 1, 1, 1, 1}, defaultNumerics()),
                    std::invalid_argument);
    const auto pairs =
        aslog::test::numericsFor(aslog::golden::makeBaseline("int4_pair", 8), 64, false);
    CHECK_NOTHROW(ArrayModel(ArrayShape{2, 1, 1, 1, 1}, pairs));
    CHECK_THROWS_WITH(ArrayModel(ArrayShape{3, 1, 1, 1, 1}, pairs),
                      "3 rows for elements of 2 rows each");
    SmallArray array;
    CHECK_THROWS_AS(array.model.push(WeightBeat{{Code{0}}}), std::invalid_argument);
    CHECK_THROWS_AS(array.model.push(WeightBeat{{Code{0}, Code{16}}}), std::invalid_argument);
    CHECK_THROWS_AS(array.model.push(ActivationBeat{{1}, 0, true, true, true}),
                    std::invalid_argument);
    CHECK_THROWS_AS(array.model.push(ActivationBeat{{1, 1}, 2, true, true, true}),
                    std::invalid_argument);
    CHECK_THROWS_AS(array.model.push(ParameterBeat{}), std::invalid_argument);
    CHECK_THROWS_AS(array.model.push(ActivationBeat{{1, 1}, 0, true, true, false}),
                    std::logic_error);
    SmallArray second;
    second.model.push(second.weights(1, 1));
    CHECK_THROWS_AS(second.model.push(ActivationBeat{{1, 1}, 0, false, true, true}),
                    std::logic_error);
}
