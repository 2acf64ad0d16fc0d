#include "ptq/quantise/quantise.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "golden/layer/does_not_fit.h"
#include "ptq/quantise/float_run.h"
#include "ptq/quantise/layer.h"
#include "ptq/quantise/mean_correction.h"
#include "support/error.h"
#include "support/parallel.h"

namespace aslog::ptq {
namespace {

using golden::TensorId;
using Images = std::vector<golden::Tensor>;  // one tensor of the network for each image

constexpr int kMeanPasses = 2;

// The quantised network as it grows, beside the float one.
class Pass {
  public:
    Pass(const Graph& graph, const LoweredNetwork& network, const FloatTensor& images,
         std::vector<ActivationScale> scales, const NumberFormat& format,
         const QuantiseOptions& options)
        : network_(network),
          float_(graph, network, images),
          activationScales_(std::move(scales)),
          format_(format),
          numerics_(numericsOf(format)),
          options_(options),
          ids_(graph.values.size()),
          lastReaders_(graph.values.size(), 0) {
        for (std::size_t i = 0; i < network.steps.size(); ++i) {
            for (const ValueId id : network.steps[i].inputs) {
                lastReaders_[id] = i;
            }
        }
        addTensor(network.input);
        spec_.input = ids_[network.input];
        quantiseImages(images);
    }

    void run(std::size_t index) {
        const LoweredStep& step = network_.steps[index];
        float_.run(step);
        golden::Step next;
        next.name = step.name;
        for (const ValueId id : step.inputs) {
            next.inputs.push_back(ids_[id]);
        }
        next.output = addTensor(step.output);
        next.operation = std::visit(
            [&](const auto& operation) { return operationOf(operation, step); }, step.operation);
        if (std::holds_alternative<golden::ConvStep>(next.operation) &&
            options_.steps.biasCorrection) {
            correctMeans(step, next);
        }
        execute(next);
        compare(step);
        spec_.steps.push_back(std::move(next));
        release(index, step);
    }

    QuantiseResult result() {
        for (const ValueId id : network_.outputs) {
            spec_.outputs.push_back(ids_[id]);
        }
        spec_.sumsPlanes = network_.sumsPlanes;
        QuantiseResult result{{format_, golden::Network(std::move(spec_), numerics_), scales_},
                              std::move(layers_),
                              0,
                              std::nullopt};
        std::size_t convolutions = 0;
        for (std::size_t i = 0; i < network_.steps.size(); ++i) {
            if (std::holds_alternative<LoweredConv>(network_.steps[i].operation)) {
                const LayerError& layer = result.layers[i];
                result.calibrationError += layer.signal > 0 ? layer.noise / layer.signal : 0;
                ++convolutions;
            }
        }
        result.calibrationError /= static_cast<double>(std::max<std::size_t>(1, convolutions));
        result.answers = compareAnswers(result.network);
        return result;
    }

  private:
    int top() const { return largestActivation(numerics_); }

    TensorId addTensor(ValueId value) {
        const TensorId id = spec_.tensors.size();
        spec_.tensors.push_back(network_.sizes[value]);
        spec_.tensors.back().zeroPoint = activationScales_[value].zeroPoint;
        scales_.push_back(activationScales_[value].scale);
        ids_[value] = id;
        quantised_.emplace_back();
        return id;
    }

    void quantiseImages(const FloatTensor& images) {
        const golden::TensorInfo& info = spec_.tensors[spec_.input];
        const ActivationScale& scale = activationScales_[network_.input];
        Images& to = quantised_[spec_.input];
        to.resize(static_cast<std::size_t>(images.shape.front()));
        support::inParallel(to.size(), [&](std::size_t n) {
            to[n] = {info.channels, info.height, info.width, {}};
            for (std::size_t i = n * info.size(); i < (n + 1) * info.size(); ++i) {
                to[n].data.push_back(
                    static_cast<std::uint8_t>(quantiseActivation(images.data[i], scale, top())));
            }
        });
    }

    golden::ClampRange clampOf(const LoweredStep& step) const {
        const ActivationScale& scale = activationScales_[step.output];
        const auto limit = [&](float x, int otherwise) {
            return static_cast<std::uint32_t>(std::isinf(x) ? otherwise
                                                            : quantiseActivation(x, scale, top()));
        };
        return {limit(step.clamp.low, 0), limit(step.clamp.high, top())};
    }

