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
        requireOneInputAndOutputs();
        network_.input = graph_.inputs.front().value;
        for (const GraphOutput& output : graph_.outputs) {
            network_.outputs.push_back(output.value);
        }
        const std::vector<std::string> faults = addNodes();
        if (!faults.empty()) {
            throw InputError(
                fmt::format("the network has no integer form:\n  {}", fmt::join(faults, "\n  ")));
        }
        leaveFinalMeanToHost();
        setSizes();
        return std::move(network_);
    }

    LoweredNetwork runPartly(std::vector<std::string>& refusals) {
        try {
            requireOneInputAndOutputs();
            network_.input = graph_.inputs.front().value;
        } catch (const InputError& error) {
            refusals.emplace_back(error.what());
        }
        for (const GraphOutput& output : graph_.outputs) {
            network_.outputs.push_back(output.value);
        }
        const std::vector<std::string> faults = addNodes();
        refusals.insert(refusals.end(), faults.begin(), faults.end());
        if (refusals.empty()) {
            leaveFinalMeanToHost();
        }
        network_.sizes.resize(graph_.values.size());
        // A step before what is refused may give what is no map.
        std::erase_if(network_.steps, [&](const LoweredStep& step) {
            try {
                network_.sizes[step.output] = tensorInfo(graph_, shapes_, step.output);
                return false;
            } catch (const InputError& error) {
                refusals.push_back(fmt::format("layer \"{}\": {}", step.name, error.what()));
                return true;
            }
        });
        return std::move(network_);
    }

  private:
    // The faults of nodes that have no integer form.
    std::vector<std::string> addNodes() {
        std::vector<std::string> faults;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            try {
                add(i);
            } catch (const InputError& error) {
                faults.push_back(fmt::format("{}: {}", describe(graph_.nodes[i]), error.what()));
            }
        }
        return faults;
    }

    void requireOneInputAndOutputs() const {
        if (graph_.inputs.size() != 1 || graph_.outputs.empty()) {
            throw InputError(fmt::format("{} inputs and {} outputs found; one input is needed",
                                         graph_.inputs.size(), graph_.outputs.size()));
        }
        for (const GraphOutput& output : graph_.outputs) {
            if (constantOf(graph_, output.value) != nullptr) {
                throw InputError(
                    fmt::format("output \"{}\" does not depend on the image", output.name));
            }
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
                   (activationInputs(graph_, node) == 2 || hasConstantMap(node))) {
            addOfTwo(index);
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

    // A constant that varies from pixel to pixel, in the form that normaliseOperators() gives it.
    bool hasConstantMap(const Node& node) const {
        return std::ranges::any_of(node.inputs, [&](ValueId id) {
            const FloatTensor* constant = constantOf(graph_, id);
            return constant != nullptr && constant->shape == shapes_[node.output] &&
                   !hasOneNumberAChannel(constant->shape, shapes_[node.output]);
        });
    }

    bool isOutput(ValueId id) const {
        return std::ranges::find(network_.outputs, id) != network_.outputs.end();
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
        if (readers_[id] != 1 || isOutput(id)) {
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
                   std::holds_alternative<LoweredProduct>(operation) ||
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

    // A sum or product of activations, or of one and a constant map.
    void addOfTwo(std::size_t index) {
        const Node& node = graph_.nodes[index];
        const Arithmetic::Kind kind = std::get<Arithmetic>(node.op).kind;
        if (kind != Arithmetic::Kind::Add && kind != Arithmetic::Kind::Mul) {
            throw InputError(
                "of two activations only the sum, the difference and the product have an integer "
                "form");
        }
        for (const ValueId id : node.inputs) {
            const FloatTensor* constant = constantOf(graph_, id);
            if (constant != nullptr && !hasStep(id)) {
                network_.steps.push_back(
                    {graph_.values[id].name, LoweredConstant{constant->data}, {}, id, id, {}, {}});
            }
        }
        if (kind == Arithmetic::Kind::Add) {
            addSum(index);
        } else {
            addProduct(index);
        }
    }

    bool hasStep(ValueId id) const {
        return std::ranges::any_of(network_.steps,
                                   [&](const LoweredStep& step) { return step.output == id; });
    }

    void addProduct(std::size_t index) {
        const Node& node = graph_.nodes[index];
        std::vector<ValueId> factors = node.inputs;
        if (shapes_[factors[0]] != shapes_[node.output]) {
            std::swap(factors[0], factors[1]);
        }
        // A size that is missing counts as 1, so a map of three dimensions has no gate of two.
        if (shapes_[factors[0]] != shapes_[node.output] ||
            shapes_[factors[1]].size() != shapes_[node.output].size()) {
            throw InputError(fmt::format(
                "it multiplies {} and {}; one of them must have the size of the product, and the "
                "other as many dimensions",
                shapeText(shapes_[factors[0]]), shapeText(shapes_[factors[1]])));
        }
        network_.steps.push_back({node.name,
                                  LoweredProduct{},
                                  std::move(factors),
                                  node.output,
                                  node.output,
                                  {},
                                  {index}});
    }

    // Adds a residual to the later of two convolutions, or stands alone.
    void addSum(std::size_t index) {
        const Node& node = graph_.nodes[index];
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
        if (network_.outputs.size() != 1) {
            return;
        }
        ValueId& output = network_.outputs.front();
        auto& steps = network_.steps;
        const auto isLast = [&](const LoweredStep& step) {
            return step.output == output && readers_[step.output] == 1;
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
        const ValueId answer = kept < steps.size() ? steps[kept].inputs.front() : output;
        const golden::TensorInfo size = tensorInfo(graph_, shapes_, mean.output);
        const auto& window = std::get<LoweredAveragePool>(mean.operation).window;
        const golden::TensorInfo input = tensorInfo(graph_, shapes_, mean.inputs.front());
        const bool isWhole = size.height == 1 && size.width == 1 && window.padTop == 0 &&
                             window.padLeft == 0 && window.kernelHeight == input.height &&
                             window.kernelWidth == input.width && window.padBottom == 0 &&
                             window.padRight == 0;
        if (mean.output == answer && readers_[mean.output] == 1 && isWhole) {
            output = mean.inputs.front();
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

LoweredNetwork lowerPartly(const Graph& graph, std::vector<std::string>& refusals) {
    return Lowering(graph).runPartly(refusals);
}

}  // namespace aslog::ptq
