#include "golden/network/network.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "golden/layer/does_not_fit.h"
#include "golden/network/network_steps.h"

namespace aslog::golden {
namespace {

void checkTensor(const TensorInfo& info, const Numerics& numerics) {
    const std::string where = "tensor \"" + info.name + "\": ";
    requireStep(info.channels >= 1 && info.height >= 1 && info.width >= 1,
                where + "its size is " + sizeText(info) + "; at least 1 each is needed");
    requireStep(std::int64_t{info.channels} * info.height <= kLargestTensor &&
                    std::int64_t{info.channels} * info.height * info.width <= kLargestTensor,
                where + "its size is " + sizeText(info) + ", more than " +
                    std::to_string(kLargestTensor) + " elements");
    const auto top = static_cast<std::int64_t>(numerics.element->activationMax());
    requireStep(info.zeroPoint >= 0 && info.zeroPoint <= top,
                where + "its zero point is " + std::to_string(info.zeroPoint) +
                    ", allowed is 0 to " + std::to_string(top));
}

/// Every tensor is made once, before it is read.
void checkOrder(const NetworkSpec& spec) {
    std::vector<bool> isMade(spec.tensors.size());
    const auto require = [&](TensorId id, const std::string& reader) {
        requireStep(id < isMade.size() && isMade[id],
                    reader + " reads tensor " + std::to_string(id) +
                        ", which does not exist or is not made before");
    };
    requireStep(spec.input < isMade.size(), "the input is no tensor of the network");
    isMade[spec.input] = true;
    for (const Step& step : spec.steps) {
        const std::string name = "step \"" + step.name + "\"";
        for (const TensorId id : step.inputs) {
            require(id, name);
        }
        requireStep(step.output < isMade.size() && !isMade[step.output],
                    name + " writes tensor " + std::to_string(step.output) +
                        ", which does not exist or is made already");
        isMade[step.output] = true;
    }
    requireStep(!spec.outputs.empty(), "the network has no output");
    requireStep(!spec.sumsPlanes || spec.outputs.size() == 1,
                "the network sums the planes of one output, but has " +
                    std::to_string(spec.outputs.size()));
    for (const TensorId id : spec.outputs) {
        require(id, "the network");
    }
}

std::int64_t macsOf(const Operation& operation, const TensorInfo& output) {
    const auto* conv = std::get_if<ConvStep>(&operation);
    if (conv == nullptr) {
        return 0;
    }
    std::int64_t macs = 0;
    for (const ConvLayer& layer : conv->groups) {
        macs +=
            layer.geometry.taps() * layer.geometry.outputChannels * output.height * output.width;
    }
    return macs;
}

}  // namespace

std::size_t TensorInfo::size() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
}

const char* operationName(const Operation& operation) {
    return std::visit([](const auto& step) { return step.kName; }, operation);
}

StepKernel::StepKernel(const Step& step, const std::vector<TensorInfo>& inputs,
                       const TensorInfo& output, const Numerics& numerics) {
    const std::string where =
        "step \"" + step.name + "\" (" + operationName(step.operation) + "): ";
    try {
        const StepContext context{inputs, output, numerics};
        implementation_ = std::visit(
            [&](const auto& operation) { return makeStep(operation, context); }, step.operation);
    } catch (const DoesNotFit& error) {
        throw DoesNotFit(where + error.what());
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(where + error.what());
    }
}

Tensor StepKernel::run(const std::vector<const Tensor*>& inputs) const {
    return implementation_->run(inputs);
}

Network::Network(NetworkSpec spec, Numerics numerics)
    : spec_(std::move(spec)), numerics_(std::move(numerics)) {
    if (numerics_.outputBits > 8 || numerics_.element->activationBits() > 8) {
        throw DoesNotFit("a network has activations of at most 8 bits");
    }
    checkOrder(spec_);
    for (const TensorInfo& info : spec_.tensors) {
        checkTensor(info, numerics_);
    }
    lastReaders_.assign(spec_.tensors.size(), 0);
    for (std::size_t i = 0; i < spec_.steps.size(); ++i) {
        const Step& step = spec_.steps[i];
        std::vector<TensorInfo> inputs;
        for (const TensorId id : step.inputs) {
            inputs.push_back(spec_.tensors[id]);
            lastReaders_[id] = i;
        }
        kernels_.emplace_back(step, inputs, spec_.tensors[step.output], numerics_);
    }
    for (const TensorId id : spec_.outputs) {
        lastReaders_[id] = spec_.steps.size();
    }
}

std::int64_t Network::macs() const {
    std::int64_t macs = 0;
    for (const Step& step : spec_.steps) {
        macs += macsOf(step.operation, spec_.tensors[step.output]);
    }
    return macs;
}

std::vector<Tensor> Network::run(const Tensor& image, const TensorObserver& observe) const {
    const TensorInfo& wanted = spec_.tensors[spec_.input];
    if (image.channels != wanted.channels || image.height != wanted.height ||
        image.width != wanted.width || image.data.size() != wanted.size()) {
        throw std::invalid_argument("the network takes an image of " + sizeText(wanted) +
                                    ", found are " + std::to_string(image.channels) + "x" +
                                    std::to_string(image.height) + "x" +
                                    std::to_string(image.width));
    }
    if (*std::max_element(image.data.begin(), image.data.end()) >
        numerics_.element->activationMax()) {
        throw std::invalid_argument("an element of the image has more than " +
                                    std::to_string(numerics_.element->activationBits()) + " bits");
    }
    std::vector<std::optional<Tensor>> tensors(spec_.tensors.size());
    tensors[spec_.input] = image;
    if (observe) {
        observe(spec_.input, image);
    }
    for (std::size_t i = 0; i < spec_.steps.size(); ++i) {
        const Step& step = spec_.steps[i];
        std::vector<const Tensor*> inputs;
        for (const TensorId id : step.inputs) {
            inputs.push_back(&*tensors[id]);
        }
        tensors[step.output] = kernels_[i].run(inputs);
        if (observe) {
            observe(step.output, *tensors[step.output]);
        }
        for (const TensorId id : step.inputs) {
            if (lastReaders_[id] == i) {
                tensors[id].reset();
            }
        }
    }
    std::vector<Tensor> outputs;
    for (const TensorId id : spec_.outputs) {
        outputs.push_back(*tensors[id]);
    }
    return outputs;
}

std::vector<std::int64_t> Network::answer(const std::vector<Tensor>& outputs) const {
    std::vector<std::int64_t> answer;
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        const TensorInfo& info = spec_.tensors[spec_.outputs[k]];
        const std::size_t plane =
            spec_.sumsPlanes ? info.size() / static_cast<std::size_t>(info.channels) : 1;
        const std::vector<std::uint8_t>& data = outputs[k].data;
        const std::size_t first = answer.size();
        answer.resize(first + data.size() / plane);
        for (std::size_t i = 0; i < data.size(); ++i) {
            answer[first + i / plane] += std::int64_t{data[i]} - info.zeroPoint;
        }
    }
    return answer;
}

}  // namespace aslog::golden
