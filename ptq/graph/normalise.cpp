// normaliseOperators() of fold.h.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ptq/graph/fold.h"
#include "ptq/graph/shapes.h"

namespace aslog::ptq {
namespace {

// Writes the nodes anew.
class Normaliser {
  public:
    explicit Normaliser(Graph& graph)
        : graph_(graph), shapes_(inferShapes(graph, inputShapes(graph, 1))) {}

    bool run() {
        for (Node& node : std::exchange(graph_.nodes, {})) {
            if (!replace(node)) {
                graph_.nodes.push_back(std::move(node));
            }
        }
        return changed_;
    }

  private:
    bool replace(const Node& node) {
        const bool done = replaceGate(node) || replaceShuffle(node) || replaceGather(node) ||
                          replaceVariadic(node) || replaceDifference(node) ||
                          replaceNegation(node) || replaceCrop(node);
        changed_ |= done;
        return done;
    }

    // A node in front of `node`, named after it.
    ValueId add(const Node& node, const char* what, Operator op, std::vector<ValueId> inputs) {
        const ValueId output = addValue(graph_, fmt::format("{}.{}", node.name, what));
        graph_.nodes.push_back(
            {graph_.values[output].name, std::move(op), std::move(inputs), output});
        return output;
    }

    // `node` itself, as another operator.
    void put(const Node& node, Operator op, std::vector<ValueId> inputs) {
        graph_.nodes.push_back({node.name, std::move(op), std::move(inputs), node.output});
    }

    ValueId number(const Node& node, float value) {
        return addConstant(graph_, node.name + ".factor", FloatTensor{{}, {value}});
    }

    bool isActivation(ValueId id) const { return constantOf(graph_, id) == nullptr; }

    // x * sigmoid(x), and with the hard one, as exporters write them.
    bool replaceGate(const Node& node) {
        const auto* op = std::get_if<Arithmetic>(&node.op);
        if (op == nullptr || op->kind != Arithmetic::Kind::Mul) {
            return false;
        }
        for (std::size_t i = 0; i < 2; ++i) {
            const Node* gate = before(node.inputs[i]);
            const auto* function = gate != nullptr ? std::get_if<Function>(&gate->op) : nullptr;
            if (function == nullptr || gate->inputs.front() != node.inputs[1 - i]) {
                continue;
            }
            const bool isHard = function->kind == Function::Kind::HardSigmoid &&
                                std::abs(function->alpha - 1.0F / 6) < 1e-6F &&
                                function->beta == 0.5F;
            if (isHard || function->kind == Function::Kind::Sigmoid) {
                Function whole{isHard ? Function::Kind::HardSwish : Function::Kind::Swish};
                whole.alpha = 1;
                put(node, whole, {node.inputs[1 - i]});
                return true;
            }
        }
        return false;
    }

    // Channels in g groups of k, written to a tensor of five dimensions, whose two of channels
    // change places.
    bool replaceShuffle(const Node& node) {
        if (!std::holds_alternative<Reshape>(node.op)) {
            return false;
        }
        const Node* turned = before(node.inputs.front());
        const auto* transpose = turned != nullptr ? std::get_if<Transpose>(&turned->op) : nullptr;
        const Node* grouped = transpose != nullptr ? before(turned->inputs.front()) : nullptr;
        if (grouped == nullptr || !std::holds_alternative<Reshape>(grouped->op)) {
            return false;
        }
        const Shape& from = shapes_[grouped->inputs.front()];
        const Shape& parts = shapes_[grouped->output];
        if (from.size() != 4 || from != shapes_[node.output] ||
            parts != Shape{from[0], parts[1], from[1] / parts[1], from[2], from[3]} ||
            transpose->permutation != Shape{0, 2, 1, 3, 4}) {
            return false;
        }
        Gather order{1};
        for (std::int64_t i = 0; i < from[1]; ++i) {
            order.indices.push_back(i % parts[1] * parts[2] + i / parts[1]);
        }
        put(node, order, grouped->inputs);
        return true;
    }

    // Places with equal distances are a Slice; a list of them several, joined.
    bool replaceGather(const Node& node) {
        const auto* gather = std::get_if<Gather>(&node.op);
        if (gather == nullptr || gather->indices.empty()) {
            return false;
        }
        const Shape& from = shapes_[node.inputs.front()];
        const std::size_t axis = axisIndex(gather->axis, from.size());
        Shape places;
        places.reserve(gather->indices.size());
        for (const std::int64_t index : gather->indices) {
            places.push_back(index < 0 ? index + from[axis] : index);
        }
        std::vector<Slice> slices;
        for (std::size_t i = 0; i < places.size();) {
            const std::int64_t step =
                i + 1 < places.size() ? std::max<std::int64_t>(places[i + 1] - places[i], 1) : 1;
            std::size_t end = i + 1;
            while (end < places.size() && places[end] - places[end - 1] == step) {
                ++end;
            }
            slices.push_back(
                {{places[i]}, {places[end - 1] + 1}, {static_cast<std::int64_t>(axis)}, {step}});
            i = end;
        }
        constexpr std::size_t kMostSlices = 1024;  // a small file must not make a large graph
        if (slices.size() > kMostSlices) {
            return false;
        }
        if (slices.size() == 1 && !gather->dropsAxis) {
            put(node, slices.front(), node.inputs);
            return true;
        }
        std::vector<ValueId> parts;
        parts.reserve(slices.size());
        for (const Slice& slice : slices) {
            parts.push_back(add(node, "part", slice, node.inputs));
        }
        if (gather->dropsAxis) {
            put(node, Squeeze{{static_cast<std::int64_t>(axis)}}, parts);
        } else {
            put(node, Concat{static_cast<std::int64_t>(axis)}, parts);
        }
        return true;
    }

