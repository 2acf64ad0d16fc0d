// Operators that treat each element alone.
#include <algorithm>
#include <cmath>

#include "ptq/reference/kernels.h"

namespace aslog::ptq {
namespace {

template <typename Function>
FloatTensor zip(const FloatTensor& a, const FloatTensor& b, const Shape& out, Function function) {
    FloatTensor y = filled(out, 0);
    if (a.shape == b.shape) {
        std::transform(a.data.begin(), a.data.end(), b.data.begin(), y.data.begin(), function);
        return y;
    }
    Odometer placeA(out, repeatedStrides(a.shape, out));
    Odometer placeB(out, repeatedStrides(b.shape, out));
    for (float& value : y.data) {
        value = function(a.data[placeA.offset()], b.data[placeB.offset()]);
        placeA.advance();
        placeB.advance();
    }
    return y;
}

}  // namespace

FloatTensor compute(const Arithmetic& op, const Operands& in, const Shape& out) {
    const FloatTensor& a = *in[0];
    const FloatTensor& b = *in[1];
    switch (op.kind) {
        case Arithmetic::Kind::Add:
            return zip(a, b, out, [](float x, float y) { return x + y; });
        case Arithmetic::Kind::Sub:
            return zip(a, b, out, [](float x, float y) { return x - y; });
        case Arithmetic::Kind::Mul:
            return zip(a, b, out, [](float x, float y) { return x * y; });
        case Arithmetic::Kind::Div:
            break;
    }
    return zip(a, b, out, [](float x, float y) { return x / y; });
}

FloatTensor compute(const Variadic& op, const Operands& in, const Shape& out) {
    FloatTensor y = zip(*in[0], filled(out, 0), out, [](float x, float) { return x; });
    for (std::size_t i = 1; i < in.size(); ++i) {
        switch (op.kind) {
            case Variadic::Kind::Sum:
            case Variadic::Kind::Mean:
                y = zip(y, *in[i], out, [](float a, float b) { return a + b; });
                break;
            case Variadic::Kind::Max:
                y = zip(y, *in[i], out, [](float a, float b) { return std::max(a, b); });
                break;
            case Variadic::Kind::Min:
                y = zip(y, *in[i], out, [](float a, float b) { return std::min(a, b); });
                break;
        }
    }
    if (op.kind == Variadic::Kind::Mean) {
        const auto count = static_cast<float>(in.size());
        std::transform(y.data.begin(), y.data.end(), y.data.begin(),
                       [count](float x) { return x / count; });
    }
    return y;
}

FloatTensor compute(const PRelu& /*op*/, const Operands& in, const Shape& out) {
    return zip(*in[0], *in[1], out, [](float x, float slope) { return x < 0 ? slope * x : x; });
}

FloatTensor compute(const Function& op, const Operands& in, const Shape& /*out*/) {
    FloatTensor y = *in[0];
    std::transform(y.data.begin(), y.data.end(), y.data.begin(),
                   [&](float x) { return static_cast<float>(valueAt(op, x)); });
    return y;
}

FloatTensor compute(const BatchNormalization& op, const Operands& in, const Shape& out) {
    FloatTensor y = *in[0];
    if (y.data.empty()) {
        return y;
    }
    const std::int64_t pixels = elementCount(Shape(out.begin() + 2, out.end()));
    float* channel = y.data.data();
    for (std::int64_t i = 0; i < out[0] * out[1]; ++i, channel += pixels) {
        const std::int64_t c = i % out[1];
        const double scale = in[1]->data[c] / std::sqrt(double{in[4]->data[c]} + op.epsilon);
        const double shift = in[2]->data[c] - in[3]->data[c] * scale;
        std::transform(channel, channel + pixels, channel,
                       [&](float x) { return static_cast<float>(x * scale + shift); });
    }
    return y;
}

FloatTensor compute(const Relu& /*op*/, const Operands& in, const Shape& /*out*/) {
    FloatTensor y = *in[0];
    std::transform(y.data.begin(), y.data.end(), y.data.begin(),
                   [](float x) { return std::max(x, 0.0F); });
    return y;
}

FloatTensor compute(const Clip& op, const Operands& in, const Shape& /*out*/) {
    FloatTensor y = *in[0];
    // Not std::clamp: ONNX allows low > high, and then high wins.
    std::transform(y.data.begin(), y.data.end(), y.data.begin(),
                   [&](float x) { return std::min(std::max(x, op.low), op.high); });
    return y;
}

FloatTensor compute(const Identity& /*op*/, const Operands& in, const Shape& /*out*/) {
    return *in[0];
}

FloatTensor compute(const Dropout& /*op*/, const Operands& in, const Shape& /*out*/) {
    return *in[0];
}

}  // namespace aslog::ptq
