// Turns the float CNN into integer layers for an array of any widths.
// Arithmetic: docs/arithmetic.md, sections 4 to 7. Activations have one scale and zero point per
// tensor, weights one scale per output channel; there is no retraining.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "examples/fashion_cnn/model.h"
#include "golden/conv.h"
#include "golden/numerics.h"

namespace aslog::examples {

// How the integers q of a tensor stand for real numbers: x = scale·(q - zeroPoint), 0 … high.
struct ActivationRange {
    double scale = 1;
    int zeroPoint = 0;
    int high = 255;
};

class QuantisedCnn {
  public:
    // `ranges`: of the input and of the output of each layer.
    QuantisedCnn(InputShape input, golden::Numerics numerics, std::vector<golden::ConvLayer> layers,
                 std::vector<ActivationRange> ranges);

    const golden::Numerics& numerics() const { return numerics_; }
    const std::vector<golden::ConvLayer>& layers() const { return layers_; }
    const std::vector<ActivationRange>& ranges() const { return ranges_; }

    // What the first layer reads; with 8-bit activations the pixels themselves.
    golden::Tensor quantiseInput(std::span<const std::uint8_t> pixels) const;

    // The output of every layer by the golden model; the last are the class scores.
    std::vector<golden::Tensor> forwardAll(std::span<const std::uint8_t> pixels) const;

    // Index of the largest score, the first one of equals.
    std::size_t classify(std::span<const std::uint8_t> pixels) const;

  private:
    InputShape input_;
    golden::Numerics numerics_;
    std::vector<golden::ConvLayer> layers_;
    std::vector<ActivationRange> ranges_;
};

// Quantises for the element and the widths of `numerics`; the numerics must hold the largest layer
// (maxTaps) and at most 8 activation and output bits.
//   activations  a clipping range of least square error over the `calibration` images; the input
//                has a zero point above 0, outputs behind a ReLU have zero point 0
//   weights      the nearest value that the element has with both signs, a tie to the smaller
//                magnitude; the channel's scale is the one of least square error among those that
//                M_c and s_c can express
//   mu_c         the code nearest to the channel's mean weight error
// Throws std::invalid_argument, with the name of the layer, for a layer that is not legal
// (golden::checkLayer).
QuantisedCnn quantise(const FashionCnn& cnn, const golden::Numerics& numerics,
                      const IdxImages& calibration);

}  // namespace aslog::examples
