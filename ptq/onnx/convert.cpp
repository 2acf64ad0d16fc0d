#include "ptq/onnx/convert.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "ptq/onnx/constant_operators.h"
#include "ptq/onnx/reader.h"
#include "ptq/onnx/source.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using onnx::AttributeProto;
using support::InputError;

// The first half of an ONNX pads list is for the beginnings, the second for the ends.
std::pair<Shape, Shape> splitPads(const Shape& pads) {
    if (pads.size() % 2 != 0) {
        throw InputError(
            fmt::format("pads {}: needs two numbers for each dimension", shapeText(pads)));
    }
    const auto middle = pads.begin() + std::ssize(pads) / 2;
    return {Shape(pads.begin(), middle), Shape(middle, pads.end())};
}

AutoPad autoPad(Attributes& attributes, const Shape& pads) {
    const std::map<std::string, AutoPad> known = {{"NOTSET", AutoPad::Explicit},
                                                  {"SAME_UPPER", AutoPad::SameUpper},
                                                  {"SAME_LOWER", AutoPad::SameLower},
                                                  {"VALID", AutoPad::Valid}};
    const std::string text = attributes.text("auto_pad", "NOTSET");
    const auto found = known.find(text);
    if (found == known.end()) {
        throw InputError(
            fmt::format("auto_pad: found \"{}\", allowed: NOTSET, SAME_UPPER, "
                        "SAME_LOWER, VALID",
                        text));
    }
    const bool padded = std::any_of(pads.begin(), pads.end(), [](auto pad) { return pad != 0; });
    if (padded && found->second != AutoPad::Explicit) {
        throw InputError(fmt::format("auto_pad {} contradicts pads {}", text, shapeText(pads)));
    }
    return found->second;
}

Window window(Attributes& attributes) {
    const Shape pads = attributes.integers("pads");
    auto [begin, end] = splitPads(pads);
    return {.kernel = attributes.integers("kernel_shape"),
            .strides = attributes.integers("strides"),
            .dilations = attributes.integers("dilations"),
            .padsBegin = std::move(begin),
            .padsEnd = std::move(end),
            .autoPad = autoPad(attributes, pads)};
}

Window poolWindow(Attributes& attributes) {
    Window result = window(attributes);
    result.ceilMode = attributes.flag("ceil_mode", false);
    if (result.kernel.empty()) {
        throw InputError("attribute kernel_shape is missing");
    }
    return result;
}

// Most converters keep all inputs.
ConvertedNode withAllInputs(const Source& source, Operator op) {
    return {std::move(op), source.inputCount()};
}

ConvertedNode convertConv(Source& source) {
    Conv conv{window(source.attributes), source.attributes.integer("group", 1)};
    return withAllInputs(source, std::move(conv));
}

ConvertedNode convertGemm(Source& source) {
    Attributes& a = source.attributes;
    return withAllInputs(source, Gemm{a.number("alpha", 1), a.number("beta", 1),
                                      a.flag("transA", false), a.flag("transB", false)});
}

ConvertedNode convertBatchNormalization(Source& source) {
    Attributes& a = source.attributes;
    a.ignore("momentum");
    if (a.flag("training_mode", false)) {
        throw InputError("training_mode 1 is not supported; export the model for inference");
    }
    if (!source.since(9) && !a.flag("spatial", true)) {
        throw InputError("spatial 0 is not supported");
    }
    return withAllInputs(source, BatchNormalization{a.number("epsilon", 1e-5F)});
}

ConvertedNode convertClip(Source& source) {
    Clip clip;
    if (source.since(11)) {
        clip.low = source.scalar(1, "min", clip.low);
        clip.high = source.scalar(2, "max", clip.high);
    } else {
        clip.low = source.attributes.number("min", clip.low);
        clip.high = source.attributes.number("max", clip.high);
    }
    return {clip, 1};
}

ConvertedNode convertArithmetic(Source& source) {
    const auto* const name = std::ranges::find(Arithmetic::kNames, source.type());
    const auto kind = static_cast<Arithmetic::Kind>(name - Arithmetic::kNames.begin());
    return withAllInputs(source, Arithmetic{kind});
}

ConvertedNode convertMaxPool(Source& source) {
    source.attributes.ignore("storage_order");  // matters to the second output alone
    return withAllInputs(source, MaxPool{poolWindow(source.attributes)});
}

ConvertedNode convertAveragePool(Source& source) {
    AveragePool pool{poolWindow(source.attributes),
                     source.attributes.flag("count_include_pad", false)};
    return withAllInputs(source, std::move(pool));
}

