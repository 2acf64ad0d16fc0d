// outputShape(): one overload of ShapeOf for each operator.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "ptq/graph/shapes.h"
#include "ptq/graph/window.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

void require(bool condition, std::string_view message, const Shape& found) {
    if (!condition) {
        throw support::InputError(fmt::format("{}; found shape {}", message, shapeText(found)));
    }
}

void requireCount(const std::vector<Shape>& in, std::size_t least, std::size_t most) {
    if (in.size() < least || in.size() > most) {
        throw support::InputError(
            fmt::format("found {} inputs, allowed {} to {}", in.size(), least, most));
    }
}

// The axes as indices, each at most once.
std::vector<bool> axisSet(const Shape& axes, std::size_t rank) {
    std::vector<bool> chosen(rank);
    for (const std::int64_t axis : axes) {
        const std::size_t index = axisIndex(axis, rank);
        if (chosen[index]) {
            throw support::InputError(fmt::format("axis {} occurs twice", axis));
        }
        chosen[index] = true;
    }
    return chosen;
}

Shape windowShape(const Shape& x, std::int64_t channels, const ResolvedWindow& window) {
    Shape out = {x[0], channels};
    out.insert(out.end(), window.output.begin(), window.output.end());
    return out;
}

void requireSpatial(const Shape& x) {
    require(x.size() >= 3, "the input needs a batch, channels and at least one spatial dimension",
            x);
}

struct ShapeOf {
    const std::vector<Shape>& in;

    // Activations, weights, and a bias or none.
    void requireConvInputs() const {
        requireCount(in, 2, 3);
        requireSpatial(in[0]);
        require(in[1].size() == in[0].size(),
                "the weights must have as many dimensions as the input", in[1]);
    }

    // That of the weights, which the window may repeat; the bias must suit the outputs.
    Shape kernelOf(const Window& window, std::int64_t outputs) const {
        if (in.size() == 3) {
            require(in[2] == Shape{outputs}, "the bias needs one number for each output channel",
                    in[2]);
        }
        Shape kernel = spatialSizes(in[1]);
        if (!window.kernel.empty() && window.kernel != kernel) {
            throw support::InputError(
                fmt::format("kernel_shape {} differs from that of the weights, {}",
                            shapeText(window.kernel), shapeText(kernel)));
        }
        return kernel;
    }

    Shape operator()(const Conv& conv) const {
        requireConvInputs();
        const Shape& x = in[0];
        const Shape& weights = in[1];
        require(conv.groups >= 1 && weights[0] >= 1 && weights[0] % conv.groups == 0,
                fmt::format("the output channels must be a multiple of the {} groups", conv.groups),
                weights);
        require(weights[1] >= 1 && weights[1] <= kMaxElements / conv.groups &&
                    weights[1] * conv.groups == x[1],
                fmt::format("weights {} with {} groups do not suit the input's channels",
                            shapeText(weights), conv.groups),
                x);
        const Shape kernel = kernelOf(conv.window, weights[0]);
        return windowShape(x, weights[0], resolve(conv.window, kernel, spatialSizes(x)));
    }

    Shape operator()(const ConvTranspose& conv) const {
        requireConvInputs();
        const Shape& x = in[0];
        const Shape& weights = in[1];
        require(conv.groups >= 1 && conv.groups <= kMaxElements && weights[0] == x[1] &&
                    x[1] % conv.groups == 0 && weights[1] >= 1 &&
                    weights[1] <= kMaxElements / conv.groups,
                fmt::format("weights {} with {} groups do not suit the input's channels",
                            shapeText(weights), conv.groups),
                x);
        const std::int64_t outputs = weights[1] * conv.groups;
        const Shape kernel = kernelOf(conv.window, outputs);
        return windowShape(x, outputs, resolve(conv, kernel, spatialSizes(x)));
    }

