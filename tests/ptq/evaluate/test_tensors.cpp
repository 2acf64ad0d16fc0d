// Single tensors of a float and an integer network, against numbers worked out by hand.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "ptq/evaluate/networks.h"
#include "ptq/evaluate/tensors.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/evaluate/two_pixels.h"

namespace {

using namespace aslog;
using Catch::Matchers::Message;
using ptq::FloatTensor;
using ptq::Shape;
using support::InputError;
using test::floatNetwork;
using test::inputOf;
using test::integerNetwork;

FloatTensor firstImages(std::size_t count) {
    const tests::TemporaryFolder folder;
    return ptq::batchOf(test::twoPixelImages(folder), 0, count);
}

}  // namespace

TEST_CASE("The tensors of both networks are what their layers compute, of each image in turn") {
    const FloatTensor images = firstImages(3);
    const std::vector<std::string> names{"z", "x", "y"};
    const auto wanted = ptq::tensorsOf(floatNetwork(), names, images);
    const auto found = ptq::tensorsOf(integerNetwork(), names, images);
    REQUIRE(wanted.size() == 3);
    REQUIRE(found.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(wanted[i].shape == Shape{3, 1, 1, 2});
        CHECK(found[i].shape == Shape{3, 1, 1, 2});
        REQUIRE(wanted[i].data.size() == 6);
        REQUIRE(found[i].data.size() == 6);
    }
    for (int i = 0; i < 6; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const float x = inputOf(i);
        const float rounded = 0.5F * std::floor(x / 0.5F + 0.5F);
        CHECK(wanted[1].data[at] == Approx(x));
        CHECK(wanted[2].data[at] == Approx(2 * x + 1).margin(1e-6));
        CHECK(wanted[0].data[at] == Approx(std::max(2 * x + 1, 0.0F)).margin(1e-6));
        CHECK(found[1].data[at] == rounded);
        CHECK(found[2].data[at] == 2 * rounded + 1);
        CHECK(found[0].data[at] == std::max(2 * rounded + 1, 0.0F));
    }
}

TEST_CASE("Beside an integer network the tensors of the float one have its size") {
    ptq::Graph graph = floatNetwork();
    const FloatTensor images = firstImages(2);
    const std::vector<std::string> names{"y"};
    graph.values.push_back({"k", FloatTensor{{1, 2}, {0.75F, -2}}});  // a constant of the network
    ptq::QuantisedNetwork network = integerNetwork();
    golden::NetworkSpec spec = network.network.spec();
    spec.tensors.push_back({"k", 1, 1, 2, 4});
    spec.steps.push_back({"k", golden::ConstantStep{{6, 0}}, {}, 3});
    spec.outputs.push_back(3);
    network.network = golden::Network(spec, network.network.numerics());
    network.scales.push_back(0.5);
    const auto found = ptq::tensorsOf(graph, network, {"k", "y"}, images);
    CHECK(found[0].shape == Shape{2, 1, 1, 2});
    CHECK(found[0].data == std::vector<float>{0.75F, -2, 0.75F, -2});
    CHECK(found[1].data == ptq::tensorsOf(graph, names, images)[0].data);
    CHECK(ptq::tensorsOf(network, {"k"}, images)[0].data == std::vector<float>{1, -2, 1, -2});
    CHECK_THROWS_MATCHES(ptq::tensorsOf(floatNetwork(2), network, names, images), InputError,
                         Message("the float network has no value \"y\" of [2, 1, 1, 2]: it is not "
                                 "the one that was quantised"));
}

TEST_CASE("An unknown tensor is answered with the names that there are") {
    const FloatTensor images = firstImages(1);
    const auto message = Message("no tensor is called \"w\"; there are: x, y, z");
    CHECK_THROWS_MATCHES(ptq::tensorsOf(floatNetwork(), {"y", "w"}, images), InputError, message);
    CHECK_THROWS_MATCHES(ptq::tensorsOf(integerNetwork(), {"w"}, images), InputError, message);
    CHECK_THROWS_MATCHES(ptq::tensorsOf(floatNetwork(), integerNetwork(), {"w"}, images),
                         InputError, message);
}