ConvertedNode convertReduceMean(Source& source) {
    return withAllInputs(source, ReduceMean{source.attributes.integers("axes"),
                                            source.attributes.flag("keepdims", true)});
}

ConvertedNode convertConcat(Source& source) {
    if (source.attributes.find("axis", AttributeProto::INT) == nullptr) {
        throw InputError("attribute axis is missing");
    }
    return withAllInputs(source, Concat{source.attributes.integer("axis", 0)});
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
    pad.value = source.since(11) ? source.scalar(2, "constant_value", 0)
                                 : source.attributes.number("value", 0);
    return {std::move(pad), 1};
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
    return {std::move(slice), 1};
}

ConvertedNode convertReshape(Source& source) {
    if (!source.hasInput(1)) {
        throw InputError("input shape is missing");
    }
    const bool allowZero = source.since(14) && source.attributes.flag("allowzero", false);
    const BatchShape target = source.batchNumbers(1, "shape");
    if (dependsOnBatch(target)) {
        return {reshapeForEveryBatch(source.shapeOf(0), target, allowZero), 1};
    }
    return {Reshape{atBatch(target, 1), allowZero}, 1};
}

ConvertedNode convertSqueeze(Source& source) {
    return {Squeeze{source.attributeOrInput(13, "axes", 1)}, 1};
}

ConvertedNode convertUnsqueeze(Source& source) {
    return {Unsqueeze{source.attributeOrInput(13, "axes", 1)}, 1};
}

ConvertedNode convertTranspose(Source& source) {
    return withAllInputs(source, Transpose{source.attributes.integers("perm")});
}

ConvertedNode convertFlatten(Source& source) {
    return withAllInputs(source, Flatten{source.attributes.integer("axis", 1)});
}

ConvertedNode convertDropout(Source& source) {
    source.attributes.ignore("ratio");
    source.attributes.ignore("seed");
    const Shape training = source.wholeNumbers(2, "training_mode");
    if (!training.empty() && training[0] != 0) {
        throw InputError("training_mode is not supported; export the model for inference");
    }
    return {Dropout{}, 1};
}

ConvertedNode convertSoftmax(Source& source) {
    // Before opset 13 the input counted as a matrix, split at the axis.
    const bool alone = source.since(13);
    return withAllInputs(source,
                         Softmax{source.attributes.integer("axis", alone ? -1 : 1), !alone});
}

template <typename Op>
ConvertedNode convertPlain(Source& source) {
    return withAllInputs(source, Op{});
}

using Converter = ConvertedNode (*)(Source&);

const std::map<std::string_view, Converter>& converters() {
    static const std::map<std::string_view, Converter> table = [] {
        std::map<std::string_view, Converter> rows = {
            {AveragePool::kName, convertAveragePool},
            {BatchNormalization::kName, convertBatchNormalization},
            {Clip::kName, convertClip},
            {Concat::kName, convertConcat},
            {Conv::kName, convertConv},
            {Dropout::kName, convertDropout},
            {Flatten::kName, convertFlatten},
            {Gemm::kName, convertGemm},
            {GlobalAveragePool::kName, convertPlain<GlobalAveragePool>},
            {Identity::kName, convertPlain<Identity>},
            {MatMul::kName, convertPlain<MatMul>},
            {MaxPool::kName, convertMaxPool},
            {Pad::kName, convertPad},
            {ReduceMean::kName, convertReduceMean},
            {Relu::kName, convertPlain<Relu>},
            {Reshape::kName, convertReshape},
            {Slice::kName, convertSlice},
            {Softmax::kName, convertSoftmax},
            {Squeeze::kName, convertSqueeze},
            {Transpose::kName, convertTranspose},
            {Unsqueeze::kName, convertUnsqueeze},
        };
        for (const std::string_view name : Arithmetic::kNames) {
            rows.emplace(name, convertArithmetic);
        }
        return rows;
    }();
    return table;
}

}  // namespace

bool isSupported(std::string_view operatorType) {
    return isConstantOperator(operatorType) || converters().contains(operatorType);
}

std::vector<std::string> supportedOperators() {
    std::vector<std::string> names = constantOperators();
    for (const auto& [name, converter] : converters()) {
        names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

ConvertedNode convert(const onnx::NodeProto& node, std::int64_t opset, const KnownValues& known) {
    Source source(node, opset, known);
    ConvertedNode converted = converters().at(node.op_type())(source);
    source.attributes.refuseUnread();
    for (std::size_t i = 0; i < converted.operands; ++i) {
        if (!source.hasInput(i)) {
            throw InputError(fmt::format("input {} is missing", i));
        }
    }
    return converted;
}

}  // namespace aslog::ptq
