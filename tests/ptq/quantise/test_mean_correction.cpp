// Biases that make the means behind a clamp right.
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "ptq/quantise/mean_correction.h"
#include "tests/catch.h"

namespace {

using namespace aslog;
using namespace aslog::ptq;

constexpr int kPixels = 100;

/// An output of one channel that lies below, inside and at the end of a clamp of 10 ... 250.
golden::Tensor outputs(int below, int inside, int atEnd) {
    golden::Tensor tensor{1, 1, kPixels, {}};
    tensor.data.assign(static_cast<std::size_t>(below), 10);
    tensor.data.insert(tensor.data.end(), static_cast<std::size_t>(inside), 60);
    tensor.data.insert(tensor.data.end(), static_cast<std::size_t>(atEnd), 250);
    return tensor;
}

/// One channel with a ratio of 1/4, whose bias is 1000.
golden::ConvStep oneChannel() {
    golden::ConvLayer layer;
    layer.channels.push_back({1000, {}, 1, 2});
    golden::ConvStep conv;
    conv.groups.push_back(std::move(layer));
    return conv;
}

}  // namespace

TEST_CASE("A bias moves by what is missing, over the part of the outputs that it moves") {
    const ActivationScale scale{0.5, 10};
    golden::ConvStep conv = oneChannel();
    // Half of the outputs lie inside; they are 50 steps above the zero point, those at the end 240.
    const golden::Tensor found = outputs(30, 50, 20);
    const double mean = 0.5 * 50 + 0.2 * 240;
    // 3 steps too small on average: 6 steps of those that move, 24 in sums.
    correctMeans({{scale.scale * (mean + 3) * kPixels}}, {found}, scale, {10, 250}, conv);
    CHECK(conv.groups[0].channels[0].bias == 1024);
    // The image without sums does not count; its tensor may be empty.
    correctMeans({{scale.scale * mean * kPixels}, {}}, {found, {}}, scale, {10, 250}, conv);
    CHECK(conv.groups[0].channels[0].bias == 1024);
    // Few that move do not drive the bias out of all bounds: as if a tenth did.
    correctMeans({{scale.scale * (0.01 * 50 + 1) * kPixels}}, {outputs(99, 1, 0)}, scale, {10, 250},
                 conv);
    CHECK(conv.groups[0].channels[0].bias == 1024 + 4 * 10);
}

TEST_CASE("Sums of channels; of large outputs those of 64 images at least, spread over all") {
    FloatTensor small{{3, 2, 1, 2}, {1, 2, 10, 20, 3, 4, 30, 40, 5, 6, 50, 60}};
    const ChannelSums sums = channelSums(FloatImages(std::move(small)));
    CHECK(sums == ChannelSums{{3, 30}, {7, 70}, {11, 110}});

    const std::int64_t images = 200;
    int computed = 0;
    const ChannelSums some = channelSums(
        FloatImages({images, 1, 64, 64}, [&](std::int64_t /*first*/, std::int64_t count) {
            ++computed;
            return filled({count, 1, 64, 64}, 1);
        }));
    REQUIRE(some.size() == images);
    std::size_t looked = 0;
    for (std::size_t n = 0; n < some.size(); ++n) {
        CHECK(some[n].empty() == (n / kImageBlock % 3 != 0));
        looked += some[n].size();
    }
    CHECK(looked >= 64);
    CHECK(looked < images);
}
