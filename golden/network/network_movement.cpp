// Steps that only move elements, and constants.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "golden/network/network_steps.h"

namespace aslog::golden {
namespace {

std::size_t indexOf(const Tensor& tensor, int c, int y, int x) {
    return (static_cast<std::size_t>(c) * static_cast<std::size_t>(tensor.height) +
            static_cast<std::size_t>(y)) *
               static_cast<std::size_t>(tensor.width) +
           static_cast<std::size_t>(x);
}

class Pad final : public StepKernel::Implementation {
  public:
    Pad(const PadStep& step, const StepContext& context) : step_(step), output_(context.output) {
        requireInputs(context, 1);
        requireSameZeroPoint(context);
        const TensorInfo& input = context.inputs.front();
        const auto fits = [](int before, int size, int whole) {
            return before >= 0 && before <= whole - size;
        };
        requireStep(fits(step.channels, input.channels, output_.channels) &&
                        fits(step.top, input.height, output_.height) &&
                        fits(step.left, input.width, output_.width),
                    "the padded input does not fit into the output");
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        const Tensor& input = *inputs.front();
        Tensor output = emptyTensor(output_);
        std::fill(output.data.begin(), output.data.end(),
                  static_cast<std::uint8_t>(output_.zeroPoint));
        for (int c = 0; c < input.channels; ++c) {
            for (int y = 0; y < input.height; ++y) {
                std::copy_n(input.data.data() + indexOf(input, c, y, 0), input.width,
                            output.data.data() +
                                indexOf(output, c + step_.channels, y + step_.top, step_.left));
            }
        }
        return output;
    }

  private:
    PadStep step_;
    TensorInfo output_;
};

class Slice final : public StepKernel::Implementation {
  public:
    Slice(const SliceStep& step, const StepContext& context)
        : step_(step), output_(context.output) {
        requireInputs(context, 1);
        requireSameZeroPoint(context);
        const TensorInfo& input = context.inputs.front();
        const std::array<int, 3> from{input.channels, input.height, input.width};
        const std::array<int, 3> to{output_.channels, output_.height, output_.width};
        for (std::size_t i = 0; i < from.size(); ++i) {
            requireStep(
                step.starts[i] >= 0 && step.steps[i] >= 1 &&
                    std::int64_t{step.starts[i]} + std::int64_t{step.steps[i]} * (to[i] - 1) <
                        from[i],
                "it takes elements from beyond the input");
        }
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        const Tensor& input = *inputs.front();
        Tensor output = emptyTensor(output_);
        std::uint8_t* to = output.data.data();
        for (int c = 0; c < output.channels; ++c) {
            for (int y = 0; y < output.height; ++y) {
                for (int x = 0; x < output.width; ++x) {
                    *to++ = input.at(step_.starts[0] + c * step_.steps[0],
                                     step_.starts[1] + y * step_.steps[1],
                                     step_.starts[2] + x * step_.steps[2]);
                }
            }
        }
        return output;
    }

  private:
    SliceStep step_;
    TensorInfo output_;
};

class Widen final : public StepKernel::Implementation {
  public:
    Widen(const WidenStep& step, const StepContext& context)
        : step_(step), output_(context.output) {
        requireInputs(context, 1);
        requireSameZeroPoint(context);
        const TensorInfo& input = context.inputs.front();
        const std::array<int, 2> from{input.height, input.width};
        const std::array<int, 2> to{output_.height, output_.width};
        requireStep(input.channels == output_.channels, "it keeps the number of channels");
        for (std::size_t i = 0; i < from.size(); ++i) {
            const std::int64_t factor = step.factors[i];
            requireStep(factor >= 1 &&
                            to[i] == (step.repeats ? from[i] * factor : (from[i] - 1) * factor + 1),
                        "it widens " + sizeText(input) + " by " + std::to_string(step.factors[0]) +
                            "x" + std::to_string(step.factors[1]) + " to " + sizeText(output_));
        }
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        const Tensor& input = *inputs.front();
        Tensor output = emptyTensor(output_);
        std::fill(output.data.begin(), output.data.end(),
                  static_cast<std::uint8_t>(output_.zeroPoint));
        for (int c = 0; c < output.channels; ++c) {
            for (int y = 0; y < output.height; ++y) {
                if (!step_.repeats && y % step_.factors[0] != 0) {
                    continue;
                }
                const std::uint8_t* from =
                    input.data.data() + indexOf(input, c, y / step_.factors[0], 0);
                std::uint8_t* to = output.data.data() + indexOf(output, c, y, 0);
                for (int x = 0; x < output.width; x += step_.repeats ? 1 : step_.factors[1]) {
                    to[x] = from[x / step_.factors[1]];
                }
            }
        }
        return output;
    }

