// Which layers get two codes a weight without being named.
#include <algorithm>
#include <cstddef>
#include <string>

#include "ptq/quantise/choose_doubled.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/quantise_cases.h"
#include "tests/ptq/quantise/small_networks.h"

namespace {

using namespace aslog;
using namespace aslog::test;

ptq::DoubledChoice choose(const ptq::Graph& graph, const ptq::FloatTensor& images, double budget) {
    ptq::NumberFormat format = usualFormat();
    format.slog.droppedBits = 3;
    return ptq::chooseDoubled(graph, images, format, {}, budget, {});
}

}  // namespace

TEST_CASE("Layers are doubled within the budget, and only if the network comes nearer to float") {
    SmallNetwork net(5);
    net.conv("x", "first", {3, 6, 3, 1, 1}).node("Relu", {"first"}, "r");
    net.conv("r", "second", {6, 4, 3, 1, 1});
    const ptq::Graph graph = net.graph({-1, 3, 10, 10}, "second");
    const ptq::FloatTensor images = smoothImages(1, {24, 3, 10, 10});
    const ptq::DoubledChoice all = choose(graph, images, 1);
    REQUIRE_FALSE(all.layers.empty());
    CHECK(all.moreMacs <= 1);
    CHECK(all.after < all.before);
    CHECK(all.images == 24);
    const ptq::DoubledChoice none = choose(graph, images, 0.01);
    CHECK(none.layers.empty());
    CHECK(none.after == none.before);
    CHECK(none.before == all.before);
}

TEST_CASE("A layer that can not have two codes is not chosen") {
    // The shift of one channel stays behind the padding: a layer of one tap, the cheapest of all.
    SmallNetwork net(7);
    net.batchNorm("x", "norm", 1).conv("norm", "second", {1, 6, 3, 1, 1});
    const ptq::Graph graph = net.graph({-1, 1, 10, 10}, "second");
    const ptq::Quantiser quantiser(graph, smoothImages(2, {8, 1, 10, 10}));
    const auto& steps = quantiser.lowered().steps;
    REQUIRE(std::ranges::any_of(steps, [](const auto& step) { return step.name == "norm"; }));
    const ptq::DoubledChoice choice = choose(graph, smoothImages(2, {8, 1, 10, 10}), 1);
    CHECK(std::ranges::find(choice.layers, "norm") == choice.layers.end());
}
