// Forward and backward pass of the CNN over chunks of images, for the training program only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "examples/fashion_cnn/model.h"

namespace aslog::examples {

// Result of one chunk: sums, not means, over its images.
struct ChunkLoss {
    double loss = 0;  // cross entropy with smoothed labels
    std::size_t correct = 0;
};

// Computes the gradient of chunks of images. Each thread owns one; they share only the parameters.
// Activations are kept channel-major (channel, image, row, column): a convolution is then a single
// matrix product of the weights, as they lie in the file, and the patch matrix.
class Backpropagation {
  public:
    // The shapes of `cnn` are used, its parameters are not.
    Backpropagation(const FashionCnn& cnn, std::size_t chunkImages, float labelSmoothing);

    // `pixels`: normalised inputs, image after image; at most chunkImages of them, one for each
    // label. Adds the gradient of the summed loss to `gradient`, laid out as `parameters`.
    ChunkLoss run(std::span<const float> parameters, std::span<const float> pixels,
                  std::span<const std::uint8_t> labels, std::span<float> gradient);

  private:
    struct Stage {
        ConvShape shape;
        std::size_t offset = 0;  // of its parameters
        std::size_t inHeight = 0;
        std::size_t inWidth = 0;
        std::size_t outHeight = 0;
        std::size_t outWidth = 0;
        std::vector<float> patches;  // taps x (image, row, column)
        std::vector<float> output;   // after ReLU

        std::size_t outSize() const { return outHeight * outWidth; }
    };

    static void forward(const Stage& before, Stage& stage, std::span<const float> parameters,
                        std::size_t images);
    ChunkLoss lossGradient(std::span<const std::uint8_t> labels);
    void backward(Stage& stage, std::span<const float> parameters, std::span<float> gradient,
                  std::size_t images);
    void patchesToInput(const Stage& stage, std::size_t images);

    float smoothing_;
    std::vector<Stage> stages_;       // stages_[0] stands for the input
    std::vector<float> outGradient_;  // of the stage in work, with respect to its output
    std::vector<float> patchGradient_;
};

}  // namespace aslog::examples
