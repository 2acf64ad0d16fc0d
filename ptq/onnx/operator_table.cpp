#include "ptq/onnx/operator_table.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ptq/onnx/refusals.h"

namespace aslog::ptq {
namespace {

constexpr std::string_view kAll = "all";
constexpr std::string_view kConstants = "constants alone";

constexpr std::string_view kTable = "`table` of 256 entries";
constexpr std::string_view kTableOrHost = "`table` of 256 entries; at the end: host";
constexpr std::string_view kMoves = "`reshape`: the order of the elements stays";

const std::vector<AttributeRow> kAxis = {{"axis", ""}};
const std::vector<AttributeRow> kAlpha = {{"alpha", ""}};

std::vector<AttributeRow> joined(std::vector<AttributeRow> rows,
                                 const std::vector<AttributeRow>& more) {
    rows.insert(rows.end(), more.begin(), more.end());
    return rows;
}

std::vector<AttributeRow> windowAttributes() {
    return {{"auto_pad", "not beside `pads`"},
            {"dilations", ""},
            {"kernel_shape", ""},
            {"pads", ""},
            {"strides", ""}};
}

std::vector<AttributeRow> reduceAttributes(std::string_view axes) {
    return {{"axes", axes}, {"keepdims", ""}, {"noop_with_empty_axes", ""}};
}

std::vector<OperatorRow> windowRows() {
    const std::vector<AttributeRow> pool = joined(windowAttributes(), {{"ceil_mode", ""}});
    return {
        {"AveragePool", joined(pool, {{"count_include_pad", ""}}), "", kAll,
         "`average_pool`; one or two spatial dimensions"},
        {"Conv", joined(windowAttributes(), {{"group", ""}}),
         "weights and bias: constants, for the integer network", kAll,
         "`conv`; one or two spatial dimensions", Place::Array},
        {"ConvTranspose",
         joined(windowAttributes(), {{"group", ""}, {"output_padding", ""}, {"output_shape", ""}}),
         "weights and bias: constants, for the integer network", kAll,
         "`widen` with zeros, then `conv` with the kernel turned round", Place::Array},
        {"GlobalAveragePool", {}, "", kAll, "`average_pool`; the division of a last one: host"},
        {"GlobalMaxPool", {}, "", kAll, "`max_pool`"},
        {"MaxPool", joined(pool, {{"storage_order", "ignored"}}), "", kAll,
         "`max_pool`; one or two spatial dimensions"},
        {"ReduceMax", reduceAttributes("an input since 18"), "", kAll,
         "`max_pool` over both spatial dimensions"},
        {"ReduceMean", reduceAttributes("an input since 18"), "", kAll,
         "`average_pool` over both spatial dimensions; the division of a last one: host"},
        {"ReduceSum", reduceAttributes("an input since 13"), "", kAll,
         "`average_pool` over both spatial dimensions"},
    };
}

std::vector<OperatorRow> matrixRows() {
    return {
        {"BatchNormalization",
         {{"epsilon", ""},
          {"momentum", "ignored"},
          {"spatial", "1; until 8"},
          {"training_mode", "0"}},
         "all but the first: constants, for the integer network",
         kAll,
         "folded into a `conv`, or one of one tap a channel",
         Place::Array},
        {"Gemm",
         {{"alpha", ""}, {"beta", ""}, {"transA", "0, for the integer network"}, {"transB", ""}},
         "matrix and bias: constants, for the integer network",
         kAll,
         "`conv` of one pixel",
         Place::Array},
        {"MatMul",
         {},
         "the matrix: a constant, for the integer network",
         kAll,
         "`conv` of one pixel, of a vector",
         Place::Array},
    };
}

std::vector<OperatorRow> arithmeticRows() {
    const std::string_view perChannel =
        "by one number, or one a channel: folded, or `conv` of one tap a channel";
    return {
        {"Add",
         {},
         "",
         kAll,
         "with one number a channel: folded; of two, or with a constant map: `add`, or the "
         "residual "
         "of a `conv`"},
        {"Div",
         {},
         "",
         kAll,
         "by one number a channel: folded; by a constant map without zeros: `multiply`; by an "
         "activation: refused"},
        {"Max", {}, "", kAll, "of one activation and numbers: `clamp`"},
        {"Mean", {}, "", kAll, "`add`"},
        {"Min", {}, "", kAll, "of one activation and numbers: `clamp`"},
        {"Mul",
         {},
         "",
         kAll,
         "by one number a channel: folded; of two activations of one size, a gate and its map, or "
         "a constant map: `multiply`"},
        {"Neg", {}, "", kAll, perChannel, Place::Array},
        {"Sub", {}, "", kAll, "as Add"},
        {"Sum", {}, "", kAll, "`add`"},
    };
}

std::vector<OperatorRow> functionRows() {
    const std::vector<AttributeRow> none;
    return {
        {"Abs", none, "", kAll, kTable},
        {"Celu", {{"alpha", "not 0"}}, "", kAll, kTable},
        {"Clip",
         {{"max", "an input since 11"}, {"min", "an input since 11"}},
         "limits: constants",
         kAll,
         "the clamp of the step before, or `clamp`; 0 within"},
        {"Elu", kAlpha, "", kAll, kTableOrHost},
        {"Exp", none, "", kAll, kTableOrHost},
        {"Gelu", {{"approximate", ""}}, "", kAll, kTable},
        {"HardSigmoid", {{"alpha", ""}, {"beta", ""}}, "", kAll, kTableOrHost},
        {"HardSwish", none, "", kAll, kTable},
        {"LeakyRelu", kAlpha, "", kAll, kTableOrHost},
        {"Mish", none, "", kAll, kTable},
        {"PRelu", none, "the slope: a constant, for the integer network", kAll,
         "`table`, one a channel"},
        {"Relu", none, "", kAll, "the clamp of the step before, or `clamp`"},
        {"Selu", {{"alpha", ""}, {"gamma", ""}}, "", kAll, kTableOrHost},
        {"Sigmoid", none, "", kAll, kTableOrHost},
        {"Softplus", none, "", kAll, kTableOrHost},
        {"Softsign", none, "", kAll, kTableOrHost},
        {"Swish", kAlpha, "", kAll, kTable},
        {"Tanh", none, "", kAll, kTableOrHost},
        {"ThresholdedRelu", kAlpha, "", kAll, kTable},
    };
}

std::vector<OperatorRow> movementRows() {
    return {
        {"Concat", kAxis, "activations, for the integer network", kAll, "`concat` of channels"},
        {"DepthToSpace", {{"blocksize", ""}, {"mode", ""}}, "four dimensions", kAll, "`transpose`"},
        {"Expand",
         {},
         "as many dimensions as the shape has",
         kAll,
         "none before a product; else `widen` of one row or column"},
        {"Flatten", kAxis, "", kAll, kMoves},
        {"Gather", kAxis, "indices: constants, one or a list", kAll,
         "`slice`, several joined by `concat` of channels"},
        {"Pad",
         {{"mode", "constant, edge, reflect"},
          {"pads", "an input since 11"},
          {"value", "an input since 11"}},
         "pads: constants",
         kAll,
         "zeros: the padding of the step behind, or `pad`; below all numbers: that of a MaxPool; "
         "negative: `slice`"},
        {"Reshape", {{"allowzero", "since 14"}}, "the shape: known before the run", kAll, kMoves},
        {"Resize",
         {{"antialias", "0"},
          {"axes", ""},
          {"coordinate_transformation_mode", "those that repeat each element in turn"},
          {"cubic_coeff_a", "ignored"},
          {"exclude_outside", "ignored"},
          {"extrapolation_value", "ignored"},
          {"keep_aspect_ratio_policy", "stretch"},
          {"mode", "nearest"},
          {"nearest_mode", "those that repeat each element in turn"}},
         "scales or sizes: constants that make whole factors",
         kAll,
         "`widen` of rows and columns by repetition"},
        {"Slice",
         {{"axes", "an input since 10"},
          {"ends", "an input since 10"},
          {"starts", "an input since 10"}},
         "all but the first: constants",
         kAll,
         "`slice`; steps above 0"},
        {"SpaceToDepth", {{"blocksize", ""}}, "four dimensions", kAll, "`transpose`"},
        {"Split",
         {{"axis", ""}, {"num_outputs", "since 18"}, {"split", "an input since 13"}},
         "sizes: constants",
         kAll,
         "`slice`, one a part"},
        {"Squeeze", {{"axes", "an input since 13"}}, "axes: constants", kAll, kMoves},
        {"Transpose",
         {{"perm", ""}},
         "",
         kAll,
         "most vanish; what is left: `transpose` of channels, rows and columns"},
        {"Unsqueeze", {{"axes", "an input since 13"}}, "axes: constants", kAll, kMoves},
        {"Upsample",
         {{"mode", "nearest"}, {"scales", "an input since 9"}},
         "scales: constants, whole",
         kAll,
         "as Resize"},
    };
}

std::vector<OperatorRow> otherRows() {
    const std::vector<AttributeRow> cast = {{"round_mode", "ignored"},
                                            {"saturate", "ignored"},
                                            {"to", "a float; of constants also int32, int64"}};
    return {
        {"ArgMax",
         {{"axis", ""}, {"keepdims", ""}, {"select_last_index", "0"}},
         "",
         kAll,
         "refused but at the end",
         Place::Host},
        {"Cast", cast, "", kAll, "none", Place::Nobody},
        {"Constant",
         {{"value", ""},
          {"value_float", ""},
          {"value_floats", ""},
          {"value_int", ""},
          {"value_ints", ""}},
         "",
         kConstants,
         "none",
         Place::Nobody},
        {"ConstantOfShape",
         {{"value", "one number"}},
         "known before the run",
         kConstants,
         "none",
         Place::Nobody},
        {"Dropout",
         {{"ratio", "ignored"}, {"seed", "ignored"}},
         "training_mode: 0",
         kAll,
         "none",
         Place::Nobody},
        {"Identity", {}, "", kAll, "none", Place::Nobody},
        {"LogSoftmax", kAxis, "", kAll, "refused but at the end", Place::Host},
        {"Shape", {{"end", ""}, {"start", ""}}, "", kConstants, "none", Place::Nobody},
        {"Size", {}, "", kConstants, "none", Place::Nobody},
        {"Softmax", kAxis, "", kAll, "refused but at the end", Place::Host},
    };
}

std::string_view placeText(Place place) {
    switch (place) {
        case Place::Array:
            return "array";
        case Place::Beside:
            return "beside the array";
        case Place::Host:
            return "host";
        case Place::Nobody:
            break;
    }
    return "nobody";
}

std::string attributesText(const OperatorRow& row) {
    std::string text;
    for (const AttributeRow& attribute : row.attributes) {
        text += (text.empty() ? "`" : ", `") + std::string(attribute.name) + "`";
        if (!attribute.limits.empty()) {
            text += " (" + std::string(attribute.limits) + ")";
        }
    }
    return text.empty() ? "none" : text;
}

constexpr std::string_view kHead = R"(# ONNX operators

Made by `aslog operators --markdown` from the table that the reader goes by (`ptq/onnx/operator_table.cpp`); a test compares the two.

A model has opset 7 to 24, tensors of floats, and the operators below; an attribute that is not named here is refused, and so is a value outside
the brackets. *Float* says what `aslog evaluate MODEL.onnx` and the calibration compute: all of ONNX's definition within these limits, on
activations, or on constants alone, before the network runs. *Integer network* is the step of [network_file](network_file.md) that it becomes
([quantisation](quantisation.md) says how). *Runs on*: the array; beside the array, in what is between its layers; the host, which gets what stands
before; or nobody, because nothing is left of it. Behind the last convolutions of several outputs, functions, sums, products, joins and movements
run on the host as well.

| operator | attributes | inputs | float | integer network | runs on |
|---|---|---|---|---|---|
)";

constexpr std::string_view kTail = R"(
An older opset is converted with `onnx.version_converter`; the refusal prints the command. Symbolic sizes other than the batch get numbers with `--shape NAME=VALUE`.
)";

}  // namespace

