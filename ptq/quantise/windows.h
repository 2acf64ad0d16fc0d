// The windows that a convolution looks through, by their number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "golden/layer/conv.h"
#include "ptq/quantise/float_images.h"

namespace aslog::ptq {

// Of one group of channels. What it refers to must outlive whoever reads the windows.
struct WindowSource {
    const golden::ConvGeometry& geometry;  // of the group
    int firstChannel = 0;                  // of the group, in the images
    int zeroPoint = 0;
    const std::vector<golden::Tensor>& images;  // quantised
    const FloatImages& targets;                 // [image, channel, y, x], in float
    int firstTarget = 0;                        // channel
    std::size_t largestWindows = 0;             // more are left out, evenly and at random places
};

// Windows that are read and summed at once.
constexpr std::size_t kWindowBlock = 2048;

// If there are too many, every so-and-so-many-th, each at an arbitrary but fixed place in its row.
class Windows {
  public:
    explicit Windows(const WindowSource& source);

    const WindowSource& source() const { return source_; }
    std::size_t count() const { return count_; }

    // The activations of windows [first, first + count): one line a tap, in the order of the
    // weights, one byte a window; the zero point for the padding. The line of tap t is at
    // `to` + t * `step`.
    void readInputs(std::size_t first, std::size_t count, std::uint8_t* to, std::size_t step) const;

  private:
    friend class TargetReader;
    std::size_t pixels() const;
    std::size_t placeOf(std::size_t number) const;  // image and pixel in one number
    void padImages();

    WindowSource source_;
    int width_;  // of the output
    int height_;
    std::size_t stride_ = 1;
    std::size_t count_ = 0;
    // The channels of the group with their padding, as far as windows reach.
    int paddedWidth_ = 0;
    int paddedHeight_ = 0;
    std::vector<std::uint8_t> padded_;
};

// What the float network has at the windows; best read in their order.
class TargetReader {
  public:
    // `values`: of the size of the targets. Both must outlive it.
    TargetReader(const Windows& windows, const FloatImages& values)
        : windows_(windows), images_(values) {}

    // At a window: one number an output channel.
    void read(std::size_t number, float* to);

  private:
    const Windows& windows_;
    ImageReader images_;
};

}  // namespace aslog::ptq
