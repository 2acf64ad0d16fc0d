// The fast layer against the definition, tap by tap: docs/arithmetic.md, sections 4 to 7.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <stdexcept>
#include <vector>

#include "golden/layer/conv.h"
#include "tests/catch.h"
#include "tests/golden/layers.h"

namespace {

using aslog::golden::ConvGeometry;
using aslog::golden::ConvLayer;
using aslog::golden::convolve;
using aslog::golden::convolveNaive;
using aslog::golden::Numerics;
using aslog::golden::Tensor;
using aslog::test::Random;

/// A tiny layer of the default format: one channel, one tap, y = 16 q.
struct OneTap {
    Numerics numerics = aslog::test::numericsFor(
        std::make_shared<aslog::golden::SlogElement>(aslog::golden::FormatSpec{}), 1, false);
    ConvLayer layer;

    OneTap() {
        layer.codes = {numerics.element->encodeValue(16)};
        layer.channels = {{0, {}, 1 << 15, 15 + 4}};  // t / 16
        layer.offsets = {0};
    }
};

}  // namespace

TEST_CASE("Output sizes are those of the usual convolution") {
    ConvGeometry geometry;
    geometry.kernelHeight = 3;
    geometry.kernelWidth = 3;
    CHECK(geometry.outputHeight(28) == 26);
    geometry.padTop = geometry.padBottom = 1;
    CHECK(geometry.outputHeight(28) == 28);
    geometry.strideY = 2;
    CHECK(geometry.outputHeight(28) == 14);
    CHECK(geometry.outputHeight(27) == 14);
    geometry.dilationX = 2;
    CHECK(geometry.outputWidth(28) == 24);
    CHECK(geometry.outputWidth(5) == 1);
    CHECK(geometry.outputWidth(4) == 0);
    CHECK(geometry.taps() == 9);
}

TEST_CASE(
    "The fast layer equals the definition for every element, odd shapes, with and without mu") {
    Random random(5);
    std::size_t comparisons = 0;
    std::set<int> seen;
    for (int activationBits = 4; activationBits <= 8; ++activationBits) {
        for (const auto& element : aslog::test::assortedElements(activationBits)) {
            for (const bool hasMu : {false, true}) {
                const ConvGeometry geometry = aslog::test::randomGeometry(random);
                const Numerics numerics = aslog::test::numericsFor(element, geometry.taps(), hasMu);
                const ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
                const Tensor input =
                    aslog::test::randomInput(random, numerics, geometry.inputChannels,
                                             static_cast<int>(aslog::test::draw(random, 7, 12)),
                                             static_cast<int>(aslog::test::draw(random, 7, 12)));
                const Tensor fast = convolve(layer, numerics, input);
                const Tensor naive = convolveNaive(layer, numerics, input);
                INFO(element->name() << " weight bits " << element->weightBits()
                                     << " activation bits " << activationBits);
                REQUIRE(fast.size() > 0);
                REQUIRE(fast.data == naive.data);
                comparisons += fast.size();
                seen.insert(fast.data.begin(), fast.data.end());
            }
        }
    }
    CHECK(comparisons > 10000);
    CHECK(seen.size() > 200);  // outputs are not all clamped
}

TEST_CASE("Blocks larger than the cache and ragged channel counts are exact") {
    Random random(6);
    const auto element =
        std::make_shared<aslog::golden::SlogElement>(aslog::golden::FormatSpec{4, 4, true, 8});
    for (const int channels : {1, 33, 300}) {
        ConvGeometry geometry;
        geometry.inputChannels = channels;
        geometry.outputChannels = 6;
        geometry.kernelHeight = geometry.kernelWidth = 3;
        geometry.padLeft = geometry.padTop = 1;
        const Numerics numerics = aslog::test::numericsFor(element, geometry.taps(), true);
        const ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
        const Tensor input = aslog::test::randomInput(random, numerics, channels, 9, 11);
        REQUIRE(convolve(layer, numerics, input).data ==
                convolveNaive(layer, numerics, input).data);
    }
}

