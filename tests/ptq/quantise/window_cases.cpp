#include "tests/ptq/quantise/window_cases.h"

#include <cstdint>
#include <random>
#include <utility>

#include "tests/ptq/onnx/model_builder.h"

namespace aslog::test {

std::size_t WindowCase::pixels() const {
    return static_cast<std::size_t>(targets.shape()[2] * targets.shape()[3]);
}

ptq::WindowSource WindowCase::source(int group, std::size_t largest) const {
    return {geometry, group * geometry.inputChannels,  zeroPoint, images,
            targets,  group * geometry.outputChannels, largest};
}

WindowCase makeWindowCase(Random& random, const golden::ConvGeometry& geometry, int groups,
                          int count) {
    const auto zeroPoint = static_cast<int>(draw(random, 0, 255));
    std::mt19937 numbers(7);
    WindowCase result{geometry,
                      groups,
                      zeroPoint,
                      {},
                      ptq::FloatImages(randomTensor(
                          numbers, {count, groups * geometry.outputChannels,
                                    geometry.outputHeight(9), geometry.outputWidth(8)}))};
    const int channels = groups * geometry.inputChannels;
    for (int n = 0; n < count; ++n) {
        golden::Tensor image{channels, 9, 8, {}};
        for (std::size_t i = 0; i < image.size(); ++i) {
            image.data.push_back(static_cast<std::uint8_t>(random()));
        }
        result.images.push_back(std::move(image));
    }
    return result;
}

std::vector<double> tapsOf(const WindowCase& from, int group, std::size_t window) {
    const golden::ConvGeometry& g = from.geometry;
    const golden::Tensor& image = from.images[window / from.pixels()];
    const auto pixel = static_cast<int>(window % from.pixels());
    const int width = static_cast<int>(from.targets.shape()[3]);
    std::vector<double> taps;
    for (int c = 0; c < g.inputChannels; ++c) {
        for (int ky = 0; ky < g.kernelHeight; ++ky) {
            for (int kx = 0; kx < g.kernelWidth; ++kx) {
                const int y = pixel / width * g.strideY - g.padTop + ky * g.dilationY;
                const int x = pixel % width * g.strideX - g.padLeft + kx * g.dilationX;
                const bool isInside = y >= 0 && y < image.height && x >= 0 && x < image.width;
                const int channel = group * g.inputChannels + c;
                taps.push_back(isInside ? image.at(channel, y, x) - from.zeroPoint : 0);
            }
        }
    }
    return taps;
}

double targetOf(const WindowCase& from, const ptq::FloatImages& tensor, int group,
                std::size_t window, int channel) {
    const std::size_t channels = static_cast<std::size_t>(from.targets.shape()[1]);
    const auto c = static_cast<std::size_t>(group * from.geometry.outputChannels + channel);
    const std::size_t image = window / from.pixels();
    return tensor.kept()->data[(image * channels + c) * from.pixels() + window % from.pixels()];
}

}  // namespace aslog::test
