#include "ptq/onnx/shape_arithmetic.h"

#include <algorithm>
#include <cstddef>
#include <variant>

#include <fmt/format.h>

#include "ptq/graph/shapes.h"
#include "ptq/reference/kernels.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using WholeOperands = std::vector<const WholeNumbers*>;

template <typename... Ops>
bool isOneOf(const Operator& op) {
    return (std::holds_alternative<Ops>(op) || ...);
}

bool movesNumbers(const Operator& op) {
    return isOneOf<Concat, Flatten, Identity, Reshape, Slice, Squeeze, Transpose, Unsqueeze>(op);
}

// The kernels move floats. So they move the places of the numbers, which few are exact as floats.
WholeNumbers moved(const Operator& op, const WholeOperands& in, const Shape& out) {
    std::vector<BatchNumber> numbers;
    std::vector<FloatTensor> places;
    for (const WholeNumbers* operand : in) {
        FloatTensor& tensor = places.emplace_back(FloatTensor{operand->shape, {}});
        for (const BatchNumber& number : operand->data) {
            tensor.data.push_back(static_cast<float>(numbers.size()));
            numbers.push_back(number);
        }
    }
    Operands operands;
    for (const FloatTensor& tensor : places) {
        operands.push_back(&tensor);
    }
    WholeNumbers result{out, {}};
    for (const float place : computeOperator(op, operands, out).data) {
        result.data.push_back(numbers[static_cast<std::size_t>(place)]);
    }
    return result;
}

WholeNumbers calculated(Arithmetic::Kind kind, const WholeOperands& in, const Shape& out) {
    const std::int64_t count = elementCount(out);
    WholeNumbers result{out, {}};
    Odometer a(out, repeatedStrides(in[0]->shape, out));
    Odometer b(out, repeatedStrides(in[1]->shape, out));
    for (std::int64_t i = 0; i < count; ++i) {
        result.data.push_back(calculate(kind, in[0]->data[static_cast<std::size_t>(a.offset())],
                                        in[1]->data[static_cast<std::size_t>(b.offset())]));
        a.advance();
        b.advance();
    }
    return result;
}

}  // namespace

void requireFew(const Shape& shape) {
    if (elementCount(shape) > kMaxComputedNumbers) {
        throw support::InputError(fmt::format("shape {}: found {} numbers, allowed {} at most",
                                              shapeText(shape), elementCount(shape),
                                              kMaxComputedNumbers));
    }
}

std::optional<FileConstant> evaluate(const Operator& op,
                                     const std::vector<const FileConstant*>& operands) {
    WholeOperands in;
    std::vector<Shape> shapes;
    for (const FileConstant* operand : operands) {
        if (operand == nullptr) {
            return std::nullopt;
        }
        if (const auto* floats = std::get_if<FloatTensor>(operand)) {
            const bool isShort = std::ssize(floats->data) <= kMaxComputedNumbers;
            return std::holds_alternative<Identity>(op) && operands.size() == 1 && isShort
                       ? std::optional<FileConstant>(*floats)
                       : std::nullopt;
        }
        in.push_back(&std::get<WholeNumbers>(*operand));
        shapes.push_back(in.back()->shape);
    }
    const auto* arithmetic = std::get_if<Arithmetic>(&op);
    if (in.empty() || (arithmetic == nullptr && !movesNumbers(op))) {
        return std::nullopt;
    }
    std::for_each(shapes.begin(), shapes.end(), requireFew);
    const Shape out = outputShape(op, shapes);
    requireFew(out);
    if (elementCount(out) == 0) {
        return WholeNumbers{out, {}};  // the sizes beside a 0 may be too large to walk through
    }
    return arithmetic != nullptr ? calculated(arithmetic->kind, in, out) : moved(op, in, out);
}

}  // namespace aslog::ptq
