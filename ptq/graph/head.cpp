#include "ptq/graph/head.h"

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "ptq/graph/fold.h"

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

}  // namespace

void cutHead(Graph& graph) {
    const auto producer = producers(graph);
    const std::vector<std::size_t> readers = readerCounts(graph);
    for (GraphOutput& output : graph.outputs) {
        for (;;) {
            const std::optional<std::size_t> last = producer[output.value];
            if (!last || readers[output.value] != 1 || !belongsToHost(graph.nodes[*last].op)) {
                break;
            }
            graph.head.push_back(describe(graph.nodes[*last]));
            output.value = graph.nodes[*last].inputs.front();
        }
    }
    removeUnused(graph);
}

}  // namespace aslog::ptq