    // From the step of one tensor to that of the step's output.
    double ratioOf(ValueId from, const LoweredStep& step) const {
        return activationScales_[from].scale / activationScales_[step.output].scale;
    }

    golden::Operation operationOf(const LoweredConv& conv, const LoweredStep& step) {
        golden::ConvStep result;
        const FloatImages& sums = float_.at(step.sum);
        std::optional<FloatImages> targets;  // the sums without the residual, if there is one
        if (step.inputs.size() == 2) {
            result.residual = tensorRatio(ratioOf(step.inputs[1], step));
            targets = withoutResidual(step, result.residual, sums);
        }
        result.groups = quantiseLayer(
            {conv, numerics_, activationScales_[step.inputs[0]], activationScales_[step.output],
             clampOf(step), quantised_[ids_[step.inputs[0]]], targets ? *targets : sums,
             step.clamp.isOpen() ? nullptr : &sums},
            options_);
        return result;
    }

    // What the convolution has to give so that the sum is right, the errors of the residual
    // included.
    FloatImages withoutResidual(const LoweredStep& step, const golden::Ratio& ratio,
                                const FloatImages& sums) const {
        const ActivationScale& from = activationScales_[step.inputs[1]];
        const ActivationScale& to = activationScales_[step.output];
        const Images& images = quantised_[ids_[step.inputs[1]]];
        std::array<float, 256> residuals{};  // by activation
        for (int q = 0; q < 256; ++q) {
            residuals[static_cast<std::size_t>(q)] = static_cast<float>(
                to.scale * static_cast<double>(golden::residualOf(
                               q, from.zeroPoint, ratio, to.zeroPoint, numerics_.outputBits)));
        }
        return {sums.shape(), [&sums, &images, residuals](std::int64_t first, std::int64_t count) {
                    FloatTensor targets = sums.block(first, count);
                    auto target = targets.data.begin();
                    for (std::int64_t n = first; n < first + count; ++n) {
                        for (const std::uint8_t q : images[static_cast<std::size_t>(n)].data) {
                            *target++ -= residuals[q];
                        }
                    }
                    return targets;
                }};
    }

    golden::Operation operationOf(const LoweredAdd& /*op*/, const LoweredStep& step) const {
        // Both scales at one shift: the larger one takes all bits.
        const std::array<double, 2> ratios{ratioOf(step.inputs[0], step),
                                           ratioOf(step.inputs[1], step)};
        golden::AddStep result;
        result.shift = tensorRatio(std::max(ratios[0], ratios[1])).shift;
        for (std::size_t i = 0; i < 2; ++i) {
            result.scales[i] =
                static_cast<std::uint64_t>(std::llround(std::ldexp(ratios[i], result.shift)));
        }
        result.clamp = clampOf(step);
        return result;
    }

    golden::Operation operationOf(const LoweredProduct& /*op*/, const LoweredStep& step) const {
        const double ratio =
            activationScales_[step.inputs[1]].scale * ratioOf(step.inputs[0], step);
        return golden::MultiplyStep{tensorRatio(ratio), clampOf(step)};
    }

    golden::Operation operationOf(const LoweredConstant& op, const LoweredStep& step) const {
        golden::ConstantStep result;
        for (const float x : op.data) {
            result.data.push_back(static_cast<std::uint8_t>(
                quantiseActivation(x, activationScales_[step.output], top())));
        }
        return result;
    }

    golden::Operation operationOf(const LoweredAveragePool& op, const LoweredStep& step) const {
        golden::AveragePoolStep result{op.window, op.countsPadding, {}, clampOf(step)};
        for (int taps = 1; taps <= op.window.kernelHeight * op.window.kernelWidth; ++taps) {
            result.ratios.push_back(tensorRatio(ratioOf(step.inputs[0], step) * op.factor / taps));
        }
        return result;
    }

    golden::Operation operationOf(const LoweredConcat& /*op*/, const LoweredStep& step) const {
        golden::ConcatStep result;
        for (const ValueId id : step.inputs) {
            result.ratios.push_back(tensorRatio(ratioOf(id, step)));
        }
        return result;
    }

    golden::Operation operationOf(const LoweredClamp& /*op*/, const LoweredStep& step) const {
        return golden::ClampStep{clampOf(step)};
    }