const std::vector<OperatorRow>& operatorTable() {
    static const std::vector<OperatorRow> table = [] {
        std::vector<OperatorRow> rows;
        for (const auto& part : {windowRows(), matrixRows(), arithmeticRows(), functionRows(),
                                 movementRows(), otherRows()}) {
            rows.insert(rows.end(), part.begin(), part.end());
        }
        std::ranges::sort(rows, {}, &OperatorRow::name);
        return rows;
    }();
    return table;
}

const OperatorRow* findOperator(std::string_view name) {
    const auto found = std::ranges::lower_bound(operatorTable(), name, {}, &OperatorRow::name);
    return found != operatorTable().end() && found->name == name ? &*found : nullptr;
}

std::string operatorsMarkdown() {
    std::string text(kHead);
    for (const OperatorRow& row : operatorTable()) {
        const std::string_view inputs = row.inputs.empty() ? "any" : row.inputs;
        for (const std::string& cell :
             {std::string(row.name), attributesText(row), std::string(inputs),
              std::string(row.reference), std::string(row.steps),
              std::string(placeText(row.place))}) {
            text += "| " + cell + " ";
        }
        text += "|\n";
    }
    text +=
        "\nAny other operator is refused by its name. These have a reason of their own:\n\n"
        "| operators | reason |\n|---|---|\n";
    for (const Refusal& row : refusals()) {
        text += fmt::format("| {} | {} |\n", fmt::join(row.operators, ", "), row.reason);
    }
    return text + std::string(kTail);
}

}  // namespace aslog::ptq
