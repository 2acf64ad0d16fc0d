// Operators that move elements and compute nothing.
#include <algorithm>

#include "ptq/graph/shapes.h"
#include "ptq/reference/kernels.h"

namespace aslog::ptq {
namespace {

FloatTensor reshaped(const Operands& in, const Shape& out) {
    return {out, in[0]->data};
}

// Where the element at `place` of a dimension of `size` elements comes from; -1: the padding.
std::int64_t padSource(Pad::Mode mode, std::int64_t place, std::int64_t size) {
    if (place >= 0 && place < size) {
        return place;
    }
    switch (mode) {
        case Pad::Mode::Edge:
            return std::clamp<std::int64_t>(place, 0, size - 1);
        case Pad::Mode::Reflect:
            return place < 0 ? -place : 2 * (size - 1) - place;
        case Pad::Mode::Constant:
            break;
    }
    return -1;
}

}  // namespace

FloatTensor compute(const Gather& op, const Operands& in, const Shape& out) {
    const FloatTensor& x = *in[0];
    const std::size_t axis = axisIndex(op.axis, x.shape.size());
    const auto middle = x.shape.begin() + static_cast<std::ptrdiff_t>(axis);
    const std::int64_t outer = elementCount(Shape(x.shape.begin(), middle));
    const std::int64_t inner = elementCount(Shape(middle + 1, x.shape.end()));
    FloatTensor y{out, {}};
    y.data.reserve(static_cast<std::size_t>(elementCount(out)));
    for (std::int64_t i = 0; i < outer; ++i) {
        for (const std::int64_t index : op.indices) {
            const std::int64_t place = index < 0 ? index + *middle : index;
            const auto first = x.data.begin() + (i * *middle + place) * inner;
            y.data.insert(y.data.end(), first, first + inner);
        }
    }
    return y;
}

FloatTensor compute(const Widen& op, const Operands& in, const Shape& out) {
    const FloatTensor& x = *in[0];
    const Shape strides = rowMajorStrides(x.shape);
    FloatTensor y = filled(out, 0);
    Odometer place(out, Shape(out.size(), 0));
    for (float& value : y.data) {
        std::int64_t offset = 0;
        bool isTaken = true;
        for (std::size_t i = 0; i < out.size(); ++i) {
            const std::int64_t at = place.position()[i];
            isTaken &= op.kind == Widen::Kind::Resize || at % op.factors[i] == 0;
            offset += at / op.factors[i] * strides[i];
        }
        if (isTaken) {
            value = x.data[offset];
        }
        place.advance();
    }
    return y;
}

FloatTensor compute(const Rearrange& op, const Operands& in, const Shape& out) {
    const FloatTensor split = reshaped(in, outputShape(Reshape{op.sizes}, {in[0]->shape}));
    const Transpose transpose{op.order};
    FloatTensor result = compute(transpose, {&split}, outputShape(transpose, {split.shape}));
    result.shape = out;
    return result;
}

FloatTensor compute(const Flatten& /*op*/, const Operands& in, const Shape& out) {
    return reshaped(in, out);
}

FloatTensor compute(const Reshape& /*op*/, const Operands& in, const Shape& out) {
    return reshaped(in, out);
}

FloatTensor compute(const Squeeze& /*op*/, const Operands& in, const Shape& out) {
    return reshaped(in, out);
}

FloatTensor compute(const Unsqueeze& /*op*/, const Operands& in, const Shape& out) {
    return reshaped(in, out);
}

FloatTensor compute(const Concat& op, const Operands& in, const Shape& out) {
    FloatTensor y{out, {}};
    const auto axis = static_cast<std::ptrdiff_t>(axisIndex(op.axis, out.size()));
    const std::int64_t outer = elementCount(Shape(out.begin(), out.begin() + axis));
    y.data.reserve(static_cast<std::size_t>(elementCount(out)));
    for (std::int64_t i = 0; i < outer; ++i) {
        for (const FloatTensor* part : in) {
            const std::int64_t run = std::ssize(part->data) / outer;
            const auto from = part->data.begin() + i * run;
            y.data.insert(y.data.end(), from, from + run);
        }
    }
    return y;
}

FloatTensor compute(const Pad& op, const Operands& in, const Shape& out) {
    const FloatTensor& x = *in[0];
    const Shape strides = rowMajorStrides(x.shape);
    FloatTensor y = filled(out, op.value);
    Odometer place(out, Shape(out.size(), 0));
    for (float& value : y.data) {
        std::int64_t offset = 0;
        bool inside = true;
        for (std::size_t i = 0; i < out.size() && inside; ++i) {
            const std::int64_t source =
                padSource(op.mode, place.position()[i] - op.begin[i], x.shape[i]);
            inside = source >= 0;
            offset += source * strides[i];
        }
        if (inside) {
            value = x.data[offset];
        }
        place.advance();
    }
    return y;
}

FloatTensor compute(const Slice& op, const Operands& in, const Shape& out) {
    const FloatTensor& x = *in[0];
    const std::vector<SliceRange> ranges = sliceRanges(op, x.shape);
    Shape strides = rowMajorStrides(x.shape);
    std::int64_t start = 0;
    for (std::size_t i = 0; i < strides.size(); ++i) {
        start += ranges[i].start * strides[i];
        // Without a second element there is no step, and a wild one must not overflow.
        strides[i] *= ranges[i].count > 1 ? ranges[i].step : 0;
    }
    FloatTensor y = filled(out, 0);
    Odometer place(out, strides, start);
    for (float& value : y.data) {
        value = x.data[place.offset()];
        place.advance();
    }
    return y;
}

FloatTensor compute(const Transpose& op, const Operands& in, const Shape& out) {
    const Shape own = rowMajorStrides(in[0]->shape);
    Shape strides;
    for (const std::size_t from : permutationOf(op, out.size())) {
        strides.push_back(own[from]);
    }
    FloatTensor y = filled(out, 0);
    Odometer place(out, strides);
    for (float& value : y.data) {
        value = in[0]->data[place.offset()];
        place.advance();
    }
    return y;
}

}  // namespace aslog::ptq
