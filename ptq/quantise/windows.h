// The windows that a convolution looks through, by their number.
#pragma once

#include <cstddef>
#include <vector>

#include "golden/layer/conv.h"
#include "ptq/graph/tensor.h"

namespace aslog::ptq {

// Of one group of channels. What it refers to must outlive whoever reads the windows.
struct WindowSource {
    const golden::ConvGeometry& geometry;  // of the group
    int firstChannel = 0;                  // of the group, in the images
    int zeroPoint = 0;
    const std::vector<golden::Tensor>& images;  // quantised
    const FloatTensor& targets;                 // [image, channel, y, x], in float
    int firstTarget = 0;                        // channel
    std::size_t largestWindows = 0;             // more are left out, evenly and at random places
};

// Windows that are summed in single precision, before they join sums in double precision.
constexpr int kWindowBlock = 1024;

// If there are too many, every so-and-so-many-th, each at an arbitrary but fixed place in its row.
class Windows {
  public:
    explicit Windows(const WindowSource& source);

    const WindowSource& source() const { return source_; }
    std::size_t count() const { return count_; }

    // The inputs of a window in steps, one a tap in the order of the weights: 0 for the padding.
    void readInputs(std::size_t number, float* to) const;

    // What `tensor`, of the size of the targets, holds there: one number an output channel.
    void readTargets(std::size_t number, const FloatTensor& tensor, float* to) const;

  private:
    std::size_t pixels() const;
    std::size_t placeOf(std::size_t number) const;  // image and pixel in one number

    WindowSource source_;
    int width_;
    int height_;
    std::size_t stride_ = 1;
    std::size_t count_ = 0;
};

}  // namespace aslog::ptq
