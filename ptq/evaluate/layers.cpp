#include "ptq/evaluate/layers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "ptq/evaluate/networks.h"
#include "ptq/reference/run.h"
#include "support/error.h"
#include "support/parallel.h"

namespace aslog::ptq {
namespace {

constexpr std::size_t kBatch = 16;

// The values of the graph that are tensors of the network, by TensorId.
std::vector<ValueId> matchTensors(const Graph& graph, const golden::NetworkSpec& spec) {
    std::map<std::string, ValueId> byName;
    for (ValueId id = 0; id < graph.values.size(); ++id) {
        byName.emplace(graph.values[id].name, id);
    }
    std::vector<ValueId> result;
    for (const golden::TensorInfo& info : spec.tensors) {
        const auto match = byName.find(info.name);
        if (match == byName.end()) {
            throw support::InputError(fmt::format(
                "the float network has no value \"{}\": it is not the one that was quantised",
                info.name));
        }
        result.push_back(match->second);
    }
    return result;
}

struct ImageOf {
    std::size_t index = 0;
    std::size_t batch = 0;
};

// The `size` elements that a value has for one image of a batch; a constant has the same for all.
// Null if it has not as many.
const float* floatsOf(const Graph& graph, ValueId id, const std::vector<FloatTensor>& batch,
                      const ImageOf& image, std::size_t size) {
    if (const FloatTensor* constant = constantOf(graph, id)) {
        return constant->data.size() == size ? constant->data.data() : nullptr;
    }
    const std::vector<float>& data = batch[id].data;
    return data.size() == size * image.batch ? data.data() + image.index * size : nullptr;
}

void add(const QuantisedNetwork& network, golden::TensorId id, const golden::Tensor& tensor,
         const float* wanted, LayerError& error) {
    const std::vector<float> found = network.dequantise(id, tensor);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double y = wanted[i];
        const double difference = found[i] - y;
        error.signal += y * y;
        error.noise += difference * difference;
    }
}

}  // namespace

std::vector<LayerError> compareLayers(const Graph& graph, const QuantisedNetwork& network,
                                      const data::Dataset& set, std::size_t images,
                                      const EvaluationProgress& progress) {
    const golden::NetworkSpec& spec = network.network.spec();
    const std::vector<ValueId> values = matchTensors(graph, spec);
    std::vector<std::size_t> stepOf(spec.tensors.size(), spec.steps.size());
    std::vector<LayerError> errors;
    for (std::size_t i = 0; i < spec.steps.size(); ++i) {
        stepOf[spec.steps[i].output] = i;
        errors.push_back({spec.steps[i].name, 0, 0});
    }
    images = std::min(images, set.size());
    for (std::size_t first = 0; first < images; first += kBatch) {
        const std::size_t count = std::min(kBatch, images - first);
        const FloatTensor batch = batchOf(set, first, count);
        std::vector<FloatTensor> wanted(graph.values.size());
        run(graph, {batch}, [&](ValueId id, const FloatTensor& tensor) {
            if (std::find(values.begin(), values.end(), id) != values.end()) {
                wanted[id] = tensor;
            }
        });
        // The sums of each image are added in order, so that they do not depend on the threads.
        std::vector<std::vector<LayerError>> parts(count, errors);
        support::inParallel(count, [&](std::size_t image) {
            std::vector<LayerError>& part = parts[image];
            const std::size_t pixels = set.shape().size();
            (void)network.network.run(
                network.quantiseImage(std::span(batch.data).subspan(image * pixels, pixels)),
                [&](golden::TensorId id, const golden::Tensor& tensor) {
                    const float* reference =
                        floatsOf(graph, values[id], wanted, {image, count}, tensor.data.size());
                    if (reference == nullptr) {
                        throw support::InputError(fmt::format(
                            "\"{}\" has another size in the float network: it is not the one that "
                            "was quantised",
                            spec.tensors[id].name));
                    }
                    if (stepOf[id] < part.size()) {
                        LayerError& error = part[stepOf[id]];
                        error.signal = error.noise = 0;
                        add(network, id, tensor, reference, error);
                    }
                });
        });
        for (const std::vector<LayerError>& part : parts) {
            for (std::size_t i = 0; i < errors.size(); ++i) {
                errors[i].signal += part[i].signal;
                errors[i].noise += part[i].noise;
            }
        }
        progress(first + count, images);
    }
    for (std::size_t i = 0; i < errors.size(); ++i) {
        const auto elements =
            static_cast<double>(images * spec.tensors[spec.steps[i].output].size());
        errors[i].signal /= elements;
        errors[i].noise /= elements;
    }
    return errors;
}

}  // namespace aslog::ptq
