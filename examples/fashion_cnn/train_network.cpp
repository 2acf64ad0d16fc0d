#include "examples/fashion_cnn/train_network.h"

#include <algorithm>
#include <cmath>

#include <cblas.h>

namespace aslog::examples {
namespace {

// c = a·b + beta·c, row-major; `transposeA` and `transposeB` say how a and b lie in memory.
struct Product {
    CBLAS_TRANSPOSE transposeA;
    CBLAS_TRANSPOSE transposeB;
    std::size_t rows;
    std::size_t columns;
    std::size_t inner;
    float beta;
};

void multiply(const Product& p, const float* a, const float* b, float* c) {
    const auto m = static_cast<blasint>(p.rows);
    const auto n = static_cast<blasint>(p.columns);
    const auto k = static_cast<blasint>(p.inner);
    cblas_sgemm(CblasRowMajor, p.transposeA, p.transposeB, m, n, k, 1.0F, a,
                p.transposeA == CblasTrans ? m : k, b, p.transposeB == CblasTrans ? k : n, p.beta,
                c, n);
}

// Visits the rows of the patch matrix in memory order, each with its tap column, whether its input
// row lies inside the image (else it is padding), and the index of that row.
template <typename Visit>
void visitRows(const ConvShape& shape, std::size_t images, std::size_t inHeight,
               std::size_t outHeight, Visit visit) {
    for (std::size_t tap = 0; tap < shape.taps(); ++tap) {
        const std::size_t kx = tap % shape.kernel;
        const std::size_t ky = tap / shape.kernel % shape.kernel;
        const std::size_t channel = tap / (shape.kernel * shape.kernel);
        for (std::size_t row = 0; row < images * outHeight; ++row) {
            const std::size_t y = row % outHeight * shape.stride + ky;
            const bool inside = y >= shape.padding && y - shape.padding < inHeight;
            const std::size_t plane = channel * images + row / outHeight;
            visit(kx, inside, plane * inHeight + (inside ? y - shape.padding : 0));
        }
    }
}

// First and last + 1 output column whose tap column kx lies inside the input.
struct Columns {
    std::size_t begin;
    std::size_t end;
};

Columns insideColumns(const ConvShape& s, std::size_t kx, std::size_t inWidth,
                      std::size_t outWidth) {
    const std::size_t begin = kx >= s.padding ? 0 : (s.padding - kx + s.stride - 1) / s.stride;
    const std::size_t limit = inWidth + s.padding;
    const std::size_t end = kx >= limit ? 0 : std::min(outWidth, (limit - kx - 1) / s.stride + 1);
    return {begin, std::max(begin, end)};
}

}  // namespace

Backpropagation::Backpropagation(const FashionCnn& cnn, std::size_t chunkImages,
                                 float labelSmoothing)
    : smoothing_(labelSmoothing) {
    const InputShape& input = cnn.input();
    Stage first;
    first.shape.outChannels = input.channels;
    first.outHeight = input.height;
    first.outWidth = input.width;
    first.output.resize(input.size() * chunkImages);
    stages_.push_back(std::move(first));
    std::size_t offset = 0;
    for (const ConvShape& shape : cnn.layers()) {
        const Stage& before = stages_.back();
        Stage stage;
        stage.shape = shape;
        stage.offset = offset;
        stage.inHeight = before.outHeight;
        stage.inWidth = before.outWidth;
        stage.outHeight = shape.outputSize(stage.inHeight);
        stage.outWidth = shape.outputSize(stage.inWidth);
        stage.patches.resize(shape.taps() * chunkImages * stage.outSize());
        stage.output.resize(shape.outChannels * chunkImages * stage.outSize());
        offset += shape.parameterCount();
        stages_.push_back(std::move(stage));
    }
}

ChunkLoss Backpropagation::run(std::span<const float> parameters, std::span<const float> pixels,
                               std::span<const std::uint8_t> labels, std::span<float> gradient) {
    // One input channel: image-major is channel-major.
    std::ranges::copy(pixels, stages_[0].output.begin());
    for (std::size_t i = 1; i < stages_.size(); ++i) {
        forward(stages_[i - 1], stages_[i], parameters, labels.size());
    }
    const ChunkLoss loss = lossGradient(labels);
    for (std::size_t i = stages_.size() - 1; i > 0; --i) {
        backward(stages_[i], parameters, gradient, labels.size());
    }
    return loss;
}

void Backpropagation::forward(const Stage& before, Stage& stage, std::span<const float> parameters,
                              std::size_t images) {
    const ConvShape& shape = stage.shape;
    float* patch = stage.patches.data();
    visitRows(shape, images, stage.inHeight, stage.outHeight,
              [&](std::size_t kx, bool inside, std::size_t inRow) {
                  const auto [begin, end] = insideColumns(shape, kx, stage.inWidth, stage.outWidth);
                  const float* in = before.output.data() + inRow * stage.inWidth;
                  std::fill_n(patch, stage.outWidth, 0.0F);
                  for (std::size_t x = begin; inside && x < end; ++x) {
                      patch[x] = in[x * shape.stride + kx - shape.padding];
                  }
                  patch += stage.outWidth;
              });
    const std::size_t size = images * stage.outSize();
    const float* weights = parameters.data() + stage.offset;
    const float* bias = weights + shape.weightCount();
    for (std::size_t c = 0; c < shape.outChannels; ++c) {
        std::fill_n(stage.output.data() + c * size, size, bias[c]);
    }
    multiply({CblasNoTrans, CblasNoTrans, shape.outChannels, size, shape.taps(), 1.0F}, weights,
             stage.patches.data(), stage.output.data());
    if (!shape.relu) {
        return;
    }
    for (float& value : stage.output) {
        value = std::max(value, 0.0F);
    }
}

// Softmax and cross entropy against labels smoothed by `smoothing_`.
ChunkLoss Backpropagation::lossGradient(std::span<const std::uint8_t> labels) {
    const Stage& last = stages_.back();
    const std::size_t classes = last.shape.outChannels;
    const std::size_t images = labels.size();
    outGradient_.resize(classes * images);
    ChunkLoss result;
    std::vector<double> scores(classes);
    for (std::size_t n = 0; n < images; ++n) {
        for (std::size_t c = 0; c < classes; ++c) {
            scores[c] = last.output[c * images + n];
        }
        const auto best = std::ranges::max_element(scores);
        const double top = *best;
        result.correct += best - scores.begin() == labels[n] ? 1U : 0U;
        double sum = 0;
        for (const double score : scores) {
            sum += std::exp(score - top);
        }
        for (std::size_t c = 0; c < classes; ++c) {
            const double logProbability = scores[c] - top - std::log(sum);
            const double target = smoothing_ / static_cast<double>(classes) +
                                  (c == labels[n] ? 1.0 - smoothing_ : 0.0);
            result.loss -= target * logProbability;
            outGradient_[c * images + n] = static_cast<float>(std::exp(logProbability) - target);
        }
    }
    return result;
}

// Takes outGradient_ of this stage, leaves that of the stage before.
void Backpropagation::backward(Stage& stage, std::span<const float> parameters,
                               std::span<float> gradient, std::size_t images) {
    const ConvShape& shape = stage.shape;
    const std::size_t size = images * stage.outSize();
    if (shape.relu) {
        for (std::size_t i = 0; i < outGradient_.size(); ++i) {
            if (stage.output[i] <= 0.0F) {
                outGradient_[i] = 0.0F;
            }
        }
    }
    float* weightGradient = gradient.data() + stage.offset;
    multiply({CblasNoTrans, CblasTrans, shape.outChannels, shape.taps(), size, 1.0F},
             outGradient_.data(), stage.patches.data(), weightGradient);
    for (std::size_t c = 0; c < shape.outChannels; ++c) {
        float sum = 0;
        for (std::size_t i = 0; i < size; ++i) {
            sum += outGradient_[c * size + i];
        }
        weightGradient[shape.weightCount() + c] += sum;
    }
    if (&stage == &stages_[1]) {
        return;  // nobody needs the gradient of the image
    }
    patchGradient_.resize(shape.taps() * size);
    multiply({CblasTrans, CblasNoTrans, shape.taps(), size, shape.outChannels, 0.0F},
             parameters.data() + stage.offset, outGradient_.data(), patchGradient_.data());
    patchesToInput(stage, images);
}

void Backpropagation::patchesToInput(const Stage& stage, std::size_t images) {
    const ConvShape& shape = stage.shape;
    outGradient_.assign(shape.inChannels * images * stage.inHeight * stage.inWidth, 0.0F);
    const float* patch = patchGradient_.data();
    visitRows(shape, images, stage.inHeight, stage.outHeight,
              [&](std::size_t kx, bool inside, std::size_t inRow) {
                  const auto [begin, end] = insideColumns(shape, kx, stage.inWidth, stage.outWidth);
                  float* in = outGradient_.data() + inRow * stage.inWidth;
                  for (std::size_t x = begin; inside && x < end; ++x) {
                      in[x * shape.stride + kx - shape.padding] += patch[x];
                  }
                  patch += stage.outWidth;
              });
}

}  // namespace aslog::examples
