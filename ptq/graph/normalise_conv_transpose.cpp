// replaceConvTransposes() of fold.h.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "ptq/graph/fold.h"
#include "ptq/graph/shapes.h"
#include "ptq/graph/window.h"

namespace aslog::ptq {
namespace {

// Weights [C, M / groups, kernel...] as those of a Conv, [M, C / groups, kernel...]: input and
// output channels change places within their group, and the kernel is turned round.
FloatTensor turnedWeights(const FloatTensor& weights, std::int64_t groups) {
    const Shape kernel = spatialSizes(weights.shape);
    const std::int64_t taps = elementCount(kernel);
    const std::int64_t inputs = weights.shape[0] / groups;
    const std::int64_t outputs = weights.shape[1];
    Shape shape = {outputs * groups, inputs};
    shape.insert(shape.end(), kernel.begin(), kernel.end());
    FloatTensor result{std::move(shape), {}};
    result.data.reserve(weights.data.size());
    for (std::int64_t m = 0; m < outputs * groups; ++m) {
        for (std::int64_t i = 0; i < inputs; ++i) {
            const std::int64_t from = (m / outputs * inputs + i) * outputs + m % outputs;
            const float* last = weights.data.data() + (from + 1) * taps;
            result.data.insert(result.data.end(), std::make_reverse_iterator(last),
                               std::make_reverse_iterator(last - taps));
        }
    }
    return result;
}

// Writes the nodes anew.
class ConvTransposeReplacer {
  public:
    explicit ConvTransposeReplacer(Graph& graph)
        : graph_(graph), shapes_(inferShapes(graph, inputShapes(graph, 1))) {}

    bool run() {
        bool changed = false;
        for (Node& node : std::exchange(graph_.nodes, {})) {
            const auto* conv = std::get_if<ConvTranspose>(&node.op);
            if (conv != nullptr && constantOf(graph_, node.inputs[1]) != nullptr) {
                replace(node, *conv);
                changed = true;
            } else {
                graph_.nodes.push_back(std::move(node));
            }
        }
        return changed;
    }

  private:
    ValueId add(const Node& node, const char* what, Operator op, ValueId input) {
        const ValueId output = addValue(graph_, fmt::format("{}.{}", node.name, what));
        graph_.nodes.push_back({graph_.values[output].name, std::move(op), {input}, output});
        return output;
    }

    void replace(const Node& node, const ConvTranspose& op) {
        const FloatTensor weights = *constantOf(graph_, node.inputs[1]);  // values move
        const Shape& input = shapes_[node.inputs[0]];
        const ResolvedWindow w = resolve(op, spatialSizes(weights.shape), spatialSizes(input));
        Widen widen{Widen::Kind::Zeros, Shape(input.size(), 1)};
        // What the Conv's padding cannot say, because it would be below 0, is cut off before.
        Pad crop;
        crop.begin.assign(input.size(), 0);
        crop.end.assign(input.size(), 0);
        Conv conv;
        conv.groups = op.groups;
        conv.window.dilations = w.dilations;
        bool isCut = false;
        for (std::size_t i = 0; i < w.kernel.size(); ++i) {
            widen.factors[i + 2] = w.strides[i];
            const std::int64_t reach = w.dilations[i] * (w.kernel[i] - 1);
            const std::int64_t widened = (input[i + 2] - 1) * w.strides[i] + 1;
            const std::int64_t begin = reach - w.padsBegin[i];
            const std::int64_t end = w.output[i] - widened + reach - begin;
            conv.window.padsBegin.push_back(std::max<std::int64_t>(begin, 0));
            conv.window.padsEnd.push_back(std::max<std::int64_t>(end, 0));
            crop.begin[i + 2] = std::min<std::int64_t>(begin, 0);
            crop.end[i + 2] = std::min<std::int64_t>(end, 0);
            isCut |= begin < 0 || end < 0;
        }
        ValueId x = node.inputs[0];
        if (std::ranges::any_of(w.strides, [](std::int64_t stride) { return stride != 1; })) {
            x = add(node, "widened", widen, x);
        }
        if (isCut) {
            x = add(node, "cut", crop, x);
        }
        std::vector<ValueId> inputs = node.inputs;
        inputs[0] = x;
        inputs[1] = addConstant(graph_, node.name + ".weights", turnedWeights(weights, op.groups));
        graph_.nodes.push_back({node.name, std::move(conv), std::move(inputs), node.output});
    }

    Graph& graph_;
    std::vector<Shape> shapes_;
};

}  // namespace

bool replaceConvTransposes(Graph& graph) {
    const auto isOne = [](const Node& node) {
        return std::holds_alternative<ConvTranspose>(node.op);
    };
    return std::ranges::any_of(graph.nodes, isOne) && ConvTransposeReplacer(graph).run();
}

}  // namespace aslog::ptq
