// The operators that only move elements.
#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "ptq/graph/shapes.h"
#include "ptq/onnx/converters.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using onnx::AttributeProto;
using support::InputError;

// Of an activation; of whole numbers: evaluateConstant().
ConvertedNode convertGather(Source& source) {
    const auto* indices = std::get_if<WholeNumbers>(&source.required(1, "indices"));
    if (indices == nullptr || indices->shape.size() > 1) {
        throw InputError("indices must be one whole number or a list of them");
    }
    return withFirstInput(Gather{source.attributes.integer("axis", 0),
                                 fixedNumbers(indices->data, "indices"), indices->shape.empty()});
}

// A part of the input each.
ConvertedNode convertSplit(Source& source) {
    const std::int64_t axis = source.attributes.integer("axis", 0);
    Shape sizes = source.attributeOrInput(13, "split", 1);
    const auto count = static_cast<std::int64_t>(source.outputCount());
    if (source.since(18) && source.attributes.integer("num_outputs", count) != count) {
        throw InputError(fmt::format("num_outputs: found {} for {} outputs",
                                     source.attributes.integer("num_outputs", count), count));
    }
    if (sizes.empty()) {
        const BatchShape shape = source.shapeOf(0);
        const Shape all = fixedNumbers({shape[axisIndex(axis, shape.size())]}, "the split size");
        const std::int64_t size = (all[0] + count - 1) / count;  // the last one may be smaller
        for (std::int64_t i = 0; i < count; ++i) {
            sizes.push_back(std::clamp<std::int64_t>(all[0] - i * size, 0, size));
        }
    }
    if (std::ssize(sizes) != count) {
        throw InputError(fmt::format("split: found {} sizes for {} outputs", sizes.size(), count));
    }
    ConvertedNode result{{}, {0}};
    std::int64_t start = 0;
    for (const std::int64_t size : sizes) {
        if (size < 0 || size > kMaxElements) {
            throw InputError(fmt::format("split: a size of {} is out of range", size));
        }
        result.outputs.emplace_back(Slice{{start}, {start + size}, {axis}, {1}});
        start += size;
    }
    return result;
}

ConvertedNode convertConcat(Source& source) {
    if (source.attributes.find("axis", AttributeProto::INT) == nullptr) {
        throw InputError("attribute axis is missing");
    }
    return withAllInputs(source, Concat{source.attributes.integer("axis", 0)});
}

// Pads of some axes as pads of all.
void spreadPads(const Source& source, Pad& pad) {
    const Shape axes = source.wholeNumbers(3, "axes");
    const std::size_t rank = source.shapeOf(0).size();
    if (axes.size() != pad.begin.size()) {
        throw InputError(
            fmt::format("found {} axes for pads of {}", axes.size(), pad.begin.size()));
    }
    Pad all = pad;
    all.begin.assign(rank, 0);
    all.end.assign(rank, 0);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        all.begin[axisIndex(axes[i], rank)] = pad.begin[i];
        all.end[axisIndex(axes[i], rank)] = pad.end[i];
    }
    pad = std::move(all);
}

ConvertedNode convertPad(Source& source) {
    Pad pad;
    const std::string mode = source.attributes.text("mode", "constant");
    const std::map<std::string, Pad::Mode> modes = {{"constant", Pad::Mode::Constant},
                                                    {"reflect", Pad::Mode::Reflect},
                                                    {"edge", Pad::Mode::Edge}};
    if (!modes.contains(mode)) {
        throw InputError(fmt::format("mode: found \"{}\", allowed: constant, reflect, edge", mode));
    }
    pad.mode = modes.at(mode);
    std::tie(pad.begin, pad.end) = splitPads(source.attributeOrInput(11, "pads", 1));
    if (source.since(18) && source.hasInput(3)) {
        spreadPads(source, pad);
    }
    pad.value = source.since(11) ? source.scalar(2, "constant_value", 0)
                                 : source.attributes.number("value", 0);
    return withFirstInput(std::move(pad));
}

ConvertedNode convertSlice(Source& source) {
    Slice slice{source.attributeOrInput(10, "starts", 1),
                source.attributeOrInput(10, "ends", 2),
                source.attributeOrInput(10, "axes", 3),
                {}};
    if (source.since(10)) {
        slice.steps = source.wholeNumbers(4, "steps");
    }
    const std::size_t count = slice.starts.size();
    if (slice.axes.empty()) {
        for (std::size_t i = 0; i < count; ++i) {
            slice.axes.push_back(static_cast<std::int64_t>(i));
        }
    }
    if (slice.steps.empty()) {
        slice.steps.assign(count, 1);
    }
    return withFirstInput(std::move(slice));
}

ConvertedNode convertReshape(Source& source) {
    if (!source.hasInput(1)) {
        throw InputError("input shape is missing");
    }
    const bool allowZero = source.since(14) && source.attributes.flag("allowzero", false);
    const BatchShape target = source.targetShape(1, "shape");
    if (dependsOnBatch(target)) {
        return withFirstInput(reshapeForEveryBatch(source.shapeOf(0), target, allowZero));
    }
    return withFirstInput(Reshape{atBatch(target, 1), allowZero});
}

ConvertedNode convertSqueeze(Source& source) {
    return withFirstInput(Squeeze{source.attributeOrInput(13, "axes", 1)});
}

ConvertedNode convertUnsqueeze(Source& source) {
    return withFirstInput(Unsqueeze{source.attributeOrInput(13, "axes", 1)});
}

ConvertedNode convertTranspose(Source& source) {
    return withAllInputs(source, Transpose{source.attributes.integers("perm")});
}

ConvertedNode convertFlatten(Source& source) {
    return withAllInputs(source, Flatten{source.attributes.integer("axis", 1)});
}

}  // namespace

ConvertedNode withAllInputs(const Source& source, Operator op) {
    std::vector<std::size_t> operands(source.inputCount());
    std::iota(operands.begin(), operands.end(), std::size_t{0});
    return {{std::move(op)}, std::move(operands)};
}

ConvertedNode withFirstInput(Operator op) {
    return {{std::move(op)}, {0}};
}

std::pair<Shape, Shape> splitPads(const Shape& pads) {
    if (pads.size() % 2 != 0) {
        throw InputError(
            fmt::format("pads {}: needs two numbers for each dimension", shapeText(pads)));
    }
    const auto middle = pads.begin() + std::ssize(pads) / 2;
    return {Shape(pads.begin(), middle), Shape(middle, pads.end())};
}

const Converters& movementConverters() {
    static const Converters table = {
        {Concat::kName, convertConcat},
        {Flatten::kName, convertFlatten},
        {Gather::kName, convertGather},
        {Pad::kName, convertPad},
        {Reshape::kName, convertReshape},
        {Slice::kName, convertSlice},
        {"Split", convertSplit},
        {Squeeze::kName, convertSqueeze},
        {Transpose::kName, convertTranspose},
        {Unsqueeze::kName, convertUnsqueeze},
    };
    return table;
}

}  // namespace aslog::ptq
