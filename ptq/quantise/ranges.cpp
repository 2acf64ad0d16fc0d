#include "ptq/quantise/ranges.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "ptq/reference/run.h"
#include "support/parallel.h"

namespace aslog::ptq {
namespace {

constexpr std::size_t kSampleSize = std::size_t{1} << 18;
constexpr std::int64_t kBatch = 16;

FloatTensor batchOf(const FloatTensor& images, std::int64_t first, std::int64_t count) {
    const std::int64_t size = std::ssize(images.data) / images.shape.front();
    FloatTensor batch{images.shape, {}};
    batch.shape.front() = count;
    batch.data.assign(images.data.begin() + first * size,
                      images.data.begin() + (first + count) * size);
    return batch;
}

// Sets of values that share a scale.
class Ties {
  public:
    explicit Ties(std::size_t values) : parents_(values) {
        std::iota(parents_.begin(), parents_.end(), std::size_t{0});
    }
    std::size_t root(std::size_t id) const {
        while (parents_[id] != id) {
            id = parents_[id];
        }
        return id;
    }
    void tie(std::size_t a, std::size_t b) { parents_[root(a)] = root(b); }

  private:
    std::vector<std::size_t> parents_;
};

bool keepsScale(const LoweredOperation& operation) {
    return std::holds_alternative<golden::MaxPoolStep>(operation) ||
           std::holds_alternative<golden::PadStep>(operation) ||
           std::holds_alternative<golden::SliceStep>(operation) ||
           std::holds_alternative<golden::WidenStep>(operation) ||
           std::holds_alternative<golden::TransposeStep>(operation) ||
           std::holds_alternative<golden::ReshapeStep>(operation) ||
           std::holds_alternative<LoweredClamp>(operation);
}

Ties tiesOf(const LoweredNetwork& network, std::size_t values) {
    std::vector<std::size_t> readers(values, 0);
    for (const LoweredStep& step : network.steps) {
        for (const ValueId id : step.inputs) {
            ++readers[id];
        }
    }
    for (const ValueId id : network.outputs) {
        ++readers[id];
    }
    Ties ties(values);
    for (const LoweredStep& step : network.steps) {
        const bool isConcat = std::holds_alternative<LoweredConcat>(step.operation);
        for (const ValueId id : step.inputs) {
            if (keepsScale(step.operation) || (isConcat && readers[id] == 1)) {
                ties.tie(id, step.output);
            }
        }
    }
    return ties;
}

void merge(const ActivationSample& more, ActivationSample& sample) {
    sample.low = std::min(sample.low, more.low);
    sample.high = std::max(sample.high, more.high);
    sample.values.insert(sample.values.end(), more.values.begin(), more.values.end());
}

// Extremes, and every `stride`-th element.
void addTensor(const FloatTensor& tensor, std::size_t stride, ActivationSample& sample) {
    const auto [low, high] = std::minmax_element(tensor.data.begin(), tensor.data.end());
    sample.low = std::min<double>(sample.low, *low);
    sample.high = std::max<double>(sample.high, *high);
    for (std::size_t i = 0; i < tensor.data.size(); i += stride) {
        sample.values.push_back(tensor.data[i]);
    }
}

// Odd, so that it does not step along the columns of a picture only.
std::size_t strideFor(std::size_t elements) {
    return (elements + kSampleSize - 1) / kSampleSize | 1U;
}

}  // namespace

std::vector<ActivationSample> sampleActivations(const Graph& graph, const LoweredNetwork& network,
                                                const FloatTensor& images) {
    std::vector<ActivationSample> samples(graph.values.size());
    std::vector<bool> wanted(graph.values.size());
    wanted[network.input] = true;
    for (const LoweredStep& step : network.steps) {
        wanted[step.output] = true;
        if (const FloatTensor* constant = constantOf(graph, step.output)) {
            addTensor(*constant, strideFor(constant->data.size()), samples[step.output]);
        }
    }
    const std::int64_t count = images.shape.front();
    for (std::int64_t first = 0; first < count; first += kBatch) {
        const std::int64_t size = std::min(kBatch, count - first);
        run(graph, {batchOf(images, first, size)}, [&](ValueId id, const FloatTensor& tensor) {
            if (!wanted[id]) {
                return;
            }
            const std::size_t all = tensor.data.size() / static_cast<std::size_t>(size) *
                                    static_cast<std::size_t>(count);
            addTensor(tensor, strideFor(all), samples[id]);
        });
    }
    return samples;
}

std::vector<ActivationScale> chooseScales(const LoweredNetwork& network,
                                          const std::vector<ActivationSample>& samples, int top,
                                          bool clips, const golden::CutError& cut) {
    const Ties ties = tiesOf(network, samples.size());
    std::vector<ActivationSample> merged(samples.size());
    for (std::size_t id = 0; id < samples.size(); ++id) {
        merge(samples[id], merged[ties.root(id)]);
    }
    std::vector<ActivationScale> scales(samples.size());
    support::inParallel(samples.size(), [&](std::size_t id) {
        if (ties.root(id) == id && !merged[id].values.empty()) {
            // The largest of the answers count most: they are never cut off.
            const bool isAnswer =
                !network.sumsPlanes && std::ranges::any_of(network.outputs, [&](ValueId output) {
                    return ties.root(output) == id;
                });
            scales[id] = chooseScale(merged[id], top, clips && !isAnswer,
                                     isAnswer ? golden::CutError{} : cut);
        }
    });
    for (std::size_t id = 0; id < samples.size(); ++id) {
        scales[id] = scales[ties.root(id)];
    }
    return scales;
}

}  // namespace aslog::ptq
