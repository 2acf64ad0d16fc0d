// Poolings.
#include <algorithm>

#include "golden/network/network_steps.h"

namespace aslog::golden {
namespace {

/// The taps of one window along one dimension, `dilation` apart.
struct Run {
    int first = 0;   // place of the first tap inside the input
    int taps = 0;    // inside the input
    int padded = 0;  // inside the input or its padding
};

struct Axis {
    int kernel;
    int stride;
    int dilation;
    int padBegin;
    int padEnd;
    int input;
};

/// Taps of a window that starts at `start` which lie before `end`.
std::int64_t tapsBefore(const Axis& axis, std::int64_t start, std::int64_t end) {
    return end <= start
               ? 0
               : std::min<std::int64_t>(axis.kernel, (end - start - 1) / axis.dilation + 1);
}

Run runAt(const Axis& axis, int output) {
    const std::int64_t start = std::int64_t{output} * axis.stride - axis.padBegin;
    const std::int64_t outside = tapsBefore(axis, start, 0);
    Run run;
    run.first = static_cast<int>(start + outside * axis.dilation);
    run.taps = static_cast<int>(tapsBefore(axis, start, axis.input) - outside);
    run.padded = static_cast<int>(tapsBefore(axis, start, std::int64_t{axis.input} + axis.padEnd));
    return run;
}

Axis rowsOf(const PoolWindow& w, int inputHeight) {
    return {w.kernelHeight, w.strideY, w.dilationY, w.padTop, w.padBottom, inputHeight};
}

Axis columnsOf(const PoolWindow& w, int inputWidth) {
    return {w.kernelWidth, w.strideX, w.dilationX, w.padLeft, w.padRight, inputWidth};
}

void checkAxis(const Axis& axis, int outputs) {
    constexpr int kLargest = 1 << 12;  // keeps the number of taps within an int
    for (const int number : {axis.kernel, axis.stride, axis.dilation}) {
        requireStep(number >= 1 && number <= kLargest,
                    "a kernel, stride or dilation is " + std::to_string(number) +
                        ", allowed is 1 to " + std::to_string(kLargest));
    }
    for (const int number : {axis.padBegin, axis.padEnd}) {
        requireStep(number >= 0 && number <= kLargest, "a padding is " + std::to_string(number) +
                                                           ", allowed is 0 to " +
                                                           std::to_string(kLargest));
    }
    const auto check = [&axis](int output) {
        requireStep(runAt(axis, output).taps > 0, "a window has no tap inside the input");
    };
    // A window that starts inside the padding may step over the input; of the others the last is
    // the first to be beyond it.
    for (int i = 0; i < outputs && i * axis.stride < axis.padBegin; ++i) {
        check(i);
    }
    check(outputs - 1);
}

std::vector<Run> runsOf(const Axis& axis, int outputs) {
    std::vector<Run> runs(static_cast<std::size_t>(outputs));
    for (int i = 0; i < outputs; ++i) {
        runs[static_cast<std::size_t>(i)] = runAt(axis, i);
    }
    return runs;
}

/// Both poolings: what they do with the taps of a window is up to `Pool`.
template <typename Pool>
class Pooling final : public StepKernel::Implementation {
  public:
    Pooling(const PoolWindow& window, const StepContext& context, Pool pool)
        : output_(context.output), window_(window), pool_(std::move(pool)) {
        requireStep(context.inputs.size() == 1, "a pooling has one input");
        const TensorInfo& input = context.inputs.front();
        requireStep(input.channels == output_.channels, "a pooling keeps the number of channels");
        checkAxis(rowsOf(window, input.height), output_.height);
        checkAxis(columnsOf(window, input.width), output_.width);
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        const Tensor& input = *inputs.front();
        const std::vector<Run> rows = runsOf(rowsOf(window_, input.height), output_.height);
        const std::vector<Run> columns = runsOf(columnsOf(window_, input.width), output_.width);
        Tensor output = emptyTensor(output_);
        std::uint8_t* to = output.data.data();
        for (int c = 0; c < output.channels; ++c) {
            const std::uint8_t* plane =
                input.data.data() + static_cast<std::size_t>(c) *
                                        static_cast<std::size_t>(input.height) *
                                        static_cast<std::size_t>(input.width);
            for (const Run& row : rows) {
                for (const Run& column : columns) {
                    *to++ = pool_(plane, input.width, row, column, window_.dilationY,
                                  window_.dilationX);
                }
            }
        }
        return output;
    }

  private:
    TensorInfo output_;
    PoolWindow window_;
    Pool pool_;
};

template <typename Visit>
void forEachTap(const std::uint8_t* plane, int width, const Run& row, const Run& column,
                int dilationY, int dilationX, const Visit& visit) {
    for (int y = 0; y < row.taps; ++y) {
        const std::uint8_t* line =
            plane + static_cast<std::ptrdiff_t>(row.first + y * dilationY) * width + column.first;
        for (int x = 0; x < column.taps; ++x) {
            visit(line[static_cast<std::ptrdiff_t>(x) * dilationX]);
        }
    }
}

struct Largest {
    std::uint8_t operator()(const std::uint8_t* plane, int width, const Run& row, const Run& column,
                            int dilationY, int dilationX) const {
        std::uint8_t best = 0;
        forEachTap(plane, width, row, column, dilationY, dilationX,
                   [&best](std::uint8_t q) { best = std::max(best, q); });
        return best;
    }
};

struct Mean {
    std::vector<Ratio> ratios;
    bool countsPadding;
    int inputZeroPoint;
    int outputZeroPoint;
    ClampRange clamp;

    std::uint8_t operator()(const std::uint8_t* plane, int width, const Run& row, const Run& column,
                            int dilationY, int dilationX) const {
        std::int64_t sum = 0;
        forEachTap(plane, width, row, column, dilationY, dilationX,
                   [&sum](std::uint8_t q) { sum += q; });
        sum -= std::int64_t{inputZeroPoint} * row.taps * column.taps;
        const int taps = countsPadding ? row.padded * column.padded : row.taps * column.taps;
        const Ratio& ratio = ratios[static_cast<std::size_t>(taps - 1)];
        const Int128 v = scaleAndRound(sum, ratio.scale, ratio.shift) + outputZeroPoint;
        return static_cast<std::uint8_t>(
            std::clamp<Int128>(v, Int128{clamp.low}, Int128{clamp.high}));
    }
};

}  // namespace

StepImplementation makeStep(const MaxPoolStep& step, const StepContext& context) {
    requireStep(
        !context.inputs.empty() && context.inputs.front().zeroPoint == context.output.zeroPoint,
        "a maximum keeps the zero point");
    return std::make_shared<Pooling<Largest>>(step.window, context, Largest{});
}

StepImplementation makeStep(const AveragePoolStep& step, const StepContext& context) {
    checkClamp(step.clamp, context.numerics);
    requireStep(!context.inputs.empty(), "a pooling has one input");
    const std::int64_t area = std::int64_t{step.window.kernelHeight} * step.window.kernelWidth;
    requireStep(static_cast<std::int64_t>(step.ratios.size()) == area,
                std::to_string(step.ratios.size()) + " ratios for a kernel of " +
                    std::to_string(area) + " taps");
    std::for_each(step.ratios.begin(), step.ratios.end(), checkRatio);
    return std::make_shared<Pooling<Mean>>(
        step.window, context,
        Mean{step.ratios, step.countsPadding, context.inputs.front().zeroPoint,
             context.output.zeroPoint, step.clamp});
}

}  // namespace aslog::golden
