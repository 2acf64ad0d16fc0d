#include "ptq/graph/head.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "ptq/graph/fold.h"
#include "ptq/graph/shapes.h"

namespace aslog::ptq {
namespace {

// Which of two answers is the larger stays.
bool keepsOrder(const Function& function) {
    using Kind = Function::Kind;
    switch (function.kind) {
        case Kind::Sigmoid:
        case Kind::Tanh:
        case Kind::HardSigmoid:
        case Kind::Softplus:
        case Kind::Softsign:
        case Kind::Exp:
            return true;
        case Kind::LeakyRelu:
        case Kind::Elu:
        case Kind::Selu:
            return function.alpha > 0;
        default:
            return false;
    }
}

bool belongsToHost(const Operator& op) {
    const auto* function = std::get_if<Function>(&op);
    return std::holds_alternative<Softmax>(op) || std::holds_alternative<ArgMax>(op) ||
           (function != nullptr && keepsOrder(*function));
}

template <typename... Ops>
bool isAnyOf(const Operator& op) {
    return (std::holds_alternative<Ops>(op) || ...);
}

// What a convolution or its neighbours take in; of a tail only behind what is none of them.
bool isTakenIn(const Operator& op) {
    return isAnyOf<Arithmetic, Relu, Clip, PRelu>(op);
}

bool mayEnd(const Operator& op) {
    return isTakenIn(op) || isAnyOf<Softmax, ArgMax, Function, Concat, Slice, Gather, Rearrange,
                                    Flatten, Reshape, Squeeze, Unsqueeze, Transpose>(op);
}

// The nodes behind the last convolutions: nothing else reads what they compute.
class Tail {
  public:
    explicit Tail(Graph& graph)
        : graph_(graph), producer_(producers(graph)), isTail_(graph.nodes.size()) {
        std::vector<bool> isKept(graph.values.size());  // something that stays reads it
        for (std::size_t i = graph.nodes.size(); i-- > 0;) {
            const Node& node = graph.nodes[i];
            isTail_[i] = mayEnd(node.op) && !isKept[node.output];
            for (const ValueId id : node.inputs) {
                isKept[id] = isKept[id] || !isTail_[i];
            }
        }
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            const Node& node = graph.nodes[i];
            if (isTakenIn(node.op) && std::ranges::none_of(node.inputs, [this](ValueId id) {
                    return comesFromTail(id);
                })) {
                isTail_[i] = false;
            }
        }
    }

    // One that the steps of a network can not compute: a Softmax, or one with too many dimensions.
    bool isBeyondSteps() const {
        constexpr std::size_t kMapDimensions = 4;
        const std::vector<Shape> shapes = inferShapes(graph_, inputShapes(graph_, 1));
        for (std::size_t i = 0; i < isTail_.size(); ++i) {
            const Node& node = graph_.nodes[i];
            if (isTail_[i] && (isAnyOf<Softmax, ArgMax>(node.op) ||
                               shapes[node.output].size() > kMapDimensions)) {
                return true;
            }
        }
        return false;
    }

    void cut() {
        for (std::size_t i = 0; i < isTail_.size(); ++i) {
            if (isTail_[i]) {
                graph_.head.push_back(describe(graph_.nodes[i]));
            }
        }
        for (const GraphOutput& output : std::exchange(graph_.outputs, {})) {
            addOutputsBefore(output);
        }
    }

  private:
    bool comesFromTail(ValueId id) const { return producer_[id] && isTail_[*producer_[id]]; }

    // The values that the tail of an output begins with, each once.
    void addOutputsBefore(const GraphOutput& output) {
        std::vector<ValueId> open = {output.value};
        while (!open.empty()) {
            const ValueId id = open.back();
            open.pop_back();
            if (comesFromTail(id)) {
                const std::vector<ValueId>& inputs = graph_.nodes[*producer_[id]].inputs;
                open.insert(open.end(), inputs.rbegin(), inputs.rend());
            } else if (constantOf(graph_, id) == nullptr &&
                       std::ranges::count(graph_.outputs, id, &GraphOutput::value) == 0) {
                graph_.outputs.push_back(
                    {id == output.value ? output.name : graph_.values[id].name, id});
            }
        }
    }

    Graph& graph_;
    std::vector<std::optional<std::size_t>> producer_;
    std::vector<bool> isTail_;
};

// [N, C, H, W] with more than one pixel, or [N, K, L]: no list of classes.
bool hasPlaces(const Graph& graph) {
    const Shape shape = inferShapes(graph, inputShapes(graph, 1)).at(graph.outputs.front().value);
    return shape.size() > 2 && elementCount(spatialSizes(shape)) > 1;
}

void cutOrderKeeping(Graph& graph) {
    const auto producer = producers(graph);
    const std::vector<std::size_t> readers = readerCounts(graph);
    GraphOutput& output = graph.outputs.front();
    for (;;) {
        const std::optional<std::size_t> last = producer[output.value];
        if (!last || readers[output.value] != 1 || !belongsToHost(graph.nodes[*last].op)) {
            break;
        }
        graph.head.push_back(describe(graph.nodes[*last]));
        output.value = graph.nodes[*last].inputs.front();
    }
}

}  // namespace

void cutHead(Graph& graph) {
    if (graph.outputs.size() == 1) {
        cutOrderKeeping(graph);
        removeUnused(graph);
    }
    Tail tail(graph);
    if (graph.outputs.size() > 1 || (hasPlaces(graph) && tail.isBeyondSteps())) {
        tail.cut();
        removeUnused(graph);
    }
}

}  // namespace aslog::ptq
