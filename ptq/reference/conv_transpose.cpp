// ConvTranspose as it is defined: each element of the input is added to all outputs that it has a
// weight to. Networks that are quantised have it folded to a convolution; this is for comparison.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "ptq/graph/shapes.h"
#include "ptq/graph/window.h"
#include "ptq/reference/kernels.h"

namespace aslog::ptq {
namespace {

// Adds x times the kernel of one input and one output channel to the plane of the latter.
void addPlane(const ResolvedWindow& w, const Shape& input, const float* x, const float* weights,
              float* plane) {
    const Shape strides = rowMajorStrides(w.output);
    const Shape none(input.size(), 0);
    const std::int64_t taps = elementCount(w.kernel);
    Odometer from(input, none);
    for (std::int64_t i = 0; i < elementCount(input); ++i, from.advance()) {
        Odometer tap(w.kernel, none);
        for (std::int64_t k = 0; k < taps; ++k, tap.advance()) {
            std::int64_t offset = 0;
            bool isInside = true;
            for (std::size_t d = 0; d < input.size() && isInside; ++d) {
                const std::int64_t place = from.position()[d] * w.strides[d] +
                                           tap.position()[d] * w.dilations[d] - w.padsBegin[d];
                isInside = place >= 0 && place < w.output[d];
                offset += place * strides[d];
            }
            if (isInside) {
                plane[offset] += x[i] * weights[k];
            }
        }
    }
}

}  // namespace

FloatTensor compute(const ConvTranspose& op, const Operands& in, const Shape& out) {
    const FloatTensor& x = *in[0];
    const FloatTensor& weights = *in[1];
    const Shape input = spatialSizes(x.shape);
    const ResolvedWindow window = resolve(op, spatialSizes(weights.shape), input);
    const std::int64_t inputs = x.shape[1];
    const std::int64_t perGroup = weights.shape[1];
    const std::int64_t pixels = elementCount(window.output);
    FloatTensor y = filled(out, 0);
    for (std::int64_t n = 0; n < out[0]; ++n) {
        for (std::int64_t c = 0; c < out[1]; ++c) {
            float* plane = y.data.data() + (n * out[1] + c) * pixels;
            std::fill_n(plane, pixels, in.size() == 3 ? in[2]->data[c] : 0.0F);
            const std::int64_t first = c / perGroup * (inputs / op.groups);
            for (std::int64_t i = first; i < first + inputs / op.groups; ++i) {
                addPlane(window, input, x.data.data() + (n * inputs + i) * elementCount(input),
                         weights.data.data() +
                             (i * perGroup + c % perGroup) * elementCount(window.kernel),
                         plane);
            }
        }
    }
    return y;
}

}  // namespace aslog::ptq
