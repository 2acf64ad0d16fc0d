// Layer -> streams -> array model -> tensor equals the layer: docs/architecture.md, "Dataflow".
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "compiler/schedule.h"
#include "golden/arithmetic/baselines.h"
#include "tests/catch.h"
#include "tests/golden/layers.h"

namespace {

using aslog::compiler::OutputPlace;
using aslog::compiler::Schedule;
using aslog::compiler::scheduleConv;
using aslog::compiler::WindowOrder;
using aslog::golden::ActivationBeat;
using aslog::golden::ArrayModel;
using aslog::golden::ArrayShape;
using aslog::golden::ConvGeometry;
using aslog::golden::ConvLayer;
using aslog::golden::convolve;
using aslog::golden::Numerics;
using aslog::golden::Tensor;
using aslog::test::draw;
using aslog::test::Random;

/// Pushes the beats of the three streams in a random interleaving.
Tensor runOnArray(const Schedule& schedule, const ArrayShape& shape, const Numerics& numerics,
                  Random& random) {
    ArrayModel model(shape, numerics);
    model.setClamp(schedule.clamp);
    std::size_t weight = 0;
    std::size_t activation = 0;
    std::size_t parameter = 0;
    while (weight < schedule.weights.size() || activation < schedule.activations.size() ||
           parameter < schedule.parameters.size()) {
        const std::int64_t stream = draw(random, 0, 2);
        if (stream == 0 && weight < schedule.weights.size()) {
            model.push(schedule.weights[weight++]);
        } else if (stream == 1 && activation < schedule.activations.size()) {
            model.push(schedule.activations[activation++]);
        } else if (stream == 2 && parameter < schedule.parameters.size()) {
            model.push(schedule.parameters[parameter++]);
        }
    }
    REQUIRE(model.isIdle());
    return collectOutputs(schedule, model.takeOutputs());
}

/// Rows of whole elements.
ArrayShape randomShape(Random& random, int elementRows) {
    const auto size = [&](int high) { return static_cast<int>(draw(random, 1, high)); };
    ArrayShape shape{size(17), size(6), size(9), 1, size(7)};
    shape.rows = aslog::golden::ceilDivide(shape.rows, elementRows) * elementRows;
    shape.weightRows = size(shape.rows);
    return shape;
}

/// Nmax of an array must leave room for the filled rows of elements with K != 0 at q = 0.
std::int64_t tapsWithFill(const ConvGeometry& geometry, const ArrayShape& shape) {
    return (geometry.taps() + shape.rows - 1) / shape.rows * shape.rows;
}

}  // namespace

TEST_CASE("The array computes the layer: odd shapes, all elements, both orders") {
    Random random(9);
    std::size_t comparisons = 0;
    for (int round = 0; round < 4; ++round) {
        for (const auto& element : aslog::test::assortedElements(8 - round)) {
            for (const WindowOrder order : {WindowOrder::grouped, WindowOrder::staggered}) {
                const ConvGeometry geometry = aslog::test::randomGeometry(random);
                const ArrayShape shape = randomShape(random, element->rows());
                const Numerics numerics = aslog::test::numericsFor(
                    element, tapsWithFill(geometry, shape), draw(random, 0, 1) == 1);
                const ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
                const Tensor input = aslog::test::randomInput(
                    random, numerics, geometry.inputChannels, static_cast<int>(draw(random, 7, 9)),
                    static_cast<int>(draw(random, 7, 9)));
                const Schedule schedule = scheduleConv(layer, input, shape, numerics, order);
                const Tensor seen = runOnArray(schedule, shape, numerics, random);
                INFO(element->name() << " rows " << shape.rows << " columns " << shape.columns
                                     << " pixels " << shape.pixels << " lanes " << shape.lanes);
                REQUIRE(seen.size() > 0);
                REQUIRE(seen.data == convolve(layer, numerics, input).data);
                comparisons += seen.size();
            }
        }
    }
    CHECK(comparisons > 5000);
}

TEST_CASE("The array computes the layer for every SLogII format") {
    Random random(10);
    std::size_t layers = 0;
    for (const auto& spec : aslog::golden::SlogFormat::all(8)) {
        const ArrayShape shape{5, 2, 3, 2, 1};
        ConvGeometry geometry;
        geometry.inputChannels = 3;
        geometry.outputChannels = 3;
        geometry.kernelWidth = 3;
        const Numerics numerics = aslog::test::numericsFor(
            std::make_shared<aslog::golden::SlogElement>(spec), geometry.taps(), layers % 2 == 0);
        const ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
        const Tensor input = aslog::test::randomInput(random, numerics, 3, 2, 6);
        const Schedule schedule = scheduleConv(layer, input, shape, numerics);
        REQUIRE(runOnArray(schedule, shape, numerics, random).data ==
                convolve(layer, numerics, input).data);
        ++layers;
    }
    CHECK(layers == 116);
}

