#include "compiler/layer_cases.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "compiler/adapt.h"
#include "support/diagnostics.h"
#include "support/error.h"

namespace aslog::compiler {
namespace {

using golden::ConvLayer;
using golden::ConvStep;
using golden::Network;
using golden::Step;
using golden::Tensor;
using golden::TensorInfo;
using support::InputError;

void requireKnown(const std::string& wanted, const std::vector<const Step*>& steps) {
    std::vector<std::string> names;
    for (const Step* step : steps) {
        if (step->name == wanted) {
            return;
        }
        names.push_back(step->name);
    }
    const std::string nearest = support::nearestName(wanted, names);
    throw InputError(
        fmt::format("no convolution \"{}\" in the network{}; there are: {}", wanted,
                    nearest.empty() ? "" : fmt::format(", did you mean \"{}\"?", nearest),
                    fmt::join(names, ", ")));
}

const std::vector<ConvLayer>& groupsOf(const Step& step) {
    return std::get<ConvStep>(step.operation).groups;
}

/// o_c of each output of a convolution with a residual, as golden::ConvStep defines it.
std::vector<std::int64_t> residualOffsets(const Network& network, const Step& step,
                                          const Tensor& residual) {
    const TensorInfo& info = network.spec().tensors[step.inputs[1]];
    const int zeroPoint = network.spec().tensors[step.output].zeroPoint;
    const golden::Ratio& ratio = std::get<ConvStep>(step.operation).residual;
    std::vector<std::int64_t> offsets;
    offsets.reserve(residual.data.size());
    for (const std::uint8_t q : residual.data) {
        offsets.push_back(zeroPoint + golden::residualOf(q, info.zeroPoint, ratio, zeroPoint,
                                                         network.numerics().outputBits));
    }
    return offsets;
}

template <class T>
std::vector<T> slice(const std::vector<T>& values, std::size_t first, std::size_t count) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

Tensor channelsOf(const Tensor& tensor, int first, int count) {
    const std::size_t pixels =
        static_cast<std::size_t>(tensor.height) * static_cast<std::size_t>(tensor.width);
    return {count, tensor.height, tensor.width,
            slice(tensor.data, static_cast<std::size_t>(first) * pixels,
                  static_cast<std::size_t>(count) * pixels)};
}

}  // namespace

std::vector<const Step*> convolutionsOf(const Network& network) {
    std::vector<const Step*> steps;
    for (const Step& step : network.spec().steps) {
        if (std::holds_alternative<ConvStep>(step.operation)) {
            steps.push_back(&step);
        }
    }
    if (steps.empty()) {
        throw InputError("the network has no convolution: nothing of it runs on the array");
    }
    return steps;
}

std::vector<const Step*> selectSteps(std::vector<const Step*> steps,
                                     const std::vector<std::string>& wanted) {
    const auto isWanted = [&wanted](const std::string& name) {
        return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    };
    if (wanted.empty() || isWanted(kAllLayers)) {
        return steps;
    }
    for (const std::string& name : wanted) {
        requireKnown(name, steps);
    }
    std::erase_if(steps, [&](const Step* step) { return !isWanted(step->name); });
    return steps;
}

void requireFit(const std::vector<const Step*>& steps, const golden::Numerics& from,
                const golden::Numerics& to) {
    std::string message;
    std::vector<std::string> others;
    for (const Step* step : steps) {
        try {
            for (const ConvLayer& layer : groupsOf(*step)) {
                (void)adaptLayer(layer, from, to);
            }
        } catch (const std::invalid_argument& error) {
            if (message.empty()) {
                message = fmt::format("layer \"{}\" can not run on this array: {}", step->name,
                                      error.what());
            } else {
                others.push_back(step->name);
            }
        }
    }
    if (!others.empty()) {
        message += fmt::format("\nnor can: {}", fmt::join(others, ", "));
    }
    if (!message.empty()) {
        throw InputError(message);
    }
}

Tensors tensorsOf(const Network& network, const std::vector<const Step*>& steps,
                  const Tensor& image) {
    std::set<golden::TensorId> wanted;
    for (const Step* step : steps) {
        wanted.insert(step->inputs.begin(), step->inputs.end());
        wanted.insert(step->output);
    }
    Tensors tensors;
    (void)network.run(image, [&](golden::TensorId id, const Tensor& tensor) {
        if (wanted.contains(id)) {
            tensors.emplace(id, tensor);
        }
    });
    return tensors;
}

std::vector<LayerCase> layerCases(const Network& network, const Step& step, const Tensors& tensors,
                                  const golden::Numerics& array) {
    const Tensor& input = tensors.at(step.inputs.front());
    const Tensor& output = tensors.at(step.output);
    std::vector<std::int64_t> offsets;
    if (step.inputs.size() > 1) {
        offsets = residualOffsets(network, step, tensors.at(step.inputs[1]));
    }
    std::vector<LayerCase> cases;
    int in = 0;
    int out = 0;
    for (const ConvLayer& layer : groupsOf(step)) {
        const golden::ConvGeometry& geometry = layer.geometry;
        LayerCase one{.name = step.name,
                      .layer = adaptLayer(layer, network.numerics(), array),
                      .input = channelsOf(input, in, geometry.inputChannels),
                      .expected = channelsOf(output, out, geometry.outputChannels),
                      .origin = {out, 0, 0}};
        if (!offsets.empty()) {
            const std::size_t first = offsets.size() / static_cast<std::size_t>(output.channels) *
                                      static_cast<std::size_t>(out);
            one.layer.offsets = slice(offsets, first, one.expected.size());
        }
        cases.push_back(std::move(one));
        in += geometry.inputChannels;
        out += geometry.outputChannels;
    }
    return cases;
}

}  // namespace aslog::compiler
