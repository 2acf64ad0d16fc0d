#include "ptq/onnx/constant_operators.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "ptq/graph/shapes.h"
#include "ptq/onnx/shape_arithmetic.h"
#include "ptq/onnx/source.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using onnx::AttributeProto;
using onnx::TensorProto;
using support::InputError;

const WholeNumbers& wholeTensor(const Source& source, std::size_t index, std::string_view what) {
    const auto* numbers = std::get_if<WholeNumbers>(&source.required(index, what));
    if (numbers == nullptr) {
        throw InputError(fmt::format("{}: found floats, allowed whole numbers", what));
    }
    return *numbers;
}

WholeNumbers listOf(BatchShape numbers) {
    return {{std::ssize(numbers)}, std::move(numbers)};
}

FileConstant evaluateConstantNode(Source& source) {
    Attributes& attributes = source.attributes;
    if (attributes.find("value_float", AttributeProto::FLOAT) != nullptr) {
        return FloatTensor{{}, {attributes.number("value_float", 0)}};
    }
    if (attributes.find("value_int", AttributeProto::INT) != nullptr) {
        return WholeNumbers{{}, {attributes.integer("value_int", 0)}};
    }
    if (attributes.find("value_ints", AttributeProto::INTS) != nullptr) {
        const Shape numbers = attributes.integers("value_ints");
        return listOf({numbers.begin(), numbers.end()});
    }
    if (const auto* floats = attributes.find("value_floats", AttributeProto::FLOATS)) {
        return FloatTensor{{floats->floats_size()},
                           {floats->floats().begin(), floats->floats().end()}};
    }
    const AttributeProto* value = attributes.find("value", AttributeProto::TENSOR);
    attributes.refuseUnread();
    if (value == nullptr) {
        throw InputError("attribute value is missing");
    }
    return readTensor(value->t());
}

// start and end, since opset 15, are clamped to the dimensions that there are.
FileConstant evaluateShape(Source& source) {
    BatchShape shape = source.shapeOf(0);
    const auto rank = std::ssize(shape);
    const auto place = [rank](std::int64_t at) {
        return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank);
    };
    if (source.since(15)) {
        const std::int64_t start = place(source.attributes.integer("start", 0));
        const std::int64_t end = place(source.attributes.integer("end", rank));
        shape = {shape.begin() + start, shape.begin() + std::max(start, end)};
    }
    return listOf(std::move(shape));
}

FileConstant evaluateSize(Source& source) {
    BatchNumber count = 1;
    for (const BatchNumber& size : source.shapeOf(0)) {
        count = calculate(Arithmetic::Kind::Mul, count, size);
    }
    return WholeNumbers{{}, {count}};
}

FileConstant evaluateGather(Source& source) {
    const WholeNumbers& data = wholeTensor(source, 0, "data");
    const WholeNumbers& places = wholeTensor(source, 1, "indices");
    const Shape indices = fixedNumbers(places.data, "indices");
    const std::size_t axis = axisIndex(source.attributes.integer("axis", 0), data.shape.size());
    const auto split = data.shape.begin() + static_cast<std::ptrdiff_t>(axis);
    const Shape outer(data.shape.begin(), split);
    const Shape inner(split + 1, data.shape.end());

    WholeNumbers result{outer, {}};
    result.shape.insert(result.shape.end(), places.shape.begin(), places.shape.end());
    result.shape.insert(result.shape.end(), inner.begin(), inner.end());
    requireFew(result.shape);
    if (elementCount(result.shape) == 0) {
        return result;  // the sizes beside a 0 may be too large to walk through
    }
    const std::int64_t run = elementCount(inner);
    for (std::int64_t i = 0; i < elementCount(outer); ++i) {
        for (const std::int64_t index : indices) {
            if (index < -*split || index >= *split) {
                throw InputError(
                    fmt::format("index {} is out of range for {} numbers", index, *split));
            }
            const std::int64_t from = (i * *split + (index < 0 ? index + *split : index)) * run;
            std::copy_n(data.data.begin() + from, run, std::back_inserter(result.data));
        }
    }
    return result;
}