    golden::Operation operationOf(const LoweredFunction& op, const LoweredStep& step) const {
        const ActivationScale& from = activationScales_[step.inputs[0]];
        const ActivationScale& to = activationScales_[step.output];
        const int top = largestActivation(numerics_);
        golden::TableStep result;
        for (const Function& function : op.functions) {
            std::vector<std::uint8_t>& table = result.tables.emplace_back();
            for (std::uint32_t q = 0; q <= numerics_.element->activationMax(); ++q) {
                const double x = from.scale * (static_cast<double>(q) - from.zeroPoint);
                table.push_back(
                    static_cast<std::uint8_t>(quantiseActivation(valueAt(function, x), to, top)));
            }
        }
        return result;
    }

    // Poolings of maxima, and steps that move elements, are complete as they are.
    template <typename Complete>
    golden::Operation operationOf(const Complete& op, const LoweredStep& /*step*/) const {
        return op;
    }

    golden::StepKernel kernelOf(const golden::Step& step) const {
        std::vector<golden::TensorInfo> inputs;
        for (const TensorId id : step.inputs) {
            inputs.push_back(spec_.tensors[id]);
        }
        return {step, inputs, spec_.tensors[step.output], numerics_};
    }

    golden::Tensor outputOf(const golden::StepKernel& kernel, const golden::Step& step,
                            std::size_t image) const {
        std::vector<const golden::Tensor*> inputs;
        for (const TensorId id : step.inputs) {
            inputs.push_back(&quantised_[id][image]);
        }
        return kernel.run(inputs);
    }

    void execute(const golden::Step& step) {
        const golden::StepKernel kernel = kernelOf(step);
        Images& outputs = quantised_[step.output];
        outputs.resize(quantised_[spec_.input].size());
        support::inParallel(outputs.size(),
                            [&](std::size_t n) { outputs[n] = outputOf(kernel, step, n); });
    }

    // `next`: a ConvStep.
    void correctMeans(const LoweredStep& step, golden::Step& next) const {
        const ChannelSums wanted = channelSums(float_.at(step.output));
        for (int pass = 0; pass < kMeanPasses; ++pass) {
            const golden::StepKernel kernel = kernelOf(next);
            Images found(wanted.size());
            support::inParallel(found.size(), [&](std::size_t n) {
                if (!wanted[n].empty()) {
                    found[n] = outputOf(kernel, next, n);
                }
            });
            ptq::correctMeans(wanted, found, activationScales_[step.output], clampOf(step),
                              std::get<golden::ConvStep>(next.operation));
        }
    }

    void compare(const LoweredStep& step) {
        const ActivationScale& scale = activationScales_[step.output];
        const FloatImages& wanted = float_.at(step.output);
        const Images& found = quantised_[ids_[step.output]];
        // A constant is there for one image. Parts are added in order, whatever the threads.
        std::vector<LayerError> parts(wanted.images());
        forEachImage(wanted, [&](std::size_t n, const float* y) {
            for (const std::uint8_t q : found[n].data) {
                const double e = scale.scale * (q - scale.zeroPoint) - *y;
                parts[n].signal += double{*y} * *y;
                parts[n].noise += e * e;
                ++y;
            }
        });
        LayerError error{step.name, 0, 0};
        for (const LayerError& part : parts) {
            error.signal += part.signal;
            error.noise += part.noise;
        }
        const auto numbers = static_cast<double>(wanted.images() * wanted.size());
        error.signal /= numbers;
        error.noise /= numbers;
        layers_.push_back(error);
    }

    std::optional<AnswerComparison> compareAnswers(const QuantisedNetwork& quantised) const {
        if (network_.outputs.size() != 1) {
            return std::nullopt;
        }
        const FloatImages& wanted = float_.at(network_.outputs.front());
        const Images& found = quantised_[ids_[network_.outputs.front()]];
        const std::size_t plane =
            network_.sumsPlanes ? wanted.size() / static_cast<std::size_t>(wanted.shape()[1]) : 1;
        if (wanted.size() / plane < 2 || wanted.images() != found.size()) {
            return std::nullopt;
        }
        return ptq::compareAnswers(wanted, plane,
                                   [&](std::size_t n) { return quantised.answer({found[n]}); });
    }

