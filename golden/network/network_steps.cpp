// Sums, products, and steps that treat each element alone. Those that move: network_movement.cpp.
#include "golden/network/network_steps.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace aslog::golden {
namespace {

using ByteTable = std::array<std::uint8_t, kByteValues>;

std::uint8_t clampByte(Int128 value, const ClampRange& clamp) {
    return static_cast<std::uint8_t>(
        std::clamp<Int128>(value, Int128{clamp.low}, Int128{clamp.high}));
}

bool hasSameSize(const TensorInfo& a, const TensorInfo& b) {
    return a.channels == b.channels && a.height == b.height && a.width == b.width;
}

class Add final : public StepKernel::Implementation {
  public:
    Add(const AddStep& step, const StepContext& context) : step_(step), output_(context.output) {
        requireInputs(context, 2);
        checkClamp(step.clamp, context.numerics);
        for (std::size_t i = 0; i < 2; ++i) {
            checkRatio({step.scales[i], step.shift});
            requireStep(hasSameSize(context.inputs[i], output_),
                        "it adds tensors of other sizes than its output's");
            zeroPoints_[i] = context.inputs[i].zeroPoint;
        }
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        Tensor output = emptyTensor(output_);
        for (std::size_t i = 0; i < output.data.size(); ++i) {
            const std::int64_t sum = term(0, *inputs[0], i) + term(1, *inputs[1], i);
            output.data[i] =
                clampByte(scaleAndRound(sum, 1, step_.shift) + output_.zeroPoint, step_.clamp);
        }
        return output;
    }

  private:
    [[nodiscard]] std::int64_t term(std::size_t input, const Tensor& tensor, std::size_t i) const {
        return (std::int64_t{tensor.data[i]} - zeroPoints_[input]) *
               static_cast<std::int64_t>(step_.scales[input]);
    }

    AddStep step_;
    TensorInfo output_;
    std::array<int, 2> zeroPoints_{};
};

/// A second input that is smaller along some dimensions does not move there.
class Multiply final : public StepKernel::Implementation {
  public:
    Multiply(const MultiplyStep& step, const StepContext& context)
        : step_(step), output_(context.output) {
        requireInputs(context, 2);
        checkRatio(step.ratio);
        checkClamp(step.clamp, context.numerics);
        const TensorInfo& a = context.inputs[0];
        const TensorInfo& b = context.inputs[1];
        const auto fits = [](int factor, int size) { return factor == size || factor == 1; };
        requireStep(hasSameSize(a, output_) && fits(b.channels, a.channels) &&
                        fits(b.height, a.height) && fits(b.width, a.width),
                    "it multiplies " + sizeText(a) + " and " + sizeText(b) + " to " +
                        sizeText(output_) +
                        "; the first keeps its size, each size of the second is the same or 1");
        zeroPoints_ = {a.zeroPoint, b.zeroPoint};
        strides_ = {b.channels == 1 ? 0 : std::ptrdiff_t{b.height} * b.width,
                    b.height == 1 ? 0 : std::ptrdiff_t{b.width}, b.width == 1 ? 0 : 1};
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        Tensor output = emptyTensor(output_);
        std::size_t i = 0;
        for (int c = 0; c < output_.channels; ++c) {
            for (int y = 0; y < output_.height; ++y) {
                const std::uint8_t* factor =
                    inputs[1]->data.data() + c * strides_[0] + y * strides_[1];
                for (int x = 0; x < output_.width; ++x, ++i, factor += strides_[2]) {
                    const std::int64_t product =
                        (std::int64_t{inputs[0]->data[i]} - zeroPoints_[0]) *
                        (std::int64_t{*factor} - zeroPoints_[1]);
                    output.data[i] =
                        clampByte(scaleAndRound(product, step_.ratio.scale, step_.ratio.shift) +
                                      output_.zeroPoint,
                                  step_.clamp);
                }
            }
        }
        return output;
    }

  private:
    MultiplyStep step_;
    TensorInfo output_;
    std::array<int, 2> zeroPoints_{};
    std::array<std::ptrdiff_t, 3> strides_{};  // of the second input: channel, y, x
};

class Concat final : public StepKernel::Implementation {
  public:
    Concat(const ConcatStep& step, const StepContext& context) : output_(context.output) {
        requireStep(!context.inputs.empty() && step.ratios.size() == context.inputs.size(),
                    "one ratio for each input is needed");
        const ClampRange clamp{0, largestActivation(context.numerics)};
        std::int64_t channels = 0;
        for (std::size_t i = 0; i < context.inputs.size(); ++i) {
            const TensorInfo& input = context.inputs[i];
            checkRatio(step.ratios[i]);
            requireStep(input.height == output_.height && input.width == output_.width,
                        "it joins tensors of different sizes");
            channels += input.channels;
            ByteTable& table = tables_.emplace_back();
            for (std::size_t q = 0; q < kByteValues; ++q) {
                table[q] = clampByte(
                    Int128{rescaled(static_cast<int>(q), input.zeroPoint, step.ratios[i])} +
                        output_.zeroPoint,
                    clamp);
            }
        }
        requireStep(channels == output_.channels, "its inputs have " + std::to_string(channels) +
                                                      " channels, its output " +
                                                      std::to_string(output_.channels));
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        Tensor output = emptyTensor(output_);
        auto to = output.data.begin();
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            to = std::transform(inputs[i]->data.begin(), inputs[i]->data.end(), to,
                                [&](std::uint8_t q) { return tables_[i][q]; });
        }
        return output;
    }

  private:
    static std::uint32_t largestActivation(const Numerics& numerics) {
        return std::min(numerics.element->activationMax(),
                        static_cast<std::uint32_t>(lowMask(numerics.outputBits)));
    }

