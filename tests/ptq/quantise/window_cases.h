// Convolutions with random images and targets, and what goes into each of their windows.
#pragma once

#include <cstddef>
#include <vector>

#include "ptq/quantise/windows.h"
#include "tests/golden/layers.h"

namespace aslog::test {

struct WindowCase {
    golden::ConvGeometry geometry;
    int groups = 1;
    int zeroPoint = 0;
    std::vector<golden::Tensor> images;
    ptq::FloatImages targets;

    std::size_t pixels() const;
    std::size_t windows() const { return images.size() * pixels(); }
    ptq::WindowSource source(int group, std::size_t largest) const;
};

/// `count` images of 9 x 8; the geometry must fit.
WindowCase makeWindowCase(Random& random, const golden::ConvGeometry& geometry, int groups,
                          int count);

/// What one window puts in: its taps in the order of the weights, 0 for the padding.
std::vector<double> tapsOf(const WindowCase& from, int group, std::size_t window);

/// What `tensor`, of the size of the targets, holds there.
double targetOf(const WindowCase& from, const ptq::FloatImages& tensor, int group,
                std::size_t window, int channel);

}  // namespace aslog::test
