// normaliseMaps() of fold.h.
#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "ptq/graph/fold.h"
#include "ptq/graph/shapes.h"
#include "ptq/reference/kernels.h"

namespace aslog::ptq {
namespace {

// Writes the nodes anew.
class MapNormaliser {
  public:
    explicit MapNormaliser(Graph& graph)
        : graph_(graph), shapes_(inferShapes(graph, inputShapes(graph, 1))) {}

    bool run() {
        bool changed = false;
        for (Node& node : std::exchange(graph_.nodes, {})) {
            if (replaceConstantMap(node) || replaceGate(node) || replaceRearrangement(node)) {
                changed = true;
            } else {
                graph_.nodes.push_back(std::move(node));
            }
        }
        return changed;
    }

  private:
    // The node that makes a value, among those that are written already.
    const Node* before(ValueId id) const {
        const auto found = std::ranges::find(graph_.nodes, id, &Node::output);
        return found == graph_.nodes.end() ? nullptr : &*found;
    }

    void put(const Node& node, Operator op, std::vector<ValueId> inputs) {
        graph_.nodes.push_back({node.name, std::move(op), std::move(inputs), node.output});
    }

    // A constant that varies from pixel to pixel, in full size, is added or multiplied.
    bool replaceConstantMap(const Node& node) {
        const auto* op = std::get_if<Arithmetic>(&node.op);
        if (op == nullptr) {
            return false;
        }
        const std::size_t place = constantOf(graph_, node.inputs[0]) != nullptr ? 0 : 1;
        const FloatTensor* constant = constantOf(graph_, node.inputs[place]);
        const ValueId x = node.inputs[1 - place];
        const Shape& size = shapes_[x];
        if (constant == nullptr || constantOf(graph_, x) != nullptr || size.size() < 2 ||
            size.front() != 1 || size != shapes_[node.output] ||
            hasOneNumberAChannel(constant->shape, size)) {
            return false;
        }
        const bool isNormal =
            (op->kind == Arithmetic::Kind::Add || op->kind == Arithmetic::Kind::Mul) &&
            constant->shape == size;
        return !isNormal && putConstantMap(node, *op, x, *constant, place == 0);
    }

    bool putConstantMap(const Node& node, const Arithmetic& op, ValueId x,
                        const FloatTensor& constant, bool isFirst) {
        using Kind = Arithmetic::Kind;
        const Shape& size = shapes_[x];
        const FloatTensor zeros = filled(size, 0);
        FloatTensor full = computeOperator(Arithmetic{Kind::Add}, {&constant, &zeros}, size);
        Kind kind = op.kind;
        if (op.kind == Kind::Div) {
            const auto isZero = [](float number) { return number == 0; };
            if (isFirst || std::ranges::any_of(full.data, isZero)) {
                return false;  // refused by its name when it is lowered
            }
            kind = Kind::Mul;
            std::ranges::transform(full.data, full.data.begin(), [](float y) { return 1 / y; });
        } else if (op.kind == Kind::Sub) {
            kind = Kind::Add;
            if (isFirst) {
                x = negated(node, x);
            } else {
                std::ranges::transform(full.data, full.data.begin(), [](float y) { return -y; });
            }
        }
        put(node, Arithmetic{kind}, {x, addConstant(graph_, node.name + ".map", std::move(full))});
        return true;
    }

    ValueId negated(const Node& node, ValueId x) {
        const ValueId output = addValue(graph_, node.name + ".negative");
        const ValueId factor = addConstant(graph_, node.name + ".factor", FloatTensor{{}, {-1}});
        graph_.nodes.push_back(
            {graph_.values[output].name, Arithmetic{Arithmetic::Kind::Mul}, {x, factor}, output});
        return output;
    }

    // A factor need not be repeated to the size of the other.
    bool replaceGate(const Node& node) {
        const auto* op = std::get_if<Arithmetic>(&node.op);
        if (op == nullptr || op->kind != Arithmetic::Kind::Mul) {
            return false;
        }
        for (std::size_t i = 0; i < 2; ++i) {
            const Node* widening = before(node.inputs[i]);
            const auto* widen = widening != nullptr ? std::get_if<Widen>(&widening->op) : nullptr;
            if (widen == nullptr || shapes_[node.inputs[1 - i]] != shapes_[node.output]) {
                continue;
            }
            const Shape& gate = shapes_[widening->inputs.front()];
            bool repeatsOnes = true;
            for (std::size_t d = 0; d < gate.size(); ++d) {
                repeatsOnes &= gate[d] == 1 || widen->factors[d] == 1;
            }
            if (repeatsOnes && widen->kind == Widen::Kind::Resize) {
                std::vector<ValueId> inputs = node.inputs;
                inputs[i] = widening->inputs.front();
                put(node, *op, std::move(inputs));
                return true;
            }
        }
        return false;
    }

    // Reshape, Transpose and Reshape, with more dimensions between than a map has.
    bool replaceRearrangement(const Node& node) {
        constexpr std::size_t kMapDimensions = 4;
        const auto isReshape = [](const Operator& op) {
            return std::holds_alternative<Reshape>(op) || std::holds_alternative<Flatten>(op);
        };
        const Node* turned = isReshape(node.op) ? before(node.inputs.front()) : nullptr;
        const auto* transpose = turned != nullptr ? std::get_if<Transpose>(&turned->op) : nullptr;
        const Node* split = transpose != nullptr ? before(turned->inputs.front()) : nullptr;
        if (split == nullptr || !isReshape(split->op)) {
            return false;
        }
        Shape sizes = shapes_[split->output];
        Shape dims = shapes_[node.output];
        const auto keepsBatch = [](const Shape& shape) {
            return !shape.empty() && shape.front() == 1;
        };
        if (sizes.size() <= kMapDimensions || dims.size() > kMapDimensions ||
            transpose->permutation.empty() || transpose->permutation.front() != 0 ||
            !keepsBatch(sizes) || !keepsBatch(dims) ||
            !keepsBatch(shapes_[split->inputs.front()])) {
            return false;
        }
        sizes.front() = dims.front() = 0;
        put(node, Rearrange{std::move(sizes), transpose->permutation, std::move(dims)},
            split->inputs);
        return true;
    }

    Graph& graph_;
    std::vector<Shape> shapes_;
};

}  // namespace

bool normaliseMaps(Graph& graph) {
    return MapNormaliser(graph).run();
}

}  // namespace aslog::ptq