    Shape operator()(const Gemm& gemm) const {
        requireCount(in, 2, 3);
        require(in[0].size() == 2, "the first input must be a matrix", in[0]);
        require(in[1].size() == 2, "the second input must be a matrix", in[1]);
        const Shape out = {in[0][gemm.transA ? 1 : 0], in[1][gemm.transB ? 0 : 1]};
        require(in[0][gemm.transA ? 0 : 1] == in[1][gemm.transB ? 1 : 0],
                fmt::format("the inner sizes differ: {} and", shapeText(in[0])), in[1]);
        if (in.size() == 3) {
            require(broadcast(in[2], out) == out,
                    fmt::format("the third input cannot be broadcast to {}", shapeText(out)),
                    in[2]);
        }
        return out;
    }

    Shape operator()(const MatMul&) const {
        requireCount(in, 2, 2);
        Shape a = in[0];
        Shape b = in[1];
        require(!a.empty(), "a factor cannot be a scalar", a);
        require(!b.empty(), "a factor cannot be a scalar", b);
        // As numpy: a vector stands for a row on the left, for a column on the right.
        const bool row = a.size() == 1;
        const bool column = b.size() == 1;
        if (row) {
            a.insert(a.begin(), 1);
        }
        if (column) {
            b.push_back(1);
        }
        require(a.back() == b[b.size() - 2],
                fmt::format("the inner sizes differ: {} and", shapeText(in[0])), in[1]);
        Shape out = broadcast(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2));
        if (!row) {
            out.push_back(a[a.size() - 2]);
        }
        if (!column) {
            out.push_back(b.back());
        }
        return out;
    }

    Shape operator()(const BatchNormalization&) const {
        requireCount(in, 5, 5);
        require(in[0].size() >= 2, "the input needs a batch and channels", in[0]);
        for (std::size_t i = 1; i < in.size(); ++i) {
            require(in[i] == Shape{in[0][1]},
                    "scale, bias, mean and variance need one number for each channel", in[i]);
        }
        return in[0];
    }

    Shape operator()(const Arithmetic&) const {
        requireCount(in, 2, 2);
        return broadcast(in[0], in[1]);
    }

    Shape operator()(const Variadic&) const {
        requireCount(in, 1, std::numeric_limits<std::size_t>::max());
        Shape out = in[0];
        for (const Shape& other : in) {
            out = broadcast(out, other);
        }
        return out;
    }

    Shape operator()(const PRelu&) const {
        requireCount(in, 2, 2);
        require(broadcast(in[1], in[0]) == in[0],
                fmt::format("the slope cannot be broadcast to {}", shapeText(in[0])), in[1]);
        return in[0];
    }

    Shape operator()(const MaxPool& pool) const { return pooled(pool.window); }
    Shape operator()(const AveragePool& pool) const { return pooled(pool.window); }

    Shape pooled(const Window& window) const {
        requireCount(in, 1, 1);
        requireSpatial(in[0]);
        const ResolvedWindow resolved = resolve(window, window.kernel, spatialSizes(in[0]));
        for (std::size_t i = 0; i < resolved.kernel.size(); ++i) {
            // A window of padding alone has no maximum and no mean.
            if (window.autoPad == AutoPad::Explicit &&
                std::max(resolved.padsBegin[i], resolved.padsEnd[i]) >= resolved.kernel[i]) {
                throw support::InputError(
                    fmt::format("pads {} and {} must be smaller than the kernel {}",
                                shapeText(resolved.padsBegin), shapeText(resolved.padsEnd),
                                shapeText(resolved.kernel)));
            }
        }
        return windowShape(in[0], in[0][1], resolved);
    }

    Shape operator()(const GlobalPool&) const {
        requireCount(in, 1, 1);
        requireSpatial(in[0]);
        Shape out(in[0].size(), 1);
        out[0] = in[0][0];
        out[1] = in[0][1];
        return out;
    }

    Shape operator()(const Reduce& op) const { return reduced(op.axes, op.keepDims); }

    Shape operator()(const ArgMax& op) const {
        const Shape out = reduced({op.axis}, op.keepDims);
        require(in[0][axisIndex(op.axis, in[0].size())] > 0, "there is no largest of nothing",
                in[0]);
        return out;
    }

    Shape reduced(const Shape& axes, bool keepDims) const {
        requireCount(in, 1, 1);
        const std::vector<bool> isReduced = axisSet(axes, in[0].size());
        Shape out;
        for (std::size_t i = 0; i < in[0].size(); ++i) {
            if (!axes.empty() && !isReduced[i]) {
                out.push_back(in[0][i]);
            } else if (keepDims) {
                out.push_back(1);
            }
        }
        return out;
    }

    Shape operator()(const Concat& concat) const {
        requireCount(in, 1, std::numeric_limits<std::size_t>::max());
        Shape out = in[0];
        const std::size_t axis = axisIndex(concat.axis, out.size());
        for (std::size_t i = 1; i < in.size(); ++i) {
            Shape other = in[i];
            require(other.size() == out.size(), "all inputs need the same number of dimensions",
                    other);
            out[axis] += other[axis];
            other[axis] = out[axis];
            require(other == out,
                    fmt::format("the inputs may differ in dimension {} alone, the first is {}",
                                axis, shapeText(in[0])),
                    in[i]);
            elementCount(out);
        }
        return out;
    }

    Shape operator()(const Pad& pad) const {
        requireCount(in, 1, 1);
        Shape out = in[0];
        require(pad.begin.size() == out.size() && pad.end.size() == out.size(),
                fmt::format("found {} pads, allowed two for each dimension",
                            pad.begin.size() + pad.end.size()),
                out);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto fits = [&](std::int64_t amount) {
                const std::int64_t most =
                    pad.mode == Pad::Mode::Reflect ? in[0][i] - 1 : kMaxElements;
                return amount >= -kMaxElements && amount <= std::max<std::int64_t>(most, 0);
            };
            require(fits(pad.begin[i]) && fits(pad.end[i]) &&
                        out[i] + pad.begin[i] + pad.end[i] >= 0 &&
                        (out[i] > 0 || pad.mode == Pad::Mode::Constant),
                    fmt::format("pads {} and {} of dimension {} are out of range", pad.begin[i],
                                pad.end[i], i),
                    out);
            out[i] += pad.begin[i] + pad.end[i];
        }
        return out;
    }

    Shape operator()(const Slice& slice) const {
        requireCount(in, 1, 1);
        Shape out;
        for (const SliceRange& range : sliceRanges(slice, in[0])) {
            out.push_back(range.count);
        }
        return out;
    }

    Shape operator()(const Gather& gather) const {
        requireCount(in, 1, 1);
        Shape out = in[0];
        const std::size_t axis = axisIndex(gather.axis, out.size());
        for (const std::int64_t index : gather.indices) {
            require(index >= -out[axis] && index < out[axis],
                    fmt::format("index {} is out of range", index), out);
        }
        out[axis] = std::ssize(gather.indices);
        if (gather.dropsAxis) {
            out.erase(out.begin() + static_cast<std::ptrdiff_t>(axis));
        }
        return out;
    }

    Shape operator()(const Widen& widen) const {
        requireCount(in, 1, 1);
        Shape out = in[0];
        require(
            widen.factors.size() == out.size(),
            fmt::format("found {} factors, allowed one for each dimension", widen.factors.size()),
            out);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const std::int64_t factor = widen.factors[i];
            require(factor >= 1 && out[i] <= kMaxElements / std::max<std::int64_t>(factor, 1),
                    fmt::format("a factor of {} is out of range", factor), out);
            const bool isRepeated = widen.kind == Widen::Kind::Resize;
            out[i] =
                isRepeated ? out[i] * factor : std::max<std::int64_t>((out[i] - 1) * factor + 1, 0);
        }
        return out;
    }

    Shape operator()(const Rearrange& op) const {
        const Shape split = outputShape(Reshape{op.sizes}, in);
        require(!op.order.empty() && op.order.front() == 0, "the batch must stay", op.order);
        return outputShape(Reshape{op.dims}, {outputShape(Transpose{op.order}, {split})});
    }

    Shape operator()(const Flatten& flatten) const {
        requireCount(in, 1, 1);
        const auto rank = std::ssize(in[0]);
        // Unlike other axes, this one may be the rank itself.
        require(flatten.axis >= -rank && flatten.axis <= rank,
                fmt::format("axis {} is out of range", flatten.axis), in[0]);
        const auto split = in[0].begin() + (flatten.axis < 0 ? flatten.axis + rank : flatten.axis);
        return {elementCount(Shape(in[0].begin(), split)), elementCount(Shape(split, in[0].end()))};
    }

    Shape operator()(const Reshape& reshape) const {
        requireCount(in, 1, 1);
        Shape out = reshape.dims;
        std::ptrdiff_t unknown = -1;
        for (std::ptrdiff_t i = 0; i < std::ssize(out); ++i) {
            if (out[i] == -1) {
                require(unknown < 0, "shape may have one -1", reshape.dims);
                unknown = i;
                out[i] = 1;
            } else if (out[i] == 0 && !reshape.allowZero) {
                require(i < std::ssize(in[0]), "a 0 in shape copies a size that is not there",
                        in[0]);
                out[i] = in[0][i];
            }
        }
        const std::int64_t count = elementCount(in[0]);
        const std::int64_t known = elementCount(out);
        if (unknown >= 0) {
            require(known > 0 && count % known == 0,
                    fmt::format("cannot be reshaped to {}", shapeText(reshape.dims)), in[0]);
            out[unknown] = count / known;
        } else {
            require(known == count, fmt::format("cannot be reshaped to {}", shapeText(out)), in[0]);
        }
        return out;
    }

    Shape operator()(const Squeeze& squeeze) const {
        requireCount(in, 1, 1);
        const std::vector<bool> dropped = axisSet(squeeze.axes, in[0].size());
        Shape out;
        for (std::size_t i = 0; i < in[0].size(); ++i) {
            const bool drop = squeeze.axes.empty() ? in[0][i] == 1 : dropped[i];
            require(!drop || in[0][i] == 1, fmt::format("dimension {} is not 1", i), in[0]);
            if (!drop) {
                out.push_back(in[0][i]);
            }
        }
        return out;
    }

    Shape operator()(const Unsqueeze& unsqueeze) const {
        requireCount(in, 1, 1);
        const std::vector<bool> added =
            axisSet(unsqueeze.axes, in[0].size() + unsqueeze.axes.size());
        Shape out;
        auto next = in[0].begin();
        for (const bool isAdded : added) {
            out.push_back(isAdded ? 1 : *next++);
        }
        return out;
    }

    Shape operator()(const Transpose& transpose) const {
        requireCount(in, 1, 1);
        Shape out;
        for (const std::size_t from : permutationOf(transpose, in[0].size())) {
            out.push_back(in[0][from]);
        }
        return out;
    }

    Shape operator()(const Softmax& softmax) const {
        const Shape out = same();
        if (!out.empty()) {
            axisIndex(softmax.axis, out.size());
        }
        return out;
    }

    Shape operator()(const Relu&) const { return same(); }
    Shape operator()(const Clip&) const { return same(); }
    Shape operator()(const Function&) const { return same(); }
    Shape operator()(const Identity&) const { return same(); }
    Shape operator()(const Dropout&) const { return same(); }

    Shape same() const {
        requireCount(in, 1, 1);
        return in[0];
    }
};

}  // namespace

Shape outputShape(const Operator& op, const std::vector<Shape>& inputs) {
    Shape shape = std::visit(ShapeOf{inputs}, op);
    elementCount(shape);
    return shape;
}

}  // namespace aslog::ptq
