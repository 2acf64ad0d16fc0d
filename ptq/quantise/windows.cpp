#include "ptq/quantise/windows.h"

#include <algorithm>
#include <cstdint>

namespace aslog::ptq {
namespace {

// Any bits that depend on the number alone (a step of splitmix64).
std::size_t scattered(std::uint64_t number) {
    number += 0x9e3779b97f4a7c15;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
    return static_cast<std::size_t>(number ^ (number >> 27));
}

}  // namespace

Windows::Windows(const WindowSource& source)
    : source_(source),
      width_(source.geometry.outputWidth(source.images.front().width)),
      height_(source.geometry.outputHeight(source.images.front().height)) {
    const std::size_t all = source.images.size() * pixels();
    const std::size_t largest = std::max<std::size_t>(1, source.largestWindows);
    stride_ = std::max<std::size_t>(1, (all + largest - 1) / largest);
    count_ = all / stride_;
}

std::size_t Windows::pixels() const {
    return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
}

std::size_t Windows::placeOf(std::size_t number) const {
    return number * stride_ + scattered(number) % stride_;
}

void Windows::readInputs(std::size_t number, float* to) const {
    const std::size_t place = placeOf(number);
    const golden::Tensor& image = source_.images[place / pixels()];
    const auto pixel = static_cast<int>(place % pixels());
    const golden::ConvGeometry& g = source_.geometry;
    const int y = pixel / width_ * g.strideY - g.padTop;
    const int x = pixel % width_ * g.strideX - g.padLeft;
    for (int c = 0; c < g.inputChannels; ++c) {
        for (int ky = 0; ky < g.kernelHeight; ++ky) {
            const int row = y + ky * g.dilationY;
            for (int kx = 0; kx < g.kernelWidth; ++kx) {
                const int column = x + kx * g.dilationX;
                const bool isInside =
                    row >= 0 && row < image.height && column >= 0 && column < image.width;
                *to++ = isInside
                            ? static_cast<float>(image.at(source_.firstChannel + c, row, column) -
                                                 source_.zeroPoint)
                            : 0.0F;
            }
        }
    }
}

void Windows::readTargets(std::size_t number, const FloatTensor& tensor, float* to) const {
    const std::size_t place = placeOf(number);
    const auto channels = static_cast<std::size_t>(tensor.shape[1]);
    const std::size_t first =
        place / pixels() * channels + static_cast<std::size_t>(source_.firstTarget);
    const float* from = tensor.data.data() + first * pixels() + place % pixels();
    for (int c = 0; c < source_.geometry.outputChannels; ++c) {
        to[c] = from[static_cast<std::size_t>(c) * pixels()];
    }
}

}  // namespace aslog::ptq
