#include "ptq/quantise/lower_operators.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "ptq/graph/shapes.h"
#include "ptq/graph/window.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using support::InputError;

struct Context {
    const Graph& graph;
    const Node& node;
    const std::vector<Shape>& shapes;

    golden::TensorInfo input(std::size_t i = 0) const {
        return tensorInfo(graph, shapes, node.inputs[i]);
    }
    golden::TensorInfo output() const { return tensorInfo(graph, shapes, node.output); }
    const Shape& inputShape() const { return shapes[node.inputs.front()]; }
    const Shape& outputShape() const { return shapes[node.output]; }

    const FloatTensor& constant(std::size_t i, const char* what) const {
        const FloatTensor* tensor = constantOf(graph, node.inputs[i]);
        if (tensor == nullptr) {
            throw InputError(fmt::format("{} must be constant", what));
        }
        return *tensor;
    }
};

int asInt(std::int64_t size) {
    if (size < 0 || size > (1 << 24)) {
        throw InputError(fmt::format("a size of {} is beyond what is supported", size));
    }
    return static_cast<int>(size);
}

// Of one spatial dimension a plane of height 1.
ResolvedWindow planeWindow(const Window& window, const Shape& kernel, const Shape& input) {
    if (input.size() != 3 && input.size() != 4) {
        throw InputError(fmt::format("its input is {}; one or two spatial dimensions are needed",
                                     shapeText(input)));
    }
    ResolvedWindow plane = resolve(window, kernel, spatialSizes(input));
    if (input.size() == 3) {
        for (Shape* ones : {&plane.kernel, &plane.strides, &plane.dilations, &plane.output}) {
            ones->insert(ones->begin(), 1);
        }
        for (Shape* zeros : {&plane.padsBegin, &plane.padsEnd}) {
            zeros->insert(zeros->begin(), 0);
        }
    }
    return plane;
}

golden::PoolWindow poolWindow(const ResolvedWindow& w) {
    return {asInt(w.kernel[0]),    asInt(w.kernel[1]),   asInt(w.strides[0]),   asInt(w.strides[1]),
            asInt(w.padsBegin[0]), asInt(w.padsEnd[0]),  asInt(w.padsBegin[1]), asInt(w.padsEnd[1]),
            asInt(w.dilations[0]), asInt(w.dilations[1])};
}

// Places of dimensions behind the batch among channels, rows and columns.
std::vector<std::size_t> placesOf(std::size_t rank) {
    return rank == 3 ? std::vector<std::size_t>{0, 2} : std::vector<std::size_t>{0, 1, 2};
}

// All of the plane, for a global mean.
golden::PoolWindow wholePlane(const golden::TensorInfo& input) {
    golden::PoolWindow window;
    window.kernelHeight = input.height;
    window.kernelWidth = input.width;
    return window;
}

LoweredOperation lowerOne(const Conv& op, const Context& context) {
    const FloatTensor& weights = context.constant(1, "the weights");
    const ResolvedWindow w =
        planeWindow(op.window, spatialSizes(weights.shape), context.inputShape());
    LoweredConv conv;
    conv.groups = asInt(op.groups);
    conv.geometry = {asInt(weights.shape[1]), asInt(weights.shape[0] / op.groups),
                     asInt(w.kernel[0]),      asInt(w.kernel[1]),
                     asInt(w.strides[0]),     asInt(w.strides[1]),
                     asInt(w.padsBegin[0]),   asInt(w.padsEnd[0]),
                     asInt(w.padsBegin[1]),   asInt(w.padsEnd[1]),
                     asInt(w.dilations[0]),   asInt(w.dilations[1])};
    conv.weights = weights.data;
    conv.bias = context.node.inputs.size() == 3 ? context.constant(2, "the bias").data
                                                : std::vector<float>(weights.shape[0], 0.0F);
    return conv;
}

