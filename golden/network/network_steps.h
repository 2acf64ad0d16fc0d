// The steps of a network that are no convolution. Internal to golden/.
// Definition: docs/arithmetic.md, section 10.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "golden/network/network.h"

namespace aslog::golden {

inline constexpr std::size_t kByteValues = 256;

inline constexpr std::int64_t kLargestTensor = std::int64_t{1} << 30;  // elements

/// What a kernel knows of its step; refers to memory that outlives the construction only.
struct StepContext {
    const std::vector<TensorInfo>& inputs;
    const TensorInfo& output;
    const Numerics& numerics;
};

struct StepKernel::Implementation {
    virtual ~Implementation() = default;
    [[nodiscard]] virtual Tensor run(const std::vector<const Tensor*>& inputs) const = 0;
};

using StepImplementation = std::shared_ptr<const StepKernel::Implementation>;

// Each throws std::invalid_argument, without the name of the step.
[[nodiscard]] StepImplementation makeStep(const ConvStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const AddStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const MultiplyStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const MaxPoolStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const AveragePoolStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const ConcatStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const PadStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const SliceStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const WidenStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const TransposeStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const ConstantStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const ReshapeStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const ClampStep& step, const StepContext& context);
[[nodiscard]] StepImplementation makeStep(const TableStep& step, const StepContext& context);

/// Throws std::invalid_argument with the message.
void requireStep(bool condition, const std::string& message);

/// Throws unless the step has `count` inputs, or an output with the zero point of its first input.
void requireInputs(const StepContext& context, std::size_t count);
void requireSameZeroPoint(const StepContext& context);

/// "16x32x32"
[[nodiscard]] std::string sizeText(const TensorInfo& info);

/// A tensor of this size, full of zeros.
[[nodiscard]] Tensor emptyTensor(const TensorInfo& info);

/// floor((q - zeroPoint) * M / 2^s + 1/2)
[[nodiscard]] std::int64_t rescaled(int q, int zeroPoint, const Ratio& ratio);

/// Throws unless M and s are in their ranges.
void checkRatio(const Ratio& ratio);

/// The largest number that is both an activation and an output.
[[nodiscard]] std::uint64_t topOf(const Numerics& numerics);

/// Throws unless low <= high, and high fits the activations and outputs of these numerics.
void checkClamp(const ClampRange& clamp, const Numerics& numerics);

}  // namespace aslog::golden
