// Whole numbers that may depend on the batch size, which is not known when a file is read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ptq/graph/operators.h"

namespace aslog::ptq {

// `factor`, or `factor` times the batch size.
struct BatchNumber {
    std::int64_t factor = 0;
    bool timesBatch = false;  // never with a factor of 0: numbers that are equal look equal

    BatchNumber() = default;
    BatchNumber(std::int64_t number) : factor(number) {}  // numbers are mostly plain ones
    BatchNumber(std::int64_t number, bool ofBatch)
        : factor(number), timesBatch(ofBatch && number != 0) {}

    bool operator==(const BatchNumber&) const = default;
};

// Sizes of a tensor for every batch size.
using BatchShape = std::vector<BatchNumber>;

// What ONNX computes of two int64; a quotient is rounded towards zero. Throws InputError if b is 0,
// the result does not fit 64 bits, or it is neither fixed nor a multiple of the batch size.
BatchNumber calculate(Arithmetic::Kind kind, const BatchNumber& a, const BatchNumber& b);

// The number for one batch size. Throws InputError if it does not fit 64 bits.
std::int64_t atBatch(const BatchNumber& number, std::int64_t batch);
Shape atBatch(const BatchShape& shape, std::int64_t batch);

bool dependsOnBatch(const BatchShape& shape);

// "[batch, 3, 2 * batch]"
std::string batchShapeText(const BatchShape& shape);

}  // namespace aslog::ptq
