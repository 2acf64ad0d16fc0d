#include "ptq/graph/head.h"

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "ptq/graph/fold.h"

namespace aslog::ptq {
namespace {

bool belongsToHost(const Operator& op) {
    return std::holds_alternative<Softmax>(op) || std::holds_alternative<ArgMax>(op) ||
           std::holds_alternative<Function>(op);
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