    // Tensors that no later step reads; the quantised images of the input tell how many there are.
    void release(std::size_t index, const LoweredStep& step) {
        if (step.sum != step.output) {
            float_.release(step.sum);
        }
        for (const ValueId id : step.inputs) {
            if (lastReaders_[id] == index) {
                float_.release(id);
                if (id != network_.input) {
                    quantised_[ids_[id]] = {};
                }
            }
        }
    }

    const LoweredNetwork& network_;
    FloatRun float_;
    std::vector<ActivationScale> activationScales_;  // by ValueId
    NumberFormat format_;
    golden::Numerics numerics_;
    QuantiseOptions options_;
    golden::NetworkSpec spec_;
    std::vector<double> scales_;     // by TensorId
    std::vector<TensorId> ids_;      // by ValueId
    std::vector<Images> quantised_;  // by TensorId
    std::vector<std::size_t> lastReaders_;
    std::vector<LayerError> layers_;
};

golden::Numerics checkedNumerics(const NumberFormat& format) {
    try {
        golden::Numerics numerics = numericsOf(format);
        if (numerics.outputBits > 8 || numerics.element->activationBits() > 8) {
            throw golden::DoesNotFit("a network has activations of at most 8 bits");
        }
        return numerics;
    } catch (const golden::DoesNotFit& error) {
        throw support::DoesNotFit(fmt::format("{}: {}", describe(format), error.what()));
    } catch (const std::invalid_argument& error) {
        throw support::InputError(fmt::format("{}: {}", describe(format), error.what()));
    }
}

FloatTensor checkedImages(FloatTensor images) {
    if (images.shape.size() != 4 || images.shape.front() < 1 ||
        std::ssize(images.data) != elementCount(images.shape)) {
        throw support::InputError(
            fmt::format("calibration needs at least one image, [N, C, H, W]; found are {} numbers "
                        "of {}",
                        images.data.size(), shapeText(images.shape)));
    }
    return images;
}

}  // namespace

double LayerError::decibel() const {
    return noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
}

Quantiser::Quantiser(const Graph& graph, FloatTensor images)
    : graph_(graph),
      network_(lower(graph)),
      images_(checkedImages(std::move(images))),
      samples_(sampleActivations(graph, network_, images_)) {
}

Quantiser Quantiser::withFirstImages(std::size_t count) const {
    const auto all = static_cast<std::size_t>(images_.shape.front());
    Quantiser result = *this;
    count = std::clamp<std::size_t>(count, 1, all);
    result.images_.shape.front() = static_cast<std::int64_t>(count);
    result.images_.data.resize(images_.data.size() / all * count);
    return result;
}

std::int64_t Quantiser::largestLayerTaps() const {
    std::int64_t taps = 1;
    for (const LoweredStep& step : network_.steps) {
        if (const auto* conv = std::get_if<LoweredConv>(&step.operation)) {
            taps = std::max(taps, conv->geometry.taps());
        }
    }
    return taps;
}

QuantiseResult Quantiser::run(NumberFormat format, const QuantiseOptions& options,
                              const QuantiseProgress& progress) const {
    if (format.numerics.maxTaps == 0) {
        format.numerics.maxTaps = largestLayerTaps();
    }
    const golden::Numerics numerics = checkedNumerics(format);
    Pass pass(graph_, network_, images_,
              chooseScales(network_, samples_, largestActivation(numerics),
                           options.steps.rangeCalibration, golden::cutErrorOf(*numerics.element)),
              format, options);
    for (std::size_t i = 0; i < network_.steps.size(); ++i) {
        const std::string& name = network_.steps[i].name;
        if (progress) {
            progress(i, network_.steps.size(), name);
        }
        try {
            pass.run(i);
        } catch (const support::DoesNotFit& error) {
            throw support::DoesNotFit(fmt::format("layer {}: {}", name, error.what()));
        } catch (const support::InputError& error) {
            throw support::InputError(fmt::format("layer {}: {}", name, error.what()));
        } catch (const golden::DoesNotFit& error) {
            throw support::DoesNotFit(error.what());
        } catch (const std::invalid_argument& error) {
            throw support::InputError(error.what());
        }
    }
    try {
        return pass.result();
    } catch (const std::invalid_argument& error) {
        throw support::InputError(error.what());
    }
}

}  // namespace aslog::ptq
