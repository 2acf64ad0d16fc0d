// What small networks compute, written down once more as loops over one image.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "ptq/graph/tensor.h"

namespace aslog::test {

/// One image's activations, [channel][y][x]; a vector has one pixel.
struct Map {
    int channels = 0;
    int height = 1;
    int width = 1;
    std::vector<double> data = {};

    double& at(int c, int y, int x) {
        return data[static_cast<std::size_t>((c * height + y) * width + x)];
    }
    double at(int c, int y, int x) const {
        return data[static_cast<std::size_t>((c * height + y) * width + x)];
    }
    bool isInside(int y, int x) const { return y >= 0 && y < height && x >= 0 && x < width; }
};

/// The map of this size whose elements are what `element` says.
Map mapOf(int channels, int height, int width,
          const std::function<double(int c, int y, int x)>& element);

/// f of each element.
Map each(const Map& x, const std::function<double(double)>& f);

/// Weights [M, C, K, K], bias [M], stride 1; `pad` on every side.
Map convolved(const Map& x, const ptq::FloatTensor& weights, const ptq::FloatTensor& bias, int pad);

/// The mean of each channel, as a vector.
Map planeMeans(const Map& x);

/// Weights [M, K] of a vector of K, plus bias.
Map multiplied(const Map& x, const ptq::FloatTensor& weights, const std::vector<float>& bias);

}  // namespace aslog::test