LoweredOperation lowerOne(const Gemm& op, const Context& context) {
    const FloatTensor& weights = context.constant(1, "the matrix");
    if (op.transA || !op.transB || op.alpha != 1 || op.beta != 1 ||
        context.inputShape().size() != 2) {
        throw InputError("only vector * matrix + vector has an integer form");
    }
    LoweredConv conv;
    conv.geometry.outputChannels = asInt(weights.shape[0]);
    conv.geometry.inputChannels = asInt(weights.shape[1]);
    conv.weights = weights.data;
    conv.bias = context.node.inputs.size() == 3 ? context.constant(2, "the bias").data
                                                : std::vector<float>(weights.shape[0], 0.0F);
    if (std::ssize(conv.bias) != weights.shape[0]) {
        throw InputError("its bias has not one number for each output");
    }
    return conv;
}

// One weight for each channel: a convolution of one tap in as many groups.
LoweredConv perChannel(std::vector<float> scale, std::vector<float> bias) {
    LoweredConv conv;
    conv.groups = static_cast<int>(scale.size());
    conv.weights = std::move(scale);
    conv.bias = std::move(bias);
    return conv;
}

LoweredOperation lowerOne(const BatchNormalization& op, const Context& context) {
    const FloatTensor& scale = context.constant(1, "the scale");
    const FloatTensor& bias = context.constant(2, "the bias");
    const FloatTensor& mean = context.constant(3, "the mean");
    const FloatTensor& variance = context.constant(4, "the variance");
    std::vector<float> weights;
    std::vector<float> offsets;
    for (std::size_t c = 0; c < scale.data.size(); ++c) {
        weights.push_back(scale.data[c] / std::sqrt(variance.data[c] + op.epsilon));
        offsets.push_back(bias.data[c] - mean.data[c] * weights.back());
    }
    (void)context.input();  // has a size that is supported
    return perChannel(std::move(weights), std::move(offsets));
}

LoweredOperation lowerOne(const MaxPool& op, const Context& context) {
    return golden::MaxPoolStep{
        poolWindow(planeWindow(op.window, op.window.kernel, context.inputShape()))};
}

LoweredOperation lowerOne(const AveragePool& op, const Context& context) {
    return LoweredAveragePool{
        poolWindow(planeWindow(op.window, op.window.kernel, context.inputShape())),
        op.countIncludePad};
}

LoweredOperation lowerOne(const GlobalPool& op, const Context& context) {
    const golden::PoolWindow window = wholePlane(context.input());
    if (op.kind == GlobalPool::Kind::Max) {
        return golden::MaxPoolStep{window};
    }
    return LoweredAveragePool{window};
}

LoweredOperation lowerOne(const Reduce& op, const Context& context) {
    const std::size_t rank = context.inputShape().size();
    std::vector<bool> reduced(rank, op.axes.empty());
    for (const std::int64_t axis : op.axes) {
        reduced[axisIndex(axis, rank)] = true;
    }
    std::vector<bool> spatial(rank, true);
    std::fill_n(spatial.begin(), std::min<std::size_t>(rank, 2), false);
    if (rank < 3 || reduced != spatial) {
        throw InputError(
            "only the mean, maximum or sum over both spatial dimensions has an integer form");
    }
    const golden::PoolWindow window = wholePlane(context.input());
    if (op.kind == Reduce::Kind::Max) {
        return golden::MaxPoolStep{window};
    }
    LoweredAveragePool mean{window};
    if (op.kind == Reduce::Kind::Sum) {
        mean.factor = static_cast<double>(window.kernelHeight) * window.kernelWidth;
    }
    return mean;
}

LoweredOperation lowerOne(const Concat& op, const Context& context) {
    if (axisIndex(op.axis, context.outputShape().size()) != 1) {
        throw InputError("only channels can be joined");
    }
    for (const ValueId id : context.node.inputs) {
        if (constantOf(context.graph, id) != nullptr) {
            throw InputError("it joins a constant");
        }
    }
    return LoweredConcat{};
}