TEST_CASE("Grouped order: channel groups, pixel groups, tiles, pixels") {
    Random random(11);
    const Numerics numerics = aslog::test::numericsFor(
        std::make_shared<aslog::golden::SlogElement>(aslog::golden::FormatSpec{}), 10, false);
    ConvGeometry geometry;
    geometry.inputChannels = 10;
    geometry.outputChannels = 5;
    const ArrayShape shape{4, 3, 2, 2, 2};
    const ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
    const Tensor input = aslog::test::randomInput(random, numerics, 10, 1, 3);
    const Schedule schedule = scheduleConv(layer, input, shape, numerics);

    // 2 channel groups x (2 + 1 pixels) x 3 tiles; a tile is loaded in 2 beats for each group of
    // pixels: 2 x 2 x 3 x 2 weight beats. A window drains in 2 steps: 2 x 3 x 2 parameter beats.
    REQUIRE(schedule.activations.size() == 18);
    CHECK(schedule.weights.size() == 24);
    CHECK(schedule.parameters.size() == 12);
    std::vector<int> slots;
    for (std::size_t i = 0; i < 9; ++i) {
        slots.push_back(schedule.activations[i].slot);
        CHECK(schedule.activations[i].first == (i < 2 || i == 6));
        CHECK(schedule.activations[i].last == (i == 4 || i == 5 || i == 8));
        CHECK(schedule.activations[i].swap == (i % 2 == 0 || i > 6));
    }
    CHECK(slots == std::vector<int>{0, 1, 0, 1, 0, 1, 0, 0, 0});
    // Rows without a tap: q = 0 and a positive code, here zero.
    CHECK(schedule.activations[4].q[2] == 0);
    CHECK(schedule.activations[4].q[3] == 0);
    CHECK(schedule.weights[5].codes[0] == numerics.element->fillCode());
    // Columns without a channel have no place: the second group has channels 3 and 4 only.
    CHECK(schedule.places[0].size() == 2);
    CHECK(schedule.places[1].size() == 1);
    CHECK(schedule.places[6][0] == OutputPlace{3, 0, 0});
    CHECK(schedule.places[7].at(0) == std::nullopt);
}

TEST_CASE("A tile that stands is not loaded again") {
    Random random(12);
    const Numerics numerics = aslog::test::numericsFor(
        std::make_shared<aslog::golden::SlogElement>(aslog::golden::FormatSpec{}), 4, false);
    ConvGeometry geometry;
    geometry.inputChannels = 4;
    geometry.outputChannels = 4;
    const ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
    const Tensor input = aslog::test::randomInput(random, numerics, 4, 5, 5);
    const ArrayShape shape{4, 2, 3, 4, 1};
    const Schedule schedule = scheduleConv(layer, input, shape, numerics);
    CHECK(schedule.weights.size() == 2);
    CHECK(std::count_if(schedule.activations.begin(), schedule.activations.end(),
                        [](const ActivationBeat& beat) { return beat.swap; }) == 2);
}

TEST_CASE("Staggered windows end apart from each other, at the cost of few beats' tiles") {
    Random random(13);
    const Numerics numerics = aslog::test::numericsFor(
        std::make_shared<aslog::golden::SlogElement>(aslog::golden::FormatSpec{}), 32, false);
    ConvGeometry geometry;
    geometry.inputChannels = 32;
    const ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
    const Tensor input = aslog::test::randomInput(random, numerics, 32, 8, 8);
    const ArrayShape shape{4, 2, 4, 1, 1};  // 8 tiles, 4 slots
    const Schedule schedule = scheduleConv(layer, input, shape, numerics, WindowOrder::staggered);
    CHECK(schedule.activations.size() == std::size_t{64} * 8);
    std::vector<std::size_t> distances;
    std::size_t sinceLast = 0;
    for (const ActivationBeat& beat : schedule.activations) {
        ++sinceLast;
        if (beat.last) {
            distances.push_back(sinceLast);
            sinceLast = 0;
        }
    }
    // Grouped, three of four windows would end one beat after another. Here each ends 2 tiles of
    // 4 slots later, until the slots run out of pixels.
    REQUIRE(distances.size() == 64);
    distances.resize(61);
    CHECK(*std::min_element(distances.begin(), distances.end()) >= 5);
}

TEST_CASE("The schedule refuses illegal layers and wrong numbers of outputs") {
    Random random(14);
    const ConvGeometry geometry = aslog::test::randomGeometry(random);
    const Numerics numerics = aslog::test::numericsFor(aslog::golden::makeBaseline("int8_dadda", 8),
                                                       geometry.taps(), false);
    const ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
    const Tensor input = aslog::test::randomInput(random, numerics, geometry.inputChannels, 8, 8);
    // Filled rows of this element are not free: a much taller array overflows.
    const int tall = static_cast<int>(4 * geometry.taps());
    CHECK_THROWS_AS(scheduleConv(layer, input, ArrayShape{tall, 1, 1, tall, 1}, numerics),
                    std::invalid_argument);
    CHECK_THROWS_AS(scheduleConv(layer, input, ArrayShape{0, 1, 1, 1, 1}, numerics),
                    std::invalid_argument);
    const Schedule schedule = scheduleConv(layer, input, ArrayShape{1, 1, 1, 1, 1}, numerics);
    CHECK_THROWS_AS(collectOutputs(schedule, {}), std::invalid_argument);
}