// A number of floating point as an int64, rounded towards zero as C does.
std::int64_t truncated(float number) {
    constexpr float kBeyond = 9223372036854775808.0F;  // 2^63
    if (!(number >= -kBeyond && number < kBeyond)) {
        throw InputError(fmt::format("{} does not fit 64 bits", number));
    }
    return static_cast<std::int64_t>(std::trunc(number));
}

void requireInt32(const BatchShape& numbers) {
    for (const BatchNumber& number : numbers) {
        if (!std::in_range<std::int32_t>(number.factor)) {
            throw InputError(fmt::format("{} does not fit 32 bits", number.factor));
        }
    }
}

FileConstant evaluateCast(Source& source) {
    const FileConstant& input = source.required(0, "input");
    const std::int64_t type = source.attributes.integer("to", TensorProto::UNDEFINED);
    source.attributes.ignore("saturate");
    source.attributes.ignore("round_mode");
    const bool toFloat = isFloatType(static_cast<int>(type));
    if (!toFloat && type != TensorProto::INT64 && type != TensorProto::INT32) {
        throw InputError(fmt::format("attribute to: found {}, allowed float, double, int32, int64",
                                     elementTypeName(static_cast<int>(type))));
    }
    requireFew(std::visit([](const auto& numbers) { return numbers.shape; }, input));
    const auto* floats = std::get_if<FloatTensor>(&input);
    if (floats != nullptr && toFloat) {
        return *floats;
    }
    WholeNumbers whole;
    if (floats != nullptr) {
        whole.shape = floats->shape;
        std::transform(floats->data.begin(), floats->data.end(), std::back_inserter(whole.data),
                       truncated);
    } else {
        whole = std::get<WholeNumbers>(input);
    }
    if (toFloat) {
        const Shape numbers = fixedNumbers(whole.data, "input");
        return FloatTensor{whole.shape, {numbers.begin(), numbers.end()}};
    }
    if (type == TensorProto::INT32) {
        requireInt32(whole.data);
    }
    return whole;
}

FileConstant evaluateConstantOfShape(Source& source) {
    source.required(0, "input");
    const Shape shape = source.wholeNumbers(0, "input");
    requireFew(shape);
    const auto count = static_cast<std::size_t>(elementCount(shape));
    const AttributeProto* value = source.attributes.find("value", AttributeProto::TENSOR);
    const FileConstant filling = value == nullptr ? FloatTensor{{}, {0}} : readTensor(value->t());
    const auto isSingle = [](const auto& tensor) { return tensor.data.size() == 1; };
    if (!std::visit(isSingle, filling)) {
        throw InputError("attribute value must be a single number");
    }
    if (const auto* whole = std::get_if<WholeNumbers>(&filling)) {
        return WholeNumbers{shape, BatchShape(count, whole->data[0])};
    }
    return FloatTensor{shape, std::vector<float>(count, std::get<FloatTensor>(filling).data[0])};
}

using Evaluator = FileConstant (*)(Source&);

const std::map<std::string_view, Evaluator>& evaluators() {
    static const std::map<std::string_view, Evaluator> table = {
        {"Cast", evaluateCast},
        {"Constant", evaluateConstantNode},
        {"ConstantOfShape", evaluateConstantOfShape},
        {"Gather", evaluateGather},
        {"Shape", evaluateShape},
        {"Size", evaluateSize},
    };
    return table;
}

}  // namespace

std::vector<std::string> constantOperators() {
    std::vector<std::string> names;
    for (const auto& [name, evaluator] : evaluators()) {
        names.emplace_back(name);
    }
    return names;
}

bool isConstantOperator(std::string_view operatorType) {
    return evaluators().contains(operatorType);
}

FileConstant evaluateConstant(const onnx::NodeProto& node, std::int64_t opset,
                              const KnownValues& known) {
    Source source(node, opset, known);
    source.attributes.refuseOthers(findOperator(node.op_type())->attributes);
    FileConstant result = evaluators().at(node.op_type())(source);
    source.attributes.refuseUnread();
    return result;
}

}  // namespace aslog::ptq