LoweredOperation lowerOne(const Pad& op, const Context& /*context*/) {
    const bool isNegative =
        std::any_of(op.begin.begin(), op.begin.end(), [](auto size) { return size < 0; }) ||
        std::any_of(op.end.begin(), op.end.end(), [](auto size) { return size < 0; });
    if (op.mode != Pad::Mode::Constant || op.value != 0 || isNegative ||
        op.begin.front() + op.end.front() != 0) {
        throw InputError("only zeros around channels and planes have an integer form");
    }
    golden::PadStep step;
    std::array<int*, 3> places = {&step.channels, &step.top, &step.left};
    const std::vector<std::size_t> order = placesOf(op.begin.size());
    for (std::size_t i = 1; i < op.begin.size(); ++i) {
        *places.at(order.at(i - 1)) = asInt(op.begin[i]);
    }
    return step;
}

LoweredOperation lowerOne(const Slice& op, const Context& context) {
    const std::vector<SliceRange> ranges = sliceRanges(op, context.inputShape());
    golden::SliceStep step;
    const std::vector<std::size_t> places = placesOf(ranges.size());
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const bool isBatch = i == 0;
        if (ranges[i].step < 1 || (isBatch && (ranges[i].start != 0 || ranges[i].count != 1))) {
            throw InputError("it turns a dimension round, or takes a part of the batch");
        }
        if (!isBatch) {
            const std::size_t place = places.at(i - 1);
            step.starts.at(place) = asInt(ranges[i].start);
            step.steps.at(place) = asInt(std::min<std::int64_t>(ranges[i].step, 1 << 20));
        }
    }
    return step;
}

LoweredOperation lowerOne(const Widen& op, const Context& context) {
    const Shape& factors = op.factors;
    (void)context.input();
    if (factors[0] != 1 || factors[1] != 1) {
        throw InputError("only rows and columns can be repeated");
    }
    golden::WidenStep step;
    step.repeats = op.kind == Widen::Kind::Resize;
    step.factors = {factors.size() == 4 ? asInt(factors[2]) : 1,
                    factors.size() > 2 ? asInt(factors.back()) : 1};
    return step;
}

// `sizes` and their order, the batch included.
LoweredOperation lowerOrder(const Shape& sizes, const std::vector<std::size_t>& order) {
    if (sizes.size() > golden::kMostDimensions + 1 || order.front() != 0) {
        throw InputError(fmt::format(
            "it turns {}; an order of the dimensions behind the batch, {} at most, is needed",
            shapeText(sizes), golden::kMostDimensions));
    }
    golden::TransposeStep step;
    for (std::size_t i = 1; i < sizes.size(); ++i) {
        step.sizes.push_back(asInt(sizes[i]));
        step.order.push_back(static_cast<int>(order[i]) - 1);
    }
    return step;
}

LoweredOperation lowerOne(const Transpose& op, const Context& context) {
    (void)context.input();
    return lowerOrder(context.inputShape(), permutationOf(op, context.inputShape().size()));
}

LoweredOperation lowerOne(const Rearrange& op, const Context& context) {
    (void)context.input();
    const Shape sizes = outputShape(Reshape{op.sizes}, {context.inputShape()});
    return lowerOrder(sizes, permutationOf(Transpose{op.order}, sizes.size()));
}

// The order of the elements stays.
LoweredOperation lowerMove(const Context& context) {
    (void)context.input();
    (void)context.output();
    return golden::ReshapeStep{};
}

LoweredOperation lowerOne(const Flatten& /*op*/, const Context& context) {
    return lowerMove(context);
}
LoweredOperation lowerOne(const Reshape& /*op*/, const Context& context) {
    return lowerMove(context);
}
LoweredOperation lowerOne(const Squeeze& /*op*/, const Context& context) {
    return lowerMove(context);
}
LoweredOperation lowerOne(const Unsqueeze& /*op*/, const Context& context) {
    return lowerMove(context);
}

