// A whole network in exact integers: convolutions on the array, and what lies between them.
// Definition: docs/arithmetic.md, section 10.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "golden/arithmetic/numerics.h"
#include "golden/arithmetic/requantiser.h"
#include "golden/layer/conv.h"

namespace aslog::golden {

/// M / 2^s: from the step of one tensor to that of another.
struct Ratio {
    std::uint64_t scale = 1;  // M, below 2^kRatioBits
    int shift = 1;            // s, 1 ... kRatioShiftMax
    friend bool operator==(const Ratio&, const Ratio&) = default;
};

inline constexpr int kRatioBits = 16;
inline constexpr int kRatioShiftMax = 62;

/// The windows of a pooling.
struct PoolWindow {
    int kernelHeight = 1;
    int kernelWidth = 1;
    int strideY = 1;
    int strideX = 1;
    int padTop = 0;
    int padBottom = 0;
    int padLeft = 0;
    int padRight = 0;
    int dilationY = 1;
    int dilationX = 1;
    friend bool operator==(const PoolWindow&, const PoolWindow&) = default;
};

/// One layer for each group of channels: group g takes the g-th part of the input's channels and
/// gives the g-th part of the output's. A second input is the residual: its elements, rescaled,
/// are added behind the scale of the PCF.
struct ConvStep {
    static constexpr const char* kName = "conv";
    std::vector<ConvLayer> groups;
    Ratio residual;  // unused without a second input
    friend bool operator==(const ConvStep&, const ConvStep&) = default;
};

/// The sum of two inputs, both with the same shift.
struct AddStep {
    static constexpr const char* kName = "add";
    std::array<std::uint64_t, 2> scales{1, 1};  // below 2^kRatioBits
    int shift = 1;
    ClampRange clamp;
    friend bool operator==(const AddStep&, const AddStep&) = default;
};

/// The product of two inputs. The second may have a size of 1 where the first has more: there all
/// elements of the first meet the same one.
struct MultiplyStep {
    static constexpr const char* kName = "multiply";
    Ratio ratio;
    ClampRange clamp;
    friend bool operator==(const MultiplyStep&, const MultiplyStep&) = default;
};

/// The largest of a window; padding never wins. Windows may reach beyond the padding.
struct MaxPoolStep {
    static constexpr const char* kName = "max_pool";
    PoolWindow window;
    friend bool operator==(const MaxPoolStep&, const MaxPoolStep&) = default;
};

/// The mean of a window. `ratios` has, at n - 1, the ratio for windows of n taps, one for each tap
/// of the kernel.
struct AveragePoolStep {
    static constexpr const char* kName = "average_pool";
    PoolWindow window;
    bool countsPadding = false;  // taps in the padding count, but not those beyond it
    std::vector<Ratio> ratios;
    ClampRange clamp;
    friend bool operator==(const AveragePoolStep&, const AveragePoolStep&) = default;
};

/// The channels of all inputs, one after the other, each input rescaled.
struct ConcatStep {
    static constexpr const char* kName = "concat";
    std::vector<Ratio> ratios;  // one an input
    friend bool operator==(const ConcatStep&, const ConcatStep&) = default;
};

/// Zeros, which are the zero point, around the input; the output's size tells how many behind.
struct PadStep {
    static constexpr const char* kName = "pad";
    int channels = 0;  // before the first
    int top = 0;
    int left = 0;
    friend bool operator==(const PadStep&, const PadStep&) = default;
};

/// Every step-th element from start on; the output's size tells how many.
struct SliceStep {
    static constexpr const char* kName = "slice";
    std::array<int, 3> starts{0, 0, 0};  // channel, y, x
    std::array<int, 3> steps{1, 1, 1};
    friend bool operator==(const SliceStep&, const SliceStep&) = default;
};

/// Rows and columns further apart: of n elements f * n, each repeated f times, or (n - 1) * f + 1,
/// with zeros, which are the zero point, between.
struct WidenStep {
    static constexpr const char* kName = "widen";
    std::array<int, 2> factors{1, 1};  // f of rows and of columns, at least 1
    bool repeats = true;
    friend bool operator==(const WidenStep&, const WidenStep&) = default;
};

/// The elements in another order: the input counts as a tensor of `sizes`, row-major; dimension i
/// of the result is its dimension order[i].
struct TransposeStep {
    static constexpr const char* kName = "transpose";
    std::vector<int> sizes;  // at most kMostDimensions
    std::vector<int> order;
    friend bool operator==(const TransposeStep&, const TransposeStep&) = default;
};

inline constexpr std::size_t kMostDimensions = 8;

/// Numbers that no image changes; a step without inputs.
struct ConstantStep {
    static constexpr const char* kName = "constant";
    std::vector<std::uint8_t> data;  // q, [channel][y][x] of the output
    friend bool operator==(const ConstantStep&, const ConstantStep&) = default;
};

/// The same elements in the same order, in another size.
struct ReshapeStep {
    static constexpr const char* kName = "reshape";
    friend bool operator==(const ReshapeStep&, const ReshapeStep&) = default;
};

/// Into a range, without another scale.
struct ClampStep {
    static constexpr const char* kName = "clamp";
    ClampRange clamp;
    friend bool operator==(const ClampStep&, const ClampStep&) = default;
};

/// A function of each element alone, with a scale of its own: one table for all channels, or one
/// for each, of 2^activationBits entries by q.
struct TableStep {
    static constexpr const char* kName = "table";
    std::vector<std::vector<std::uint8_t>> tables;
    friend bool operator==(const TableStep&, const TableStep&) = default;
};

using Operation = std::variant<ConvStep, AddStep, MultiplyStep, MaxPoolStep, AveragePoolStep,
                               ConcatStep, PadStep, SliceStep, WidenStep, TransposeStep,
                               ReshapeStep, ClampStep, TableStep, ConstantStep>;

/// kName of the alternative, which the file of a network has too: "conv", "add", ...
[[nodiscard]] const char* operationName(const Operation& operation);

using TensorId = std::size_t;  // index into NetworkSpec::tensors

struct TensorInfo {
    std::string name;
    int channels = 1;
    int height = 1;
    int width = 1;
    int zeroPoint = 0;  // of all elements: x = scale * (q - zeroPoint)

