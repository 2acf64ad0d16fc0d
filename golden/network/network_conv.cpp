// Convolutions with groups and residuals.
#include <algorithm>

#include "golden/network/network_steps.h"

namespace aslog::golden {
namespace {

std::size_t pixelsOf(const Tensor& tensor) {
    return static_cast<std::size_t>(tensor.height) * static_cast<std::size_t>(tensor.width);
}

Tensor channelsOf(const Tensor& tensor, int first, int count) {
    const std::size_t pixels = pixelsOf(tensor);
    const auto begin =
        tensor.data.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(first) * pixels);
    const auto end = begin + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(count) * pixels);
    return {count, tensor.height, tensor.width, {begin, end}};
}

class Conv final : public StepKernel::Implementation {
  public:
    Conv(const ConvStep& step, const StepContext& context) {
        const std::size_t groups = step.groups.size();
        requireStep(groups > 0, "a convolution has at least one group");
        requireStep(context.inputs.size() == 1 || context.inputs.size() == 2,
                    "a convolution has one input, or two with a residual");
        const TensorInfo& input = context.inputs.front();
        std::int64_t in = 0;
        std::int64_t out = 0;
        for (const ConvLayer& layer : step.groups) {
            checkClamp(layer.clamp, context.numerics);
            // Before its sizes are used: they mean something only for a legal geometry.
            groups_.emplace_back(layer, context.numerics);
            checkGroup(layer, input, context.output);
            in += layer.geometry.inputChannels;
            out += layer.geometry.outputChannels;
        }
        requireStep(in == input.channels && out == context.output.channels,
                    "its groups take " + std::to_string(in) + " channels and give " +
                        std::to_string(out) + "; the tensors have " + sizeText(input) + " and " +
                        sizeText(context.output));
        if (context.inputs.size() == 2) {
            prepareResidual(step.residual, context);
        }
    }

    [[nodiscard]] Tensor run(const std::vector<const Tensor*>& inputs) const override {
        const Tensor& input = *inputs.front();
        if (groups_.size() == 1) {
            return runGroup(groups_.front(), input, inputs, 0);
        }
        Tensor output;
        int in = 0;
        for (const Convolution& group : groups_) {
            const int channels = group.layer().geometry.inputChannels;
            const Tensor part =
                runGroup(group, channelsOf(input, in, channels), inputs, output.data.size());
            in += channels;
            output.channels += part.channels;
            output.height = part.height;
            output.width = part.width;
            output.data.insert(output.data.end(), part.data.begin(), part.data.end());
        }
        return output;
    }

  private:
    static void checkGroup(const ConvLayer& layer, const TensorInfo& input,
                           const TensorInfo& output) {
        const ConvGeometry& g = layer.geometry;
        requireStep(layer.inputZeroPoint == input.zeroPoint,
                    "its input zero point is " + std::to_string(layer.inputZeroPoint) +
                        ", that of tensor \"" + input.name + "\" is " +
                        std::to_string(input.zeroPoint));
        requireStep(layer.offsets.size() == layer.channels.size(),
                    "one output offset for each channel is needed");
        requireStep(std::all_of(layer.offsets.begin(), layer.offsets.end(),
                                [&](std::int64_t offset) { return offset == output.zeroPoint; }),
                    "its output offsets are not the output's zero point");
        requireStep(g.outputHeight(input.height) == output.height &&
                        g.outputWidth(input.width) == output.width,
                    "its output is not of " + sizeText(output));
        const Int128 height = Int128{input.height} + g.padTop + g.padBottom;
        const Int128 width = Int128{input.width} + g.padLeft + g.padRight;
        requireStep(height * width * g.inputChannels <= kLargestTensor,
                    "its input has more than " + std::to_string(kLargestTensor) +
                        " elements with its padding");
    }

    void prepareResidual(const Ratio& ratio, const StepContext& context) {
        const TensorInfo& residual = context.inputs[1];
        checkRatio(ratio);
        requireStep(
            residual.channels == context.output.channels &&
                residual.height == context.output.height && residual.width == context.output.width,
            "its residual is " + sizeText(residual) + ", its output " + sizeText(context.output));
        for (std::size_t q = 0; q < kByteValues; ++q) {
            offsets_.push_back(context.output.zeroPoint +
                               residualOf(static_cast<int>(q), residual.zeroPoint, ratio,
                                          context.output.zeroPoint, context.numerics.outputBits));
        }
    }

    /// `first`: of the group's outputs in the step's.
    [[nodiscard]] Tensor runGroup(const Convolution& group, const Tensor& input,
                                  const std::vector<const Tensor*>& inputs,
                                  std::size_t first) const {
        if (offsets_.empty()) {
            return group.run(input);
        }
        const Tensor& residual = *inputs[1];
        const std::size_t count =
            static_cast<std::size_t>(group.layer().geometry.outputChannels) * pixelsOf(residual);
        std::vector<std::int64_t> offsets(count);
        for (std::size_t i = 0; i < count; ++i) {
            offsets[i] = offsets_[residual.data[first + i]];
        }
        return group.run(input, offsets);
    }

    std::vector<Convolution> groups_;
    std::vector<std::int64_t> offsets_;  // o_c for each value of the residual
};

}  // namespace

std::int64_t residualOf(int q, int zeroPoint, const Ratio& ratio, int outputZeroPoint,
                        int outputBits) {
    const std::int64_t limit = std::int64_t{1} << (outputBits + 1);
    return std::clamp<std::int64_t>(rescaled(q, zeroPoint, ratio), -limit - outputZeroPoint,
                                    limit - 1 - outputZeroPoint);
}

StepImplementation makeStep(const ConvStep& step, const StepContext& context) {
    return std::make_shared<Conv>(step, context);
}

}  // namespace aslog::golden
