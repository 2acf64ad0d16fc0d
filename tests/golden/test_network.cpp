// Whole networks in integers: branches, threads, observers.
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "golden/network/network.h"
#include "tests/catch.h"
#include "tests/golden/layers.h"
#include "tests/golden/naive_network.h"
#include "tests/golden/random_steps.h"

namespace {

using namespace aslog::golden;
using aslog::test::naiveTensors;
using aslog::test::Random;
using Catch::Matchers::ContainsSubstring;

Numerics networkNumerics(int activationBits, int outputBits) {
    Numerics numerics = aslog::test::numericsFor(
        std::make_shared<SlogElement>(FormatSpec{4, 4, true, activationBits}), 256, true);
    numerics.outputBits = outputBits;
    return numerics;
}

Tensor randomImage(Random& random, const Network& network) {
    const TensorInfo& info = network.spec().tensors[network.spec().input];
    return aslog::test::randomInput(random, network.numerics(), info.channels, info.height,
                                    info.width);
}

}  // namespace

TEST_CASE("Networks with branches compute what their steps say, one after the other") {
    Random random(1);
    std::size_t kinds = 0;
    std::vector<bool> isSeen(std::variant_size_v<Operation>);
    for (int round = 0; round < 60; ++round) {
        INFO("round " << round);
        const Numerics numerics = networkNumerics(round % 3 == 0 ? 5 : 8, round % 3 == 1 ? 6 : 8);
        const Network network(aslog::test::randomNetwork(random, numerics, 25), numerics);
        const Tensor image = randomImage(random, network);
        const std::vector<Tensor> wanted = naiveTensors(network.spec(), network.numerics(), image);
        REQUIRE(network.run(image).at(0).data == wanted.back().data);
        for (const Step& step : network.spec().steps) {
            kinds += isSeen[step.operation.index()] ? 0 : 1;
            isSeen[step.operation.index()] = true;
        }
    }
    CHECK(kinds == isSeen.size());
}

TEST_CASE("An observer sees every tensor once, in order, with its elements") {
    Random random(2);
    const Numerics numerics = networkNumerics(8, 8);
    const Network network(aslog::test::randomNetwork(random, numerics, 30), numerics);
    const Tensor image = randomImage(random, network);
    const std::vector<Tensor> wanted = naiveTensors(network.spec(), numerics, image);
    std::vector<TensorId> seen;
    const std::vector<Tensor> outputs = network.run(image, [&](TensorId id, const Tensor& tensor) {
        seen.push_back(id);
        CHECK(tensor.data == wanted[id].data);
    });
    std::vector<TensorId> all(network.spec().tensors.size());
    for (TensorId id = 0; id < all.size(); ++id) {
        all[id] = id;  // randomNetwork() numbers tensors as they are made
    }
    CHECK(seen == all);
    REQUIRE(outputs.size() == 1);
    CHECK(outputs[0].data == wanted.back().data);
}

TEST_CASE("Several threads and copies of a network give equal results") {
    Random random(3);
    const Numerics numerics = networkNumerics(8, 8);
    const Network network(aslog::test::randomNetwork(random, numerics, 30), numerics);
    std::vector<Tensor> images;
    std::vector<Tensor> wanted;
    for (int i = 0; i < 8; ++i) {
        images.push_back(randomImage(random, network));
        wanted.push_back(network.run(images.back()).at(0));
    }
    std::vector<std::vector<Tensor>> found(4);
    std::vector<std::thread> threads;
    for (std::vector<Tensor>& results : found) {
        threads.emplace_back([&results, &images, copy = network] {
            for (const Tensor& image : images) {
                results.push_back(copy.run(image).at(0));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const std::vector<Tensor>& results : found) {
        REQUIRE(results.size() == images.size());
        for (std::size_t i = 0; i < images.size(); ++i) {
            CHECK(results[i].data == wanted[i].data);
        }
    }
}

TEST_CASE("A network without steps gives its image, and one may read a tensor twice") {
    const Numerics numerics = networkNumerics(8, 8);
    const TensorInfo info{"x", 1, 1, 2, 3};
    const Tensor image{1, 1, 2, {4, 200}};
    CHECK(Network({{info}, {}, 0, {0}}, numerics).run(image).at(0).data == image.data);
    const TensorInfo twice{"y", 1, 1, 2, 0};
    const Step sum{"sum", AddStep{{2, 2}, 1, {}}, {0, 0}, 1};
    CHECK(Network({{info, twice}, {sum}, 0, {1}}, numerics).run(image).at(0).data ==
          std::vector<std::uint8_t>{2, 255});
    // The output of the network may have readers.
    CHECK(Network({{info, twice}, {sum}, 0, {0}}, numerics).run(image).at(0).data == image.data);
}

TEST_CASE("Several outputs come in their order, each as often as it is named") {
    const Numerics numerics = networkNumerics(8, 8);
    const TensorInfo info{"x", 1, 1, 2, 3};
    const TensorInfo twice{"y", 1, 1, 2, 10};
    const Step sum{"sum", AddStep{{2, 2}, 1, {}}, {0, 0}, 1};
    const Network network({{info, twice}, {sum}, 0, {1, 0, 1}}, numerics);
    const std::vector<Tensor> outputs = network.run({1, 1, 2, {4, 90}});
    REQUIRE(outputs.size() == 3);
    CHECK(outputs[0].data == std::vector<std::uint8_t>{12, 184});
    CHECK(outputs[1].data == std::vector<std::uint8_t>{4, 90});
    CHECK(outputs[2].data == outputs[0].data);
    CHECK(network.answer(outputs) == std::vector<std::int64_t>{2, 174, 1, 87, 2, 174});
}

TEST_CASE("MACs are taps times outputs, group by group") {
    Random random(4);
    const Numerics numerics = networkNumerics(8, 8);
    aslog::test::StepMaker maker(random, numerics);
    const TensorInfo input = maker.tensor(6, 7, 8);
    auto conv = maker.conv(input, 3);
    conv.step.inputs = {0};
    conv.step.output = 1;
    auto pool = maker.maxPool(conv.output);
    pool.step.inputs = {1};
    pool.step.output = 2;
    const Network network({{input, conv.output, pool.output}, {conv.step, pool.step}, 0, {2}},
                          numerics);
    const ConvGeometry& g = std::get<ConvStep>(conv.step.operation).groups.front().geometry;
    const std::int64_t tapsOfAnOutput = std::int64_t{2} * g.kernelHeight * g.kernelWidth;
    CHECK(network.macs() == tapsOfAnOutput * static_cast<std::int64_t>(conv.output.size()));
}

TEST_CASE("Images of another size or with too many bits are refused") {
    const Numerics numerics = networkNumerics(5, 5);
    const Network network({{{"x", 2, 3, 4, 0}}, {}, 0, {0}}, numerics);
    const Tensor good{2, 3, 4, std::vector<std::uint8_t>(24, 31)};
    CHECK(network.run(good).at(0).data == good.data);
    Tensor image{2, 4, 3, good.data};
    CHECK_THROWS_WITH(network.run(image), ContainsSubstring("2x3x4, found are 2x4x3"));
    image = good;
    image.data.pop_back();
    CHECK_THROWS_AS(network.run(image), std::invalid_argument);
    image = good;
    image.data.back() = 32;
    CHECK_THROWS_WITH(network.run(image), ContainsSubstring("more than 5 bits"));
}
