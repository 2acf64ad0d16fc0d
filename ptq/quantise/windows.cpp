#include "ptq/quantise/windows.h"

#include <algorithm>

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
    padImages();
}

std::size_t Windows::pixels() const {
    return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
}

std::size_t Windows::placeOf(std::size_t number) const {
    return number * stride_ + scattered(number) % stride_;
}

void Windows::padImages() {
    const golden::ConvGeometry& g = source_.geometry;
    paddedHeight_ = (height_ - 1) * g.strideY + (g.kernelHeight - 1) * g.dilationY + 1;
    paddedWidth_ = (width_ - 1) * g.strideX + (g.kernelWidth - 1) * g.dilationX + 1;
    const auto rowSize = static_cast<std::size_t>(paddedWidth_);
    padded_.assign(source_.images.size() * static_cast<std::size_t>(g.inputChannels) *
                       static_cast<std::size_t>(paddedHeight_) * rowSize,
                   static_cast<std::uint8_t>(source_.zeroPoint));
    std::uint8_t* row = padded_.data();
    for (const golden::Tensor& image : source_.images) {
        const int end = std::min(paddedWidth_, g.padLeft + image.width);
        for (int c = source_.firstChannel; c < source_.firstChannel + g.inputChannels; ++c) {
            for (int y = -g.padTop; y < paddedHeight_ - g.padTop; ++y, row += rowSize) {
                if (y < 0 || y >= image.height) {
                    continue;
                }
                for (int x = g.padLeft; x < end; ++x) {
                    row[x] = image.at(c, y, x - g.padLeft);
                }
            }
        }
    }
}

void Windows::readInputs(std::size_t first, std::size_t count, std::uint8_t* to,
                         std::size_t step) const {
    const golden::ConvGeometry& g = source_.geometry;
    const auto width = static_cast<std::size_t>(paddedWidth_);
    const std::size_t plane = static_cast<std::size_t>(paddedHeight_) * width;
    std::vector<const std::uint8_t*> corners(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t place = placeOf(first + i);
        const std::size_t pixel = place % pixels();
        const std::size_t y = pixel / static_cast<std::size_t>(width_);
        const std::size_t x = pixel % static_cast<std::size_t>(width_);
        corners[i] = padded_.data() +
                     place / pixels() * static_cast<std::size_t>(g.inputChannels) * plane +
                     y * static_cast<std::size_t>(g.strideY) * width +
                     x * static_cast<std::size_t>(g.strideX);
    }
    for (int c = 0; c < g.inputChannels; ++c) {
        for (int ky = 0; ky < g.kernelHeight; ++ky) {
            for (int kx = 0; kx < g.kernelWidth; ++kx, to += step) {
                const std::size_t offset = static_cast<std::size_t>(c) * plane +
                                           static_cast<std::size_t>(ky * g.dilationY) * width +
                                           static_cast<std::size_t>(kx * g.dilationX);
                for (std::size_t i = 0; i < count; ++i) {
                    to[i] = corners[i][offset];
                }
            }
        }
    }
}

void TargetReader::read(std::size_t number, float* to) {
    const WindowSource& source = windows_.source();
    const std::size_t pixels = windows_.pixels();
    const std::size_t place = windows_.placeOf(number);
    const float* from = images_.at(place / pixels) +
                        static_cast<std::size_t>(source.firstTarget) * pixels + place % pixels;
    for (int c = 0; c < source.geometry.outputChannels; ++c) {
        to[c] = from[static_cast<std::size_t>(c) * pixels];
    }
}

}  // namespace aslog::ptq
