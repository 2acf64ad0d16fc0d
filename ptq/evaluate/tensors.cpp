#include "ptq/evaluate/tensors.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ptq/reference/run.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using support::InputError;

[[noreturn]] void refuseName(const std::string& name, const std::vector<std::string>& known) {
    throw InputError(
        fmt::format("no tensor is called \"{}\"; there are: {}", name, fmt::join(known, ", ")));
}

void requireNames(const std::vector<std::string>& names, const std::vector<std::string>& known) {
    for (const std::string& name : names) {
        if (std::ranges::find(known, name) == known.end()) {
            refuseName(name, known);
        }
    }
}

FloatTensor repeated(const FloatTensor& constant, std::int64_t count) {
    FloatTensor result;
    result.shape = {count};
    result.shape.insert(result.shape.end(), constant.shape.begin(), constant.shape.end());
    for (std::int64_t i = 0; i < count; ++i) {
        result.data.insert(result.data.end(), constant.data.begin(), constant.data.end());
    }
    return result;
}

// By name, of those wanted that the graph has.
std::map<std::string, FloatTensor> namedValues(const Graph& graph,
                                               const std::vector<std::string>& names,
                                               const FloatTensor& images) {
    std::map<std::string, FloatTensor> found;
    for (const Value& value : graph.values) {
        if (value.constant && std::ranges::find(names, value.name) != names.end()) {
            found[value.name] = repeated(*value.constant, images.shape.front());
        }
    }
    run(graph, {images}, [&](ValueId id, const FloatTensor& tensor) {
        const std::string& name = graph.values[id].name;
        if (std::ranges::find(names, name) != names.end()) {
            found[name] = tensor;
        }
    });
    return found;
}

golden::TensorId idOf(const QuantisedNetwork& network, const std::string& name) {
    const auto& tensors = network.network.spec().tensors;
    const auto found = std::ranges::find(tensors, name, &golden::TensorInfo::name);
    return static_cast<golden::TensorId>(found - tensors.begin());
}

Shape batchShape(const QuantisedNetwork& network, const std::string& name, std::int64_t count) {
    const golden::TensorInfo& info = network.network.spec().tensors[idOf(network, name)];
    return {count, info.channels, info.height, info.width};
}

}  // namespace

std::vector<std::string> tensorNames(const Graph& graph) {
    std::vector<std::string> names;
    for (const GraphInput& input : graph.inputs) {
        names.push_back(graph.values[input.value].name);
    }
    for (const Node& node : graph.nodes) {
        names.push_back(graph.values[node.output].name);
    }
    return names;
}

std::vector<std::string> tensorNames(const QuantisedNetwork& network) {
    const golden::NetworkSpec& spec = network.network.spec();
    std::vector<std::string> names{spec.tensors[spec.input].name};
    for (const golden::Step& step : spec.steps) {
        names.push_back(spec.tensors[step.output].name);
    }
    return names;
}

std::vector<FloatTensor> tensorsOf(const Graph& graph, const std::vector<std::string>& names,
                                   const FloatTensor& images) {
    requireNames(names, tensorNames(graph));
    const std::map<std::string, FloatTensor> found = namedValues(graph, names, images);
    std::vector<FloatTensor> result;
    result.reserve(names.size());
    for (const std::string& name : names) {
        result.push_back(found.at(name));
    }
    return result;
}

std::vector<FloatTensor> tensorsOf(const QuantisedNetwork& network,
                                   const std::vector<std::string>& names,
                                   const FloatTensor& images) {
    requireNames(names, tensorNames(network));
    std::map<golden::TensorId, FloatTensor> found;
    const std::int64_t count = images.shape.front();
    for (const std::string& name : names) {
        found[idOf(network, name)].shape = batchShape(network, name, count);
    }
    const std::size_t size = images.data.size() / static_cast<std::size_t>(count);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        (void)network.network.run(
            network.quantiseImage(std::span(images.data).subspan(i * size, size)),
            [&](golden::TensorId id, const golden::Tensor& tensor) {
                if (const auto wanted = found.find(id); wanted != found.end()) {
                    const std::vector<float> values = network.dequantise(id, tensor);
                    std::vector<float>& all = wanted->second.data;
                    all.insert(all.end(), values.begin(), values.end());
                }
            });
    }
    std::vector<FloatTensor> result;
    result.reserve(names.size());
    for (const std::string& name : names) {
        result.push_back(found.at(idOf(network, name)));
    }
    return result;
}

std::vector<FloatTensor> tensorsOf(const Graph& graph, const QuantisedNetwork& network,
                                   const std::vector<std::string>& names,
                                   const FloatTensor& images) {
    requireNames(names, tensorNames(network));
    std::map<std::string, FloatTensor> found = namedValues(graph, names, images);
    std::vector<FloatTensor> result;
    result.reserve(names.size());
    for (const std::string& name : names) {
        FloatTensor& tensor = found[name];
        tensor.shape = batchShape(network, name, images.shape.front());
        if (std::ssize(tensor.data) != elementCount(tensor.shape)) {
            throw InputError(
                fmt::format("the float network has no value \"{}\" of {}: it is not the one that "
                            "was quantised",
                            name, shapeText(tensor.shape)));
        }
        result.push_back(tensor);
    }
    return result;
}

}  // namespace aslog::ptq
