// Convolution: the input's windows as the columns of a matrix (im2col), times the weights.
#include <algorithm>
#include <vector>

#include "ptq/graph/shapes.h"
#include "ptq/graph/window.h"
#include "ptq/linear/product.h"
#include "ptq/reference/kernels.h"
#include "support/parallel.h"

namespace aslog::ptq {
namespace {

constexpr std::int64_t kColumnBudget = std::int64_t{1} << 22;  // elements of a block of columns

// One group of one image. Outputs are split into rows along the last spatial dimension.
class Unfolder {
  public:
    Unfolder(const ResolvedWindow& window, const Shape& input)
        : window_(window),
          input_(input),
          inputStrides_(rowMajorStrides(input)),
          outerOutput_(window.output.begin(), window.output.end() - 1) {}

    std::int64_t rowLength() const { return window_.output.back(); }

    // Writes the rows [firstRow, firstRow + rows) of one kernel position of one channel.
    void unfold(const float* channel, const Shape& tap, std::int64_t firstRow, std::int64_t rows,
                float* to) const {
        for (std::int64_t row = firstRow; row < firstRow + rows; ++row, to += rowLength()) {
            const std::int64_t offset = rowOffset(row, tap);
            if (offset < 0) {
                std::fill_n(to, rowLength(), 0.0F);
            } else {
                unfoldRow(channel + offset, tap.back(), to);
            }
        }
    }

  private:
    // Where the input row lies that this output row reads at this tap; -1 in the padding.
    std::int64_t rowOffset(std::int64_t row, const Shape& tap) const {
        std::int64_t offset = 0;
        for (std::size_t i = outerOutput_.size(); i-- > 0;) {
            const std::int64_t place = row % outerOutput_[i] * window_.strides[i] +
                                       tap[i] * window_.dilations[i] - window_.padsBegin[i];
            row /= outerOutput_[i];
            if (place < 0 || place >= input_[i]) {
                return -1;
            }
            offset += place * inputStrides_[i];
        }
        return offset;
    }

    void unfoldRow(const float* from, std::int64_t tap, float* to) const {
        const std::int64_t stride = window_.strides.back();
        const std::int64_t first = tap * window_.dilations.back() - window_.padsBegin.back();
        const std::int64_t size = input_.back();
        // Columns [begin, end) lie inside the input.
        const std::int64_t begin = std::clamp<std::int64_t>(
            first < 0 ? (-first + stride - 1) / stride : 0, 0, rowLength());
        const std::int64_t end = std::clamp<std::int64_t>(
            first < size ? (size - first - 1) / stride + 1 : 0, begin, rowLength());
        std::fill(to, to + begin, 0.0F);
        for (std::int64_t x = begin; x < end; ++x) {
            to[x] = from[first + x * stride];
        }
        std::fill(to + end, to + rowLength(), 0.0F);
    }

    ResolvedWindow window_;
    Shape input_;
    Shape inputStrides_;
    Shape outerOutput_;
};

struct Sizes {
    std::int64_t groups;
    std::int64_t inChannels;   // of a group
    std::int64_t outChannels;  // of a group
    std::int64_t taps;         // kernel positions
    std::int64_t inPixels;
    std::int64_t outPixels;
};

// out[M, pixels] of one group = weights[M, K] * columns[K, pixels], block by block.
void convolveGroup(const Unfolder& unfolder, const Sizes& sizes, const Shape& kernel,
                   const float* x, const float* weights, float* out) {
    const std::int64_t depth = sizes.inChannels * sizes.taps;
    const std::int64_t rowLength = unfolder.rowLength();
    const std::int64_t rows = sizes.outPixels / rowLength;
    const std::int64_t blockRows =
        std::clamp<std::int64_t>(kColumnBudget / depth / rowLength, 1, rows);
    std::vector<float> columns(static_cast<std::size_t>(depth * blockRows * rowLength));
    for (std::int64_t row = 0; row < rows; row += blockRows) {
        const std::int64_t blockSize = std::min(blockRows, rows - row);
        const std::int64_t pixels = blockSize * rowLength;
        float* to = columns.data();
        for (std::int64_t c = 0; c < sizes.inChannels; ++c) {
            Odometer tap(kernel, Shape(kernel.size(), 0));
            for (std::int64_t k = 0; k < sizes.taps; ++k, tap.advance(), to += pixels) {
                unfolder.unfold(x + c * sizes.inPixels, tap.position(), row, blockSize, to);
            }
        }
        addProduct<float>({sizes.outChannels, pixels, depth}, {weights, depth, 1},
                          {columns.data(), pixels, 1}, 1, out + row * rowLength, sizes.outPixels);
    }
}

}  // namespace

FloatTensor compute(const Conv& op, const Operands& in, const Shape& out) {
    const FloatTensor& x = *in[0];
    const FloatTensor& weights = *in[1];
    const Shape kernel = spatialSizes(weights.shape);
    const Shape input = spatialSizes(x.shape);
    const Unfolder unfolder(resolve(op.window, kernel, input), input);
    const Sizes sizes = {op.groups,
                         weights.shape[1],
                         weights.shape[0] / op.groups,
                         elementCount(kernel),
                         elementCount(input),
                         elementCount(spatialSizes(out))};
    FloatTensor y = filled(out, 0);
    support::inParallel(static_cast<std::size_t>(out[0]), [&](std::size_t image) {
        const auto n = static_cast<std::int64_t>(image);
        for (std::int64_t m = 0; m < out[1]; ++m) {
            std::fill_n(y.data.data() + (n * out[1] + m) * sizes.outPixels, sizes.outPixels,
                        in.size() == 3 ? in[2]->data[m] : 0.0F);
        }
        for (std::int64_t g = 0; g < sizes.groups; ++g) {
            const std::int64_t firstOut = g * sizes.outChannels;
            convolveGroup(unfolder, sizes, kernel,
                          x.data.data() + (n * x.shape[1] + g * sizes.inChannels) * sizes.inPixels,
                          weights.data.data() + firstOut * sizes.inChannels * sizes.taps,
                          y.data.data() + (n * out[1] + firstOut) * sizes.outPixels);
        }
    });
    return y;
}

}  // namespace aslog::ptq
