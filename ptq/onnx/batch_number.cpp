#include "ptq/onnx/batch_number.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"

namespace aslog::ptq {
namespace {

using support::InputError;

std::string text(const BatchNumber& number) {
    if (!number.timesBatch) {
        return std::to_string(number.factor);
    }
    return number.factor == 1 ? "batch" : fmt::format("{} * batch", number.factor);
}

[[noreturn]] void refuse(const BatchNumber& a, char symbol, const BatchNumber& b,
                         std::string_view reason) {
    throw InputError(fmt::format("{} {} {}: {}", text(a), symbol, text(b), reason));
}

constexpr std::string_view kOverflow = "the result does not fit 64 bits";
constexpr std::string_view kOther = "the result is neither fixed nor a multiple of the batch";

BatchNumber sum(const BatchNumber& a, const BatchNumber& b, bool negative) {
    const char symbol = negative ? '-' : '+';
    if (a.timesBatch != b.timesBatch && a.factor != 0 && b.factor != 0) {
        refuse(a, symbol, b, kOther);
    }
    std::int64_t result = 0;
    const bool overflows = negative ? __builtin_sub_overflow(a.factor, b.factor, &result)
                                    : __builtin_add_overflow(a.factor, b.factor, &result);
    if (overflows) {
        refuse(a, symbol, b, kOverflow);
    }
    return {result, a.timesBatch || b.timesBatch};
}

BatchNumber product(const BatchNumber& a, const BatchNumber& b) {
    if (a.timesBatch && b.timesBatch) {
        refuse(a, '*', b, kOther);
    }
    std::int64_t result = 0;
    if (__builtin_mul_overflow(a.factor, b.factor, &result)) {
        refuse(a, '*', b, kOverflow);
    }
    return {result, a.timesBatch || b.timesBatch};
}

BatchNumber quotient(const BatchNumber& a, const BatchNumber& b) {
    if (b.factor == 0) {
        refuse(a, '/', b, "division by zero");
    }
    if (b.factor == -1 && a.factor == std::numeric_limits<std::int64_t>::min()) {
        refuse(a, '/', b, kOverflow);
    }
    if (a.timesBatch == b.timesBatch || a.factor == 0) {
        return a.factor / b.factor;  // the batch cancels out, also in what is rounded
    }
    if (b.timesBatch || a.factor % b.factor != 0) {
        refuse(a, '/', b, kOther);
    }
    return {a.factor / b.factor, true};
}

}  // namespace

BatchNumber calculate(Arithmetic::Kind kind, const BatchNumber& a, const BatchNumber& b) {
    switch (kind) {
        case Arithmetic::Kind::Add:
            return sum(a, b, false);
        case Arithmetic::Kind::Sub:
            return sum(a, b, true);
        case Arithmetic::Kind::Mul:
            return product(a, b);
        case Arithmetic::Kind::Div:
            break;
    }
    return quotient(a, b);
}

std::int64_t atBatch(const BatchNumber& number, std::int64_t batch) {
    return number.timesBatch ? product(number.factor, batch).factor : number.factor;
}

Shape atBatch(const BatchShape& shape, std::int64_t batch) {
    Shape result;
    std::transform(shape.begin(), shape.end(), std::back_inserter(result),
                   [batch](const BatchNumber& size) { return atBatch(size, batch); });
    return result;
}

bool dependsOnBatch(const BatchShape& shape) {
    return std::any_of(shape.begin(), shape.end(),
                       [](const BatchNumber& size) { return size.timesBatch; });
}

std::string batchShapeText(const BatchShape& shape) {
    std::vector<std::string> sizes;
    std::transform(shape.begin(), shape.end(), std::back_inserter(sizes), text);
    return fmt::format("[{}]", fmt::join(sizes, ", "));
}

}  // namespace aslog::ptq