    TensorInfo output_;
    std::vector<ByteTable> tables_;  // one an input
};

/// Every element becomes another one of the same place in memory.
class Map final : public StepKernel::Implementation {
  public:
    Map(const ClampRange& clamp, const StepContext& context) : output_(context.output) {
        requireInputs(context, 1);
        requireSameZeroPoint(context);
        requireStep(context.inputs.front().size() == output_.size(),
                    "its input is " + sizeText(context.inputs.front()) + ", its output " +
                        sizeText(output_));
        for (std::size_t q = 0; q < kByteValues; ++q) {
            table_[q] = clampByte(static_cast<Int128>(q), clamp);
        }
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        Tensor output = emptyTensor(output_);
        std::transform(inputs.front()->data.begin(), inputs.front()->data.end(),
                       output.data.begin(), [this](std::uint8_t q) { return table_[q]; });
        return output;
    }

  private:
    TensorInfo output_;
    ByteTable table_{};
};

class Table final : public StepKernel::Implementation {
  public:
    Table(const TableStep& step, const StepContext& context)
        : tables_(step.tables), output_(context.output) {
        requireInputs(context, 1);
        requireStep(hasSameSize(context.inputs.front(), output_), "it keeps the size of its input");
        requireStep(
            tables_.size() == 1 || tables_.size() == static_cast<std::size_t>(output_.channels),
            "it has " + std::to_string(tables_.size()) + " tables for " +
                std::to_string(output_.channels) + " channels; one or one each is needed");
        const std::size_t entries = std::size_t{context.numerics.element->activationMax()} + 1;
        const std::uint64_t top = topOf(context.numerics);
        for (const std::vector<std::uint8_t>& table : tables_) {
            requireStep(table.size() == entries, "a table has " + std::to_string(table.size()) +
                                                     " entries instead of " +
                                                     std::to_string(entries));
            const std::uint8_t largest = *std::max_element(table.begin(), table.end());
            requireStep(largest <= top, "a table has the entry " + std::to_string(largest) +
                                            "; activations go from 0 to " + std::to_string(top));
        }
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        Tensor output = emptyTensor(output_);
        const std::size_t pixels =
            static_cast<std::size_t>(output_.height) * static_cast<std::size_t>(output_.width);
        for (std::size_t i = 0; i < output.data.size(); ++i) {
            const std::size_t channel = tables_.size() == 1 ? 0 : i / pixels;
            output.data[i] = tables_[channel][inputs.front()->data[i]];
        }
        return output;
    }

  private:
    std::vector<std::vector<std::uint8_t>> tables_;
    TensorInfo output_;
};

}  // namespace

void requireStep(bool condition, const std::string& message) {
    if (!condition) {
        throw std::invalid_argument(message);
    }
}

void requireInputs(const StepContext& context, std::size_t count) {
    requireStep(context.inputs.size() == count, "it has " + std::to_string(context.inputs.size()) +
                                                    " inputs instead of " + std::to_string(count));
}

void requireSameZeroPoint(const StepContext& context) {
    requireStep(context.inputs.front().zeroPoint == context.output.zeroPoint,
                "it must keep the zero point");
}

std::string sizeText(const TensorInfo& info) {
    return std::to_string(info.channels) + "x" + std::to_string(info.height) + "x" +
           std::to_string(info.width);
}

Tensor emptyTensor(const TensorInfo& info) {
    return {info.channels, info.height, info.width, std::vector<std::uint8_t>(info.size())};
}

std::int64_t rescaled(int q, int zeroPoint, const Ratio& ratio) {
    return static_cast<std::int64_t>(
        scaleAndRound(std::int64_t{q} - zeroPoint, ratio.scale, ratio.shift));
}

void checkRatio(const Ratio& ratio) {
    requireStep(
        ratio.scale <= lowMask(kRatioBits) && ratio.shift >= 1 && ratio.shift <= kRatioShiftMax,
        "a ratio is " + std::to_string(ratio.scale) + " / 2^" + std::to_string(ratio.shift) +
            "; allowed is a scale below 2^" + std::to_string(kRatioBits) + " and a shift of 1 to " +
            std::to_string(kRatioShiftMax));
}

std::uint64_t topOf(const Numerics& numerics) {
    return std::min<std::uint64_t>(numerics.element->activationMax(), lowMask(numerics.outputBits));
}

void checkClamp(const ClampRange& clamp, const Numerics& numerics) {
    const std::uint64_t top = topOf(numerics);
    requireStep(clamp.low <= clamp.high && clamp.high <= top,
                "its clamp is " + std::to_string(clamp.low) + " to " + std::to_string(clamp.high) +
                    "; activations go from 0 to " + std::to_string(top));
}

StepImplementation makeStep(const AddStep& step, const StepContext& context) {
    return std::make_shared<Add>(step, context);
}

StepImplementation makeStep(const MultiplyStep& step, const StepContext& context) {
    return std::make_shared<Multiply>(step, context);
}

StepImplementation makeStep(const ConcatStep& step, const StepContext& context) {
    return std::make_shared<Concat>(step, context);
}

StepImplementation makeStep(const ReshapeStep& /*step*/, const StepContext& context) {
    return std::make_shared<Map>(ClampRange{0, kByteValues - 1}, context);
}

StepImplementation makeStep(const ClampStep& step, const StepContext& context) {
    checkClamp(step.clamp, context.numerics);
    requireStep(!context.inputs.empty() && hasSameSize(context.inputs.front(), context.output),
                "it keeps the size of its input");
    return std::make_shared<Map>(step.clamp, context);
}

StepImplementation makeStep(const TableStep& step, const StepContext& context) {
    return std::make_shared<Table>(step, context);
}

}  // namespace aslog::golden
