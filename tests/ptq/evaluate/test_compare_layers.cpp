// Layer by layer, a quantised network beside the float one: numbers that can be worked out by hand,
// and float networks that are another network.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "ptq/evaluate/layers.h"
#include "ptq/evaluate/networks.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/evaluate/two_pixels.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using Catch::Matchers::Message;
using support::InputError;
using test::floatNetwork;
using test::inputOf;
using test::integerNetwork;
using tests::TemporaryFolder;

constexpr int kImages = test::kTwoPixelImages;  // more than one batch
constexpr int kPixels = 2;

std::vector<ptq::LayerError> compare(
    const ptq::Graph& graph, const ptq::QuantisedNetwork& network, std::size_t count,
    const ptq::EvaluationProgress& progress = [](auto, auto) {}) {
    const TemporaryFolder folder;
    return ptq::compareLayers(graph, network, test::twoPixelImages(folder), count, progress);
}

// What both layers have to report for the first images.
std::vector<ptq::LayerError> worked(int count) {
    std::vector<ptq::LayerError> errors{{"conv", 0, 0}, {"relu", 0, 0}};
    for (int i = 0; i < count * kPixels; ++i) {
        const double x = inputOf(i);
        const double rounded = 0.5 * std::floor(x / 0.5 + 0.5);
        double wanted = 2 * x + 1;
        double found = 2 * rounded + 1;
        for (ptq::LayerError& error : errors) {
            error.signal += wanted * wanted / (count * kPixels);
            error.noise += (found - wanted) * (found - wanted) / (count * kPixels);
            wanted = std::max(wanted, 0.0);
            found = std::max(found, 0.0);
        }
    }
    return errors;
}

// Pixels and outputs are single precision.
bool isNear(double found, double expected) {
    return std::abs(found - expected) < 1e-5 * expected;
}

}  // namespace

TEST_CASE("Signal and noise of each layer are those of its outputs on the images") {
    for (const int count : {1, 16, 17, kImages}) {
        INFO(count << " images");
        const auto found =
            compare(floatNetwork(), integerNetwork(), static_cast<std::size_t>(count));
        const auto expected = worked(count);
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            CHECK(found[i].name == expected[i].name);
            CHECK(expected[i].noise > 0);
            CHECK(isNear(found[i].signal, expected[i].signal));
            CHECK(isNear(found[i].noise, expected[i].noise));
        }
    }
    // The clamp takes noise away.
    const auto all = worked(kImages);
    CHECK(all[1].noise < all[0].noise);
}

TEST_CASE("More images than the set has are all of them, and progress tells how many are done") {
    std::vector<std::size_t> done;
    const auto found =
        compare(floatNetwork(), integerNetwork(), 1000, [&](std::size_t count, std::size_t all) {
            CHECK(all == kImages);
            done.push_back(count);
        });
    CHECK(done == std::vector<std::size_t>{16, kImages});
    CHECK(isNear(found[0].noise, worked(kImages)[0].noise));
}

TEST_CASE("A float network without a tensor of the quantised one is refused") {
    CHECK_THROWS_MATCHES(compare(floatNetwork(), integerNetwork("middle"), kImages), InputError,
                         Message("the float network has no value \"middle\": it is not the one "
                                 "that was quantised"));
}

TEST_CASE("A float network with another size of a tensor is refused") {
    SECTION("more channels") {
        CHECK_THROWS_MATCHES(compare(floatNetwork(2), integerNetwork(), kImages), InputError,
                             Message("\"y\" has another size in the float network: it is not the "
                                     "one that was quantised"));
    }
    SECTION("a weight of that name, which no image changes") {
        CHECK_THROWS_MATCHES(compare(floatNetwork(), integerNetwork("w"), kImages), InputError,
                             Message("\"w\" has another size in the float network: it is not the "
                                     "one that was quantised"));
    }
}

TEST_CASE("A constant is compared with that of the float network, the same for each image") {
    ptq::Graph graph = floatNetwork();
    graph.values.push_back({"k", ptq::FloatTensor{{1, 1, 1, kPixels}, {0.75F, -2}}});
    ptq::QuantisedNetwork network = integerNetwork();
    golden::NetworkSpec spec = network.network.spec();
    spec.tensors.push_back({"k", 1, 1, kPixels, 4});
    spec.steps.push_back({"k", golden::ConstantStep{{6, 0}}, {}, 3});
    spec.outputs.push_back(3);
    network.network = golden::Network(spec, network.network.numerics());
    network.scales.push_back(0.5);
    const auto found = compare(graph, network, kImages);
    REQUIRE(found.size() == 3);
    // 1 and -2 for 0.75 and -2.
    CHECK(isNear(found[2].signal, (0.75 * 0.75 + 4) / 2));
    CHECK(isNear(found[2].noise, 0.0625 / 2));
    CHECK(isNear(found[0].noise, worked(kImages)[0].noise));
    SECTION("but scores are of one output") {
        CHECK_THROWS_MATCHES(
            ptq::asInference(network), InputError,
            Message("the network has 2 outputs; scores are of one, which has a "
                    "number for each class; of more, --layers compares the noise"));
        graph.outputs.push_back(graph.outputs.front());
        CHECK_THROWS_AS(ptq::asInference(graph), InputError);
    }
}
