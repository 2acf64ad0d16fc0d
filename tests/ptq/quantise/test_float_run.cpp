// Values that are computed anew each time against the same that are kept.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ptq/quantise/float_run.h"
#include "ptq/quantise/lowering.h"
#include "ptq/reference/run.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/small_networks.h"

namespace {

using namespace aslog;
using namespace aslog::ptq;

std::vector<float> numbersOf(const FloatImages& values) {
    std::vector<float> numbers(values.images() * values.size());
    forEachImage(values, [&](std::size_t n, const float* image) {
        std::copy_n(image, values.size(), numbers.data() + n * values.size());
    });
    return numbers;
}

}  // namespace

TEST_CASE("What is computed anew is what was kept, image by image") {
    const Graph graph = test::assortedNetwork(3);
    const LoweredNetwork network = lower(graph);
    // No whole number of blocks.
    const FloatTensor images = test::smoothImages(5, {2 * kImageBlock + 3, 3, 12, 12});
    std::vector<FloatTensor> wanted(graph.values.size());
    ptq::run(graph, {images}, [&](ValueId id, const FloatTensor& tensor) { wanted[id] = tensor; });

    FloatRun kept(graph, network, images);
    FloatRun computed(graph, network, images, 0);
    std::size_t notKept = 0;
    std::vector<std::size_t> lastReaders(graph.values.size(), network.steps.size());
    for (std::size_t i = 0; i < network.steps.size(); ++i) {
        for (const ValueId id : network.steps[i].inputs) {
            lastReaders[id] = i;
        }
    }
    for (std::size_t i = 0; i < network.steps.size(); ++i) {
        const LoweredStep& step = network.steps[i];
        INFO(step.name);
        kept.run(step);
        computed.run(step);
        for (const ValueId id : {step.sum, step.output}) {
            CHECK(kept.at(id).kept() != nullptr);
            CHECK(kept.at(id).shape() == wanted[id].shape);
            CHECK(computed.at(id).shape() == wanted[id].shape);
            CHECK(numbersOf(kept.at(id)) == wanted[id].data);
            CHECK(numbersOf(computed.at(id)) == wanted[id].data);
            notKept += computed.at(id).kept() == nullptr ? 1 : 0;
        }
        for (const ValueId id : step.inputs) {
            if (lastReaders[id] == i) {
                kept.release(id);
                computed.release(id);
            }
        }
    }
    // All but those behind too many convolutions.
    CHECK(notKept > network.steps.size());
    CHECK(notKept < 2 * network.steps.size());
}

TEST_CASE("A reader gives the images in any order, and each block is computed once in order") {
    constexpr std::int64_t kImages = 2 * kImageBlock + 1;
    int blocks = 0;
    const FloatImages values({kImages, 2}, [&](std::int64_t first, std::int64_t count) {
        ++blocks;
        FloatTensor block{{count, 2}, {}};
        for (std::int64_t n = first; n < first + count; ++n) {
            block.data.insert(block.data.end(), {static_cast<float>(n), static_cast<float>(-n)});
        }
        return block;
    });
    ImageReader reader(values);
    for (std::size_t n = 0; n < values.images(); ++n) {
        CHECK(reader.at(n)[0] == static_cast<float>(n));
        CHECK(reader.at(n)[1] == -static_cast<float>(n));
    }
    CHECK(blocks == 3);
    CHECK(reader.at(0)[0] == 0);
    CHECK(reader.at(values.images() - 1)[0] == static_cast<float>(kImages - 1));
    CHECK(reader.at(kImageBlock)[0] == static_cast<float>(kImageBlock));
}

TEST_CASE("Every other block is visited, in whole") {
    const FloatImages values(filled({4 * kImageBlock + 1, 3}, 1));
    std::vector<int> visits(values.images());
    forEachImage(
        values, [&](std::size_t n, const float*) { ++visits[n]; }, 2);
    for (std::size_t n = 0; n < visits.size(); ++n) {
        CHECK(visits[n] == (n / kImageBlock % 2 == 0 ? 1 : 0));
    }
}