// A constant for each channel (or one for all), as numbers; throws for any other.
std::vector<float> channelConstant(const Context& context, std::size_t index) {
    const FloatTensor& tensor = *constantOf(context.graph, context.node.inputs[index]);
    const golden::TensorInfo size = context.output();
    const Shape& input = context.shapes[context.node.inputs[1 - index]];
    if (input != context.outputShape()) {
        throw InputError(fmt::format("it makes {} of {}; the size must stay",
                                     shapeText(context.outputShape()), shapeText(input)));
    }
    const auto channels = static_cast<std::size_t>(size.channels);
    if (tensor.data.size() == 1) {
        return std::vector<float>(channels, tensor.data.front());
    }
    // Behind the channels of [C, 1, 1] (or of [C] beside a vector) nothing varies.
    Shape shape = tensor.shape;
    const Shape& out = context.outputShape();
    shape.insert(shape.begin(), out.size() - std::min(out.size(), shape.size()), 1);
    if (tensor.data.size() != channels || shape[1] != size.channels) {
        throw InputError(fmt::format("a constant {} is neither one number nor one a channel",
                                     shapeText(tensor.shape)));
    }
    return tensor.data;
}

LoweredOperation lowerOne(const Arithmetic& op, const Context& context) {
    const bool constantFirst = constantOf(context.graph, context.node.inputs[0]) != nullptr;
    const std::vector<float> c = channelConstant(context, constantFirst ? 0 : 1);
    std::vector<float> scale(c.size(), 1.0F);
    std::vector<float> bias(c.size(), 0.0F);
    for (std::size_t i = 0; i < c.size(); ++i) {
        switch (op.kind) {
            case Arithmetic::Kind::Add:
                bias[i] = c[i];
                break;
            case Arithmetic::Kind::Sub:
                bias[i] = constantFirst ? c[i] : -c[i];
                scale[i] = constantFirst ? -1.0F : 1.0F;
                break;
            case Arithmetic::Kind::Mul:
                scale[i] = c[i];
                break;
            case Arithmetic::Kind::Div:
                if (constantFirst) {
                    throw InputError("a number divided by an activation has no integer form");
                }
                scale[i] = 1 / c[i];
                break;
        }
    }
    return perChannel(std::move(scale), std::move(bias));
}

LoweredOperation lowerOne(const Function& op, const Context& /*context*/) {
    return LoweredFunction{{op}};
}

LoweredOperation lowerOne(const PRelu& /*op*/, const Context& context) {
    (void)context.constant(1, "the slope");
    LoweredFunction result;
    for (const float slope : channelConstant(context, 1)) {
        result.functions.push_back({Function::Kind::LeakyRelu, slope});
    }
    return result;
}

LoweredOperation lowerOne(const Softmax& /*op*/, const Context& /*context*/) {
    throw InputError("only at the end of the network, where the host computes it, it may stand");
}
LoweredOperation lowerOne(const ArgMax& /*op*/, const Context& /*context*/) {
    throw InputError("only at the end of the network, where the host computes it, it may stand");
}

template <typename Other>
LoweredOperation lowerOne(const Other& /*op*/, const Context& /*context*/) {
    throw InputError("it has no integer form");
}

}  // namespace

golden::TensorInfo tensorInfo(const Graph& graph, const std::vector<Shape>& shapes, ValueId id) {
    const Shape& shape = shapes[id];
    if (shape.size() < 2 || shape.size() > 4 || shape.front() != 1) {
        throw InputError(
            fmt::format("\"{}\" is {} for one image; [1, C, H, W], [1, C, W] or [1, C] is needed",
                        graph.values[id].name, shapeText(shape)));
    }
    golden::TensorInfo info;
    info.name = graph.values[id].name;
    info.channels = asInt(shape[1]);
    info.height = shape.size() == 4 ? asInt(shape[2]) : 1;
    info.width = shape.size() > 2 ? asInt(shape.back()) : 1;
    return info;
}

LoweredOperation lowerOperator(const Graph& graph, const Node& node,
                               const std::vector<Shape>& shapes) {
    const Context context{graph, node, shapes};
    (void)context.output();
    return std::visit([&](const auto& op) { return lowerOne(op, context); }, node.op);
}

}  // namespace aslog::ptq