    // The node that makes a value, among those that are written already.
    const Node* before(ValueId id) const {
        const auto found = std::ranges::find(graph_.nodes, id, &Node::output);
        return found == graph_.nodes.end() ? nullptr : &*found;
    }

    bool replaceVariadic(const Node& node) {
        const auto* op = std::get_if<Variadic>(&node.op);
        if (op == nullptr) {
            return false;
        }
        if (node.inputs.size() == 1) {
            put(node, Identity{}, node.inputs);
            return true;
        }
        if (op->kind == Variadic::Kind::Max || op->kind == Variadic::Kind::Min) {
            return replaceLimit(node, op->kind == Variadic::Kind::Max);
        }
        const bool isMean = op->kind == Variadic::Kind::Mean;
        ValueId sum = node.inputs.front();
        for (std::size_t i = 1; i < node.inputs.size(); ++i) {
            const std::vector<ValueId> two = {sum, node.inputs[i]};
            if (i + 1 == node.inputs.size() && !isMean) {
                put(node, Arithmetic{Arithmetic::Kind::Add}, two);
            } else {
                sum = add(node, "sum", Arithmetic{Arithmetic::Kind::Add}, two);
            }
        }
        if (isMean) {
            const ValueId factor = number(node, 1 / static_cast<float>(node.inputs.size()));
            put(node, Arithmetic{Arithmetic::Kind::Mul}, {sum, factor});
        }
        return true;
    }

    // The larger (or smaller) of one activation and of numbers.
    bool replaceLimit(const Node& node, bool isMax) {
        Clip clip{-std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity()};
        std::vector<ValueId> activations;
        for (const ValueId id : node.inputs) {
            const FloatTensor* constant = constantOf(graph_, id);
            if (constant == nullptr) {
                activations.push_back(id);
            } else if (constant->data.size() != 1) {
                return false;
            } else if (isMax) {
                clip.low = std::max(clip.low, constant->data.front());
            } else {
                clip.high = std::min(clip.high, constant->data.front());
            }
        }
        // A number of more dimensions than the activation would give it some.
        if (activations.size() != 1 || shapes_[activations.front()] != shapes_[node.output]) {
            return false;
        }
        put(node, clip, activations);
        return true;
    }

    bool replaceDifference(const Node& node) {
        const auto* op = std::get_if<Arithmetic>(&node.op);
        if (op == nullptr || op->kind != Arithmetic::Kind::Sub || !isActivation(node.inputs[0]) ||
            !isActivation(node.inputs[1])) {
            return false;
        }
        const ValueId negative = add(node, "negative", Arithmetic{Arithmetic::Kind::Mul},
                                     {node.inputs[1], number(node, -1)});
        put(node, Arithmetic{Arithmetic::Kind::Add}, {node.inputs[0], negative});
        return true;
    }

    bool replaceNegation(const Node& node) {
        const auto* op = std::get_if<Function>(&node.op);
        if (op == nullptr || op->kind != Function::Kind::Neg) {
            return false;
        }
        put(node, Arithmetic{Arithmetic::Kind::Mul}, {node.inputs[0], number(node, -1)});
        return true;
    }

    // A Pad with negative sizes takes away.
    bool replaceCrop(const Node& node) {
        const auto* pad = std::get_if<Pad>(&node.op);
        const auto isNegative = [](std::int64_t size) { return size < 0; };
        if (pad == nullptr || pad->mode != Pad::Mode::Constant ||
            (std::ranges::none_of(pad->begin, isNegative) &&
             std::ranges::none_of(pad->end, isNegative))) {
            return false;
        }
        Pad grown = *pad;
        Slice slice;
        for (std::size_t i = 0; i < pad->begin.size(); ++i) {
            grown.begin[i] = std::max<std::int64_t>(pad->begin[i], 0);
            grown.end[i] = std::max<std::int64_t>(pad->end[i], 0);
            if (pad->begin[i] < 0 || pad->end[i] < 0) {
                const std::int64_t end = std::min<std::int64_t>(pad->end[i], 0);
                slice.axes.push_back(static_cast<std::int64_t>(i));
                slice.starts.push_back(std::max<std::int64_t>(-pad->begin[i], 0));
                slice.ends.push_back(end == 0 ? kMaxElements : end);
                slice.steps.push_back(1);
            }
        }
        put(node, slice, {add(node, "padded", grown, node.inputs)});
        return true;
    }

    Graph& graph_;
    std::vector<Shape> shapes_;
    bool changed_ = false;
};

}  // namespace

bool normaliseOperators(Graph& graph) {
    return Normaliser(graph).run();
}

}  // namespace aslog::ptq