    [[nodiscard]] std::size_t size() const;
    friend bool operator==(const TensorInfo&, const TensorInfo&) = default;
};

struct Step {
    std::string name;
    Operation operation;
    std::vector<TensorId> inputs;
    TensorId output = 0;
    friend bool operator==(const Step&, const Step&) = default;
};

struct NetworkSpec {
    std::vector<TensorInfo> tensors;
    std::vector<Step> steps;  // each after those that make its inputs
    TensorId input = 0;
    std::vector<TensorId> outputs;  // at least one; one tensor may be several of them
    bool sumsPlanes = false;  // the answer is the sum over each channel of the one output: a mean
                              // whose division is left to the host
    friend bool operator==(const NetworkSpec&, const NetworkSpec&) = default;
};

/// One step, checked and packed once for any number of images. Copies share what is packed; the
/// const functions may be called from several threads.
class StepKernel {
  public:
    /// `inputs`, `output`: what the step reads and writes. Throws std::invalid_argument, with the
    /// name of the step, if sizes, zero points or numbers do not fit together.
    StepKernel(const Step& step, const std::vector<TensorInfo>& inputs, const TensorInfo& output,
               const Numerics& numerics);

    /// The inputs must have the sizes of their infos and at most activationBits.
    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const;

    struct Implementation;

  private:
    std::shared_ptr<const Implementation> implementation_;
};

/// Sees every tensor: the network's input, then the output of each step, in order.
using TensorObserver = std::function<void(TensorId, const Tensor&)>;

class Network {
  public:
    /// Throws std::invalid_argument, with the name of the step or tensor, for a network that is not
    /// well-formed: a tensor that is read before it is made, or made twice; a step that does not
    /// fit; a layer that the numerics can not hold.
    Network(NetworkSpec spec, Numerics numerics);

    [[nodiscard]] const NetworkSpec& spec() const { return spec_; }
    [[nodiscard]] const Numerics& numerics() const { return numerics_; }

    /// Multiplications by a weight that one image takes, padding included.
    [[nodiscard]] std::int64_t macs() const;

    /// The outputs for one image, in order. Throws std::invalid_argument if the image has not the
    /// size of the input, or an element of more than activationBits. May be called from several
    /// threads.
    [[nodiscard]] std::vector<Tensor> run(const Tensor& image,
                                          const TensorObserver& observe = {}) const;

    /// What the host gets, from what run() gives: of one output after the other q - zeroPoint of
    /// each element, or the sum of these for each channel.
    [[nodiscard]] std::vector<std::int64_t> answer(const std::vector<Tensor>& outputs) const;

  private:
    NetworkSpec spec_;
    Numerics numerics_;
    std::vector<StepKernel> kernels_;       // one a step
    std::vector<std::size_t> lastReaders_;  // step that reads a tensor last; its memory goes then
};

/// The residual r of one element: floor((q - zeroPoint) * M / 2^s + 1/2), saturated so that r +
/// outputZeroPoint is a legal output offset.
[[nodiscard]] std::int64_t residualOf(int q, int zeroPoint, const Ratio& ratio, int outputZeroPoint,
                                      int outputBits);

}  // namespace aslog::golden