  private:
    WidenStep step_;
    TensorInfo output_;
};

class Transpose final : public StepKernel::Implementation {
  public:
    Transpose(const TransposeStep& step, const StepContext& context) : output_(context.output) {
        requireInputs(context, 1);
        requireSameZeroPoint(context);
        const std::size_t rank = step.sizes.size();
        requireStep(rank >= 1 && rank <= kMostDimensions && step.order.size() == rank,
                    "it has " + std::to_string(rank) + " sizes in an order of " +
                        std::to_string(step.order.size()) + "; as many of both, 1 to " +
                        std::to_string(kMostDimensions) + ", are needed");
        requireWhole(step, context.inputs.front());
        std::vector<std::ptrdiff_t> own(rank, 1);
        for (std::size_t i = rank - 1; i > 0; --i) {
            own[i - 1] = own[i] * step.sizes[i];
        }
        std::vector<bool> isSeen(rank);
        for (const int from : step.order) {
            const auto place = static_cast<std::size_t>(from);
            requireStep(from >= 0 && place < rank && !isSeen[place],
                        "its order is no permutation of its dimensions");
            isSeen[place] = true;
            sizes_.push_back(step.sizes[place]);
            strides_.push_back(own[place]);
        }
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        Tensor output = emptyTensor(output_);
        const std::size_t last = sizes_.size() - 1;
        std::vector<int> place(sizes_.size());
        const std::uint8_t* from = inputs.front()->data.data();
        std::ptrdiff_t row = 0;  // where the row of the last dimension begins
        for (auto to = output.data.begin(); to != output.data.end();) {
            for (int i = 0; i < sizes_[last]; ++i) {
                *to++ = from[row + i * strides_[last]];
            }
            for (std::size_t i = last; i-- > 0;) {
                row += strides_[i];
                if (++place[i] < sizes_[i]) {
                    break;
                }
                row -= strides_[i] * sizes_[i];
                place[i] = 0;
            }
        }
        return output;
    }

  private:
    void requireWhole(const TransposeStep& step, const TensorInfo& input) const {
        std::int64_t elements = 1;
        for (const int size : step.sizes) {
            requireStep(size >= 1 && size <= kLargestTensor / elements,
                        "a size of its dimensions is " + std::to_string(size) +
                            ", or they are too large together");
            elements *= size;
        }
        const auto count = static_cast<std::size_t>(elements);
        requireStep(count == input.size() && count == output_.size(),
                    "its sizes have " + std::to_string(count) + " elements, its input " +
                        sizeText(input) + ", its output " + sizeText(output_));
    }

    TensorInfo output_;
    std::vector<int> sizes_;  // of the result
    std::vector<std::ptrdiff_t> strides_;
};

class Constant final : public StepKernel::Implementation {
  public:
    Constant(const ConstantStep& step, const StepContext& context)
        : tensor_{context.output.channels, context.output.height, context.output.width, step.data} {
        requireInputs(context, 0);
        requireStep(step.data.size() == context.output.size(),
                    "it has " + std::to_string(step.data.size()) + " elements, its output is " +
                        sizeText(context.output));
        const std::uint8_t largest = *std::max_element(step.data.begin(), step.data.end());
        requireStep(largest <= topOf(context.numerics),
                    "it has the element " + std::to_string(largest) +
                        "; activations go from 0 to " + std::to_string(topOf(context.numerics)));
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& /*inputs*/) const override {
        return tensor_;
    }

  private:
    Tensor tensor_;
};

}  // namespace

StepImplementation makeStep(const PadStep& step, const StepContext& context) {
    return std::make_shared<Pad>(step, context);
}

StepImplementation makeStep(const SliceStep& step, const StepContext& context) {
    return std::make_shared<Slice>(step, context);
}

StepImplementation makeStep(const WidenStep& step, const StepContext& context) {
    return std::make_shared<Widen>(step, context);
}

StepImplementation makeStep(const TransposeStep& step, const StepContext& context) {
    return std::make_shared<Transpose>(step, context);
}

StepImplementation makeStep(const ConstantStep& step, const StepContext& context) {
    return std::make_shared<Constant>(step, context);
}

}  // namespace aslog::golden