TEST_CASE("Sums beyond 32 bits are exact although weights and activations have 16") {
    const auto element =
        std::make_shared<aslog::golden::SlogElement>(aslog::golden::FormatSpec{5, 0, true, 8});
    ConvGeometry geometry;
    geometry.inputChannels = 600;
    const Numerics numerics = aslog::test::numericsFor(element, geometry.taps(), false);
    ConvLayer layer;
    layer.geometry = geometry;
    layer.codes.assign(600, element->encodeValue(16384));
    layer.channels = {{0, {}, 1, 1}};
    layer.offsets = {0};
    const Tensor input{600, 1, 1, std::vector<std::uint8_t>(600, 255)};
    CHECK(correctionSums(layer, numerics, input) == std::vector<std::int64_t>{2506752000});
}

TEST_CASE("Offsets may differ for every output, as a residual does") {
    Random random(7);
    const auto element =
        std::make_shared<aslog::golden::SlogElement>(aslog::golden::FormatSpec{4, 4, true, 8});
    ConvGeometry geometry;
    geometry.inputChannels = 3;
    geometry.outputChannels = 5;
    geometry.kernelHeight = 2;
    const Numerics numerics = aslog::test::numericsFor(element, geometry.taps(), false);
    ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
    const Tensor input = aslog::test::randomInput(random, numerics, 3, 6, 7);
    const Tensor constant = convolve(layer, numerics, input);
    layer.offsets.clear();
    for (std::size_t i = 0; i < constant.size(); ++i) {
        layer.offsets.push_back(aslog::test::draw(random, -512, 511));
    }
    const Tensor residual = convolve(layer, numerics, input);
    CHECK(residual.data != constant.data);
    CHECK(residual.data == convolveNaive(layer, numerics, input).data);
}

TEST_CASE("A layer of one tap does what its numbers say") {
    OneTap one;
    const Tensor input{1, 1, 3, {0, 77, 255}};
    CHECK(convolve(one.layer, one.numerics, input).data == std::vector<std::uint8_t>{0, 77, 255});
    one.layer.clamp = {100, 200};
    CHECK(convolve(one.layer, one.numerics, input).data ==
          std::vector<std::uint8_t>{100, 100, 200});
    CHECK(correctionSums(one.layer, one.numerics, input) ==
          std::vector<std::int64_t>{0, 1232, 4080});
}

TEST_CASE("An input that does not fit the layer is refused") {
    const OneTap one;
    CHECK_THROWS_AS(convolve(one.layer, one.numerics, Tensor{2, 1, 1, {0, 0}}),
                    std::invalid_argument);
    CHECK_THROWS_AS(convolve(one.layer, one.numerics, Tensor{1, 1, 2, {0}}), std::invalid_argument);
    CHECK_THROWS_AS(convolve(one.layer, one.numerics, Tensor{1, 0, 0, {}}), std::invalid_argument);
    OneTap narrow;
    narrow.numerics = aslog::test::numericsFor(
        std::make_shared<aslog::golden::SlogElement>(aslog::golden::FormatSpec{4, 4, true, 4}), 1,
        false);
    CHECK_NOTHROW(convolve(narrow.layer, narrow.numerics, Tensor{1, 1, 1, {15}}));
    CHECK_THROWS_AS(convolve(narrow.layer, narrow.numerics, Tensor{1, 1, 1, {16}}),
                    std::invalid_argument);
    OneTap offsets;
    offsets.layer.offsets = {0, 0};
    CHECK_NOTHROW(convolve(offsets.layer, offsets.numerics, Tensor{1, 1, 2, {1, 2}}));
    CHECK_THROWS_AS(convolve(offsets.layer, offsets.numerics, Tensor{1, 1, 3, {1, 2, 3}}),
                    std::invalid_argument);
    OneTap wide;
    wide.numerics.outputBits = 9;
    CHECK_THROWS_AS(convolve(wide.layer, wide.numerics, Tensor{1, 1, 1, {1}}),
                    std::invalid_argument);
}
