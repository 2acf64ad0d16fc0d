// A small float CNN of convolutions and ReLU only, and its reference inference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "examples/fashion_cnn/fashion_mnist.h"

namespace aslog::examples {

// One convolution with bias, square kernel, zero padding on all four sides, optional ReLU.
struct ConvShape {
    std::string name;
    std::size_t kernel = 1;
    std::size_t stride = 1;
    std::size_t padding = 0;
    std::size_t inChannels = 1;
    std::size_t outChannels = 1;
    bool relu = true;

    std::size_t taps() const { return inChannels * kernel * kernel; }
    std::size_t weightCount() const { return outChannels * taps(); }
    std::size_t parameterCount() const { return weightCount() + outChannels; }
    // Height or width of the output; the padded input must not be smaller than the kernel.
    std::size_t outputSize(std::size_t inputSize) const;
};

// What the first layer reads: x = (pixel - offset) / divisor. An integer offset makes the pixel
// itself an exact 8-bit activation with zero point `offset` and scale 1/divisor.
struct InputShape {
    std::size_t channels = 1;
    std::size_t height = 28;
    std::size_t width = 28;
    int offset = 0;
    int divisor = 1;

    std::size_t size() const { return channels * height * width; }
};

// Activations of one image: channel, row, column, the column fastest.
struct Tensor {
    std::size_t channels = 0;
    std::size_t height = 0;
    std::size_t width = 0;
    std::vector<float> values;
};

class FashionCnn {
  public:
    // `parameters`: for each layer its weights (output channel, input channel, row, column), then
    // its biases. Throws support::InputError if layers do not fit each other or the parameters.
    FashionCnn(InputShape input, std::vector<ConvShape> layers, std::vector<float> parameters);

    const InputShape& input() const { return input_; }
    const std::vector<ConvShape>& layers() const { return layers_; }
    std::span<const float> parameters() const { return parameters_; }
    std::span<const float> weights(std::size_t layer) const;
    std::span<const float> bias(std::size_t layer) const;

    // The normalised input tensor of an image of input().size() pixels.
    Tensor normalise(std::span<const std::uint8_t> pixels) const;

    // The output of every layer, after its ReLU; the last are the class scores.
    std::vector<Tensor> forwardAll(std::span<const std::uint8_t> pixels) const;

    // The class scores alone.
    std::vector<float> forward(std::span<const std::uint8_t> pixels) const;

    // Index of the largest score, the first one of equals.
    std::size_t classify(std::span<const std::uint8_t> pixels) const;

  private:
    Tensor convolve(std::size_t layer, const Tensor& in) const;

    InputShape input_;
    std::vector<ConvShape> layers_;
    std::vector<float> parameters_;
    std::vector<std::size_t> offsets_;  // of each layer in parameters_
};

// The class of an image.
using Classifier = std::function<std::size_t(std::span<const std::uint8_t> pixels)>;

// How many images of the set are classified as labelled. `classify` is called by several
// threads at once.
std::size_t countCorrect(const Classifier& classify, const Dataset& set);

}  // namespace aslog::examples
