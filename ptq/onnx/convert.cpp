#include "ptq/onnx/convert.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "ptq/onnx/constant_operators.h"
#include "ptq/onnx/converters.h"
#include "ptq/onnx/reader.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using support::InputError;

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

ConvertedNode convertConv(Source& source) {
    Conv conv{window(source.attributes), source.attributes.integer("group", 1)};
    return withAllInputs(source, std::move(conv));
}

ConvertedNode convertConvTranspose(Source& source) {
    Attributes& a = source.attributes;
    ConvTranspose conv{window(a), a.integer("group", 1), a.integers("output_padding"),
                       a.integers("output_shape")};
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
    return withFirstInput(clip);
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

// The operator whose kNames has the type of the node.
template <typename Op>
Op ofKind(const Source& source) {
    const auto* const name = std::ranges::find(Op::kNames, source.type());
    Op op;
    op.kind = static_cast<typename Op::Kind>(name - Op::kNames.begin());
    return op;
}

ConvertedNode convertReduce(Source& source) {
    auto reduce = ofKind<Reduce>(source);
    const std::int64_t axesAreInput = reduce.kind == Reduce::Kind::Sum ? 13 : 18;
    reduce.axes = source.attributeOrInput(axesAreInput, "axes", 1);
    reduce.keepDims = source.attributes.flag("keepdims", true);
    if (source.attributes.flag("noop_with_empty_axes", false) && reduce.axes.empty()) {
        return withFirstInput(Identity{});
    }
    return withFirstInput(reduce);
}

ConvertedNode convertArgMax(Source& source) {
    if (source.attributes.flag("select_last_index", false)) {
        throw InputError("select_last_index 1 is not supported");
    }
    return withFirstInput(
        ArgMax{source.attributes.integer("axis", 0), source.attributes.flag("keepdims", true)});
}

ConvertedNode convertFunction(Source& source) {
    using Kind = Function::Kind;
    auto function = ofKind<Function>(source);
    Attributes& a = source.attributes;
    const auto alpha = [&](float usual) { function.alpha = a.number("alpha", usual); };
    switch (function.kind) {
        case Kind::LeakyRelu:
            alpha(0.01F);
            break;
        case Kind::Selu:
            alpha(1.67326319217681884765625F);
            function.beta = a.number("gamma", 1.05070102214813232421875F);
            break;
        case Kind::HardSigmoid:
            alpha(0.2F);
            function.beta = a.number("beta", 0.5F);
            break;
        case Kind::Elu:
        case Kind::Celu:
        case Kind::Swish:
        case Kind::ThresholdedRelu:
            alpha(1);
            break;
        case Kind::Gelu: {
            const std::string way = a.text("approximate", "none");
            if (way != "none" && way != "tanh") {
                throw InputError(
                    fmt::format("approximate: found \"{}\", allowed: none, tanh", way));
            }
            function.isTanh = way == "tanh";
            break;
        }
        default:
            break;
    }
    if (function.kind == Kind::Celu && function.alpha == 0) {
        throw InputError("alpha must not be 0");
    }
    return withFirstInput(function);
}

// Between kinds of floats, which are all float here. Of constants: evaluateConstant().
ConvertedNode convertCast(Source& source) {
    const std::int64_t type = source.attributes.integer("to", 0);
    source.attributes.ignore("saturate");
    source.attributes.ignore("round_mode");
    if (!isFloatType(static_cast<int>(type))) {
        throw InputError(
            fmt::format("an activation is made {}; allowed: float, double, float16, "
                        "bfloat16",
                        elementTypeName(static_cast<int>(type))));
    }
    return withFirstInput(Identity{});
}

ConvertedNode convertDropout(Source& source) {
    source.attributes.ignore("ratio");
    source.attributes.ignore("seed");
    const Shape training = source.wholeNumbers(2, "training_mode");
    if (!training.empty() && training[0] != 0) {
        throw InputError("training_mode is not supported; export the model for inference");
    }
    return withFirstInput(Dropout{});
}

ConvertedNode convertSoftmax(Source& source) {
    // Before opset 13 the input counted as a matrix, split at the axis.
    const bool alone = source.since(13);
    auto softmax = ofKind<Softmax>(source);
    softmax.axis = source.attributes.integer("axis", alone ? -1 : 1);
    softmax.toTheEnd = !alone;
    return withAllInputs(source, softmax);
}

// What has neither attributes nor inputs that are known.
template <typename Op>
ConvertedNode convertPlain(Source& source) {
    if constexpr (requires { Op::kNames; }) {
        return withAllInputs(source, ofKind<Op>(source));
    } else {
        return withAllInputs(source, Op{});
    }
}

template <typename Op>
void addKinds(Converters& rows, Converter converter) {
    for (const std::string_view name : Op::kNames) {
        rows.emplace(name, converter);
    }
}

const Converters& converters() {
    static const Converters table = [] {
        Converters rows = movementConverters();
        rows.insert(wideningConverters().begin(), wideningConverters().end());
        rows.merge(Converters{
            {ArgMax::kName, convertArgMax},
            {AveragePool::kName, convertAveragePool},
            {BatchNormalization::kName, convertBatchNormalization},
            {"Cast", convertCast},
            {Clip::kName, convertClip},
            {Conv::kName, convertConv},
            {ConvTranspose::kName, convertConvTranspose},
            {Dropout::kName, convertDropout},
            {Gemm::kName, convertGemm},
            {Identity::kName, convertPlain<Identity>},
            {MatMul::kName, convertPlain<MatMul>},
            {MaxPool::kName, convertMaxPool},
            {PRelu::kName, convertPlain<PRelu>},
            {Relu::kName, convertPlain<Relu>},
        });
        addKinds<Arithmetic>(rows, convertPlain<Arithmetic>);
        addKinds<Function>(rows, convertFunction);
        addKinds<GlobalPool>(rows, convertPlain<GlobalPool>);
        addKinds<Reduce>(rows, convertReduce);
        addKinds<Softmax>(rows, convertSoftmax);
        addKinds<Variadic>(rows, convertPlain<Variadic>);
        return rows;
    }();
    return table;
}

}  // namespace

bool isConvertible(std::string_view operatorType) {
    return converters().contains(operatorType);
}

bool isSupported(std::string_view operatorType) {
    return isConstantOperator(operatorType) || isConvertible(operatorType);
}

std::vector<std::string> supportedOperators() {
    std::vector<std::string> names = constantOperators();
    for (const auto& [name, converter] : converters()) {
        names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

ConvertedNode convert(const onnx::NodeProto& node, std::int64_t opset, const KnownValues& known) {
    Source source(node, opset, known);
    source.attributes.refuseOthers(findOperator(node.op_type())->attributes);
    ConvertedNode converted = converters().at(node.op_type())(source);
    source.attributes.refuseUnread();
    for (const std::size_t i : converted.operands) {
        if (!source.hasInput(i)) {
            throw InputError(fmt::format("input {} is missing", i));
        }
    }
    return converted;
}

}  // namespace aslog::ptq
