#include "ptq/quantise/mean_correction.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace aslog::ptq {
namespace {

// A channel's outputs, and images, that are enough.
constexpr std::size_t kEnoughOutputs = std::size_t{1} << 18;
constexpr std::size_t kEnoughImages = 64;
constexpr double kLeastMoving = 0.1;  // of a channel's outputs; damps the correction of sparse ones

}  // namespace

ChannelSums channelSums(const FloatImages& outputs) {
    const auto channels = static_cast<std::size_t>(outputs.shape()[1]);
    const std::size_t pixels = outputs.size() / channels;
    const std::size_t enough = std::max(kEnoughImages, kEnoughOutputs / pixels);
    ChannelSums sums(outputs.images());
    forEachImage(
        outputs,
        [&](std::size_t n, const float* y) {
            for (std::size_t c = 0; c < channels; ++c, y += pixels) {
                sums[n].push_back(std::accumulate(y, y + pixels, 0.0));
            }
        },
        std::max<std::size_t>(1, outputs.images() / enough));
    return sums;
}

void correctMeans(const ChannelSums& wanted, const std::vector<golden::Tensor>& found,
                  const ActivationScale& scale, const golden::ClampRange& clamp,
                  golden::ConvStep& conv) {
    const std::size_t pixels = found.front().data.size() / wanted.front().size();
    std::size_t c = 0;
    for (golden::ConvLayer& layer : conv.groups) {
        for (golden::ChannelParameters& channel : layer.channels) {
            double difference = 0;
            std::size_t all = 0;
            std::size_t moving = 0;  // outputs that the bias moves
            for (std::size_t n = 0; n < found.size(); ++n) {
                if (wanted[n].empty()) {
                    continue;
                }
                const std::uint8_t* q = found[n].data.data() + c * pixels;
                std::int64_t sum = 0;
                for (std::size_t i = 0; i < pixels; ++i) {
                    sum += q[i] - scale.zeroPoint;
                    moving += q[i] > clamp.low && q[i] < clamp.high ? 1 : 0;
                }
                difference += wanted[n][c] / scale.scale - static_cast<double>(sum);
                all += pixels;
            }
            const auto outputs = static_cast<double>(all);
            const double part = std::max(static_cast<double>(moving) / outputs, kLeastMoving);
            const golden::Ratio ratio{channel.scale, channel.shift};
            channel.bias += std::llround(difference / outputs / part / valueOf(ratio));
            ++c;
        }
    }
}

}  // namespace aslog::ptq
