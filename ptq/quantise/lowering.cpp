#include "ptq/quantise/lowering.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "ptq/graph/shapes.h"
#include "ptq/graph/window.h"
#include "ptq/quantise/lower_operators.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using support::InputError;

std::size_t activationInputs(const Graph& graph, const Node& node) {
    return static_cast<std::size_t>(
        std::count_if(node.inputs.begin(), node.inputs.end(),
                      [&](ValueId id) { return constantOf(graph, id) == nullptr; }));
}

// Builds the steps, node by node.
class Lowering {
  public:
    explicit Lowering(const Graph& graph)
        : graph_(graph),
          shapes_(inferShapes(graph, inputShapes(graph, 1))),
          readers_(readerCounts(graph)) {}

    LoweredNetwork run() {
        requireOneInputAndOutput();
        network_.input = graph_.inputs.front().value;
        network_.output = graph_.outputs.front().value;
        std::vector<std::string> faults;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            try {
                add(i);
            } catch (const InputError& error) {
                faults.push_back(fmt::format("{}: {}", describe(graph_.nodes[i]), error.what()));
            }
        }
        if (!faults.empty()) {
            throw InputError(
                fmt::format("the network has no integer form:\n  {}", fmt::join(faults, "\n  ")));
        }
        leaveFinalMeanToHost();
        setSizes();
        return std::move(network_);
    }

  private:
    void requireOneInputAndOutput() const {
        if (graph_.inputs.size() != 1 || graph_.outputs.size() != 1) {
            throw InputError(fmt::format("{} inputs and {} outputs found; one of each is needed",
                                         graph_.inputs.size(), graph_.outputs.size()));
        }
        const Shape& shape = shapes_[graph_.inputs.front().value];
        if (shape.size() != 4) {
            throw InputError(fmt::format("the input is of {}; images [N, C, H, W] are needed",
                                         shapeText(shape)));
        }
    }

    void add(std::size_t index) {
        const Node& node = graph_.nodes[index];
        if (const auto range = clampOf(node.op)) {
            addClamp(index, *range);
        } else if (std::holds_alternative<Arithmetic>(node.op) &&
                   activationInputs(graph_, node) == 2) {
            addSum(index);
        } else {
            LoweredStep& step = network_.steps.emplace_back();
            step.name = node.name;
            step.operation = lowerOperator(graph_, node, shapes_);
            for (const ValueId id : node.inputs) {
                if (constantOf(graph_, id) == nullptr) {
                    step.inputs.push_back(id);
                }
            }
            step.output = step.sum = node.output;
            step.nodes = {index};
        }
    }

    static std::optional<FloatRange> clampOf(const Operator& op) {
        if (std::holds_alternative<Relu>(op)) {
            return FloatRange{0, std::numeric_limits<float>::infinity()};
        }
        if (const auto* clip = std::get_if<Clip>(&op)) {
            return FloatRange{clip->low, clip->high};
        }
        return std::nullopt;
    }

    // The step that computes `id` for one reader only and may still take more in; or none.
    std::optional<std::size_t> openProducer(ValueId id) const {
        if (readers_[id] != 1 || id == network_.output) {
            return std::nullopt;
        }
        const auto& steps = network_.steps;
        const auto step = std::find_if(steps.begin(), steps.end(),
                                       [&](const LoweredStep& s) { return s.output == id; });
        if (step == steps.end() || !step->clamp.isOpen()) {
            return std::nullopt;
        }
        return static_cast<std::size_t>(step - steps.begin());
    }

    void addClamp(std::size_t index, const FloatRange& range) {
        const Node& node = graph_.nodes[index];
        const ValueId input = node.inputs.front();
        if (range.low > 0 || range.high < 0) {
            throw InputError(
                fmt::format("it clamps to {} ... {}; a range that contains 0 is needed", range.low,
                            range.high));
        }
        const auto producer = openProducer(input);
        const auto takesClamp = [](const LoweredOperation& operation) {
            return std::holds_alternative<LoweredConv>(operation) ||
                   std::holds_alternative<LoweredAdd>(operation) ||
                   std::holds_alternative<LoweredAveragePool>(operation);
        };
        if (producer && takesClamp(network_.steps[*producer].operation)) {
            LoweredStep& step = network_.steps[*producer];
            step.clamp = range;
            step.output = node.output;
            step.nodes.push_back(index);
            return;
        }
        network_.steps.push_back(
            {node.name, LoweredClamp{}, {input}, node.output, node.output, range, {index}});
    }

    // Adds a residual to the later of two convolutions, or stands alone.
    void addSum(std::size_t index) {
        const Node& node = graph_.nodes[index];
        if (std::get<Arithmetic>(node.op).kind != Arithmetic::Kind::Add) {
            throw InputError("only the sum of two activations has an integer form");
        }
        if (shapes_[node.inputs[0]] != shapes_[node.inputs[1]]) {
            throw InputError(fmt::format("it adds {} and {}; two of one size are needed",
                                         shapeText(shapes_[node.inputs[0]]),
                                         shapeText(shapes_[node.inputs[1]])));
        }
        std::optional<std::size_t> host;
        ValueId residual = 0;
        for (std::size_t i = 0; i < 2; ++i) {
            const auto producer = openProducer(node.inputs[i]);
            const auto isFree = [&](const LoweredStep& step) {
                return std::holds_alternative<LoweredConv>(step.operation) &&
                       step.inputs.size() == 1;
            };
            if (producer && isFree(network_.steps[*producer]) && (!host || *producer > *host)) {
                host = producer;
                residual = node.inputs[1 - i];
            }
        }
        if (!host) {
            network_.steps.push_back(
                {node.name, LoweredAdd{}, node.inputs, node.output, node.output, {}, {index}});
            return;
        }
        // Only here its residual is sure to be there.
        LoweredStep step = std::move(network_.steps[*host]);
        network_.steps.erase(network_.steps.begin() + static_cast<std::ptrdiff_t>(*host));
        step.inputs.push_back(residual);
        step.output = step.sum = node.output;
        step.nodes.push_back(index);
        network_.steps.push_back(std::move(step));
    }

    // Its division would round what nothing but the host reads: eight bits are few for the answers
    // of a thousand classes.
    void leaveFinalMeanToHost() {
        auto& steps = network_.steps;
        const auto isLast = [&](const LoweredStep& step) {
            return step.output == network_.output && readers_[step.output] == 1;
        };
        std::size_t kept = steps.size();
        if (kept > 0 && isLast(steps[kept - 1]) &&
            std::holds_alternative<golden::ReshapeStep>(steps[kept - 1].operation)) {
            --kept;
        }
        const auto* pool =
            kept > 0 ? std::get_if<LoweredAveragePool>(&steps[kept - 1].operation) : nullptr;
        if (pool == nullptr || pool->factor != 1 || !steps[kept - 1].clamp.isOpen()) {
            return;
        }
        const LoweredStep& mean = steps[kept - 1];
        const ValueId answer = kept < steps.size() ? steps[kept].inputs.front() : network_.output;
        const golden::TensorInfo size = tensorInfo(graph_, shapes_, mean.output);
        const auto& window = std::get<LoweredAveragePool>(mean.operation).window;
        const golden::TensorInfo input = tensorInfo(graph_, shapes_, mean.inputs.front());
        const bool isWhole = size.height == 1 && size.width == 1 && window.padTop == 0 &&
                             window.padLeft == 0 && window.kernelHeight == input.height &&
                             window.kernelWidth == input.width && window.padBottom == 0 &&
                             window.padRight == 0;
        if (mean.output == answer && readers_[mean.output] == 1 && isWhole) {
            network_.output = mean.inputs.front();
            network_.sumsPlanes = true;
            steps.resize(kept - 1);
        }
    }

    void setSizes() {
        network_.sizes.resize(graph_.values.size());
        const auto set = [&](ValueId id) { network_.sizes[id] = tensorInfo(graph_, shapes_, id); };
        set(network_.input);
        for (const LoweredStep& step : network_.steps) {
            set(step.output);
        }
    }

    const Graph& graph_;
    std::vector<Shape> shapes_;
    std::vector<std::size_t> readers_;
    LoweredNetwork network_;
};

}  // namespace

bool FloatRange::isOpen() const {
    return std::isinf(low) && std::isinf(high);
}

LoweredNetwork lower(const Graph& graph) {
    return Lowering(graph).run();
}

}  // namespace aslog::ptq
