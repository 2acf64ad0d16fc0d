// Pooling, and means over whole dimensions.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <vector>

#include "ptq/graph/shapes.h"
#include "ptq/graph/window.h"
#include "ptq/reference/kernels.h"
#include "support/parallel.h"

namespace aslog::ptq {
namespace {

// The taps of one window, the same for every channel.
struct Taps {
    std::vector<std::int64_t> offsets;  // into the channel, of the taps inside the input
    double padded = 1;                  // number of taps inside input or padding
};

Taps tapsAt(const Shape& position, const ResolvedWindow& w, const Shape& input,
            const Shape& strides) {
    Taps taps;
    Shape firsts;
    Shape counts;
    for (std::size_t i = 0; i < input.size(); ++i) {
        const std::int64_t start = position[i] * w.strides[i] - w.padsBegin[i];
        const auto tapsBelow = [&](std::int64_t limit) {
            const std::int64_t room = limit - start;
            return std::clamp<std::int64_t>(room > 0 ? (room - 1) / w.dilations[i] + 1 : 0, 0,
                                            w.kernel[i]);
        };
        const std::int64_t outside = tapsBelow(0);
        firsts.push_back(start + outside * w.dilations[i]);
        counts.push_back(tapsBelow(input[i]) - outside);
        taps.padded *= static_cast<double>(tapsBelow(input[i] + w.padsEnd[i]));
    }
    const std::int64_t count = elementCount(counts);
    if (count == 0) {
        return taps;
    }
    std::int64_t offset = 0;
    Shape steps;
    for (std::size_t i = 0; i < input.size(); ++i) {
        offset += firsts[i] * strides[i];
        steps.push_back(w.dilations[i] * strides[i]);
    }
    Odometer tap(counts, steps, offset);
    for (std::int64_t i = 0; i < count; ++i, tap.advance()) {
        taps.offsets.push_back(tap.offset());
    }
    return taps;
}

// y = poolOne(taps, channel) for each window of each channel of each image.
template <typename PoolOne>
FloatTensor pooled(const Window& window, const FloatTensor& x, const Shape& out, PoolOne poolOne) {
    const Shape input = spatialSizes(x.shape);
    const ResolvedWindow w = resolve(window, window.kernel, input);
    const Shape strides = rowMajorStrides(input);
    const std::int64_t inPixels = elementCount(input);
    const std::int64_t outPixels = elementCount(w.output);
    FloatTensor y = filled(out, 0);
    support::inParallel(static_cast<std::size_t>(out[0]), [&](std::size_t image) {
        const auto n = static_cast<std::int64_t>(image);
        Odometer place(w.output, Shape(input.size(), 0));
        for (std::int64_t p = 0; p < outPixels; ++p, place.advance()) {
            const Taps taps = tapsAt(place.position(), w, input, strides);
            for (std::int64_t c = n * out[1]; c < (n + 1) * out[1]; ++c) {
                y.data[c * outPixels + p] = poolOne(taps, x.data.data() + c * inPixels);
            }
        }
    });
    return y;
}

}  // namespace

FloatTensor compute(const MaxPool& op, const Operands& in, const Shape& out) {
    return pooled(op.window, *in[0], out, [](const Taps& taps, const float* channel) {
        float best = std::numeric_limits<float>::lowest();
        for (const std::int64_t offset : taps.offsets) {
            best = std::max(best, channel[offset]);
        }
        return best;
    });
}

FloatTensor compute(const AveragePool& op, const Operands& in, const Shape& out) {
    return pooled(op.window, *in[0], out, [&](const Taps& taps, const float* channel) {
        double sum = 0;
        for (const std::int64_t offset : taps.offsets) {
            sum += channel[offset];
        }
        const double divisor =
            op.countIncludePad ? taps.padded : static_cast<double>(taps.offsets.size());
        return static_cast<float>(sum / std::max(divisor, 1.0));
    });
}

FloatTensor compute(const Reduce& op, const Operands& in, const Shape& out) {
    const FloatTensor& x = *in[0];
    // Where each input element goes: along a reduced dimension the output does not move.
    std::vector<bool> reduced(x.shape.size(), op.axes.empty());
    for (const std::int64_t axis : op.axes) {
        reduced[axisIndex(axis, x.shape.size())] = true;
    }
    Shape kept = x.shape;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        kept[i] = reduced[i] ? 1 : kept[i];
    }
    Shape strides = rowMajorStrides(kept);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        strides[i] = reduced[i] ? 0 : strides[i];
    }
    const bool isMax = op.kind == Reduce::Kind::Max;
    FloatTensor y = filled(out, 0);
    const double start = isMax ? -std::numeric_limits<double>::infinity() : 0.0;
    std::vector<double> results(y.data.size(), start);
    Odometer place(x.shape, strides);
    for (const float value : x.data) {
        double& result = results[place.offset()];
        result = isMax ? std::max<double>(result, value) : result + value;
        place.advance();
    }
    const double count = op.kind == Reduce::Kind::Mean ? static_cast<double>(x.data.size()) /
                                                             static_cast<double>(results.size())
                                                       : 1;
    std::transform(results.begin(), results.end(), y.data.begin(),
                   [&](double result) { return static_cast<float>(result / count); });
    return y;
}

FloatTensor compute(const GlobalPool& op, const Operands& in, const Shape& out) {
    Reduce reduce;
    reduce.kind = op.kind == GlobalPool::Kind::Max ? Reduce::Kind::Max : Reduce::Kind::Mean;
    for (std::int64_t axis = 2; axis < std::ssize(out); ++axis) {
        reduce.axes.push_back(axis);
    }
    return compute(reduce, in, out);
}

}  // namespace aslog::ptq
