#include "ptq/onnx/order.h"

#include <map>
#include <optional>
#include <queue>
#include <set>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::ptq {
namespace {

using support::InputError;

// The node that computes each value; none for graph inputs and initializers.
using ProducerMap = std::map<std::string, std::optional<int>>;

void addProducer(ProducerMap& map, const std::string& value, int node) {
    if (!map.emplace(value, node).second) {
        throw InputError(fmt::format("value \"{}\" is defined twice", value));
    }
}

ProducerMap producerMap(const onnx::GraphProto& graph) {
    ProducerMap map;
    for (const auto& input : graph.input()) {
        if (!map.emplace(input.name(), std::nullopt).second) {
            throw InputError(fmt::format("input \"{}\" occurs twice", input.name()));
        }
    }
    std::set<std::string> initializers;
    for (const auto& tensor : graph.initializer()) {
        // An initializer may also be listed as an input: that is its default.
        map.emplace(tensor.name(), std::nullopt);
        if (!initializers.insert(tensor.name()).second) {
            throw InputError(fmt::format("initializer \"{}\" occurs twice", tensor.name()));
        }
    }
    for (int i = 0; i < graph.node_size(); ++i) {
        for (const std::string& output : graph.node(i).output()) {
            if (!output.empty()) {
                addProducer(map, output, i);
            }
        }
    }
    return map;
}

}  // namespace

std::vector<std::string> nodeNames(const onnx::GraphProto& graph) {
    std::vector<std::string> names;
    std::set<std::string> taken;
    for (int i = 0; i < graph.node_size(); ++i) {
        const onnx::NodeProto& node = graph.node(i);
        const std::string base =
            node.name().empty() ? fmt::format("{}_{}", node.op_type(), i) : node.name();
        std::string name = base;
        // The index of the node makes it unique at the first or second try.
        for (int n = i; !taken.insert(name).second; ++n) {
            name = fmt::format("{}#{}", base, n);
        }
        names.push_back(name);
    }
    return names;
}

std::vector<int> computingOrder(const onnx::GraphProto& graph,
                                const std::vector<std::string>& names) {
    const ProducerMap producers = producerMap(graph);
    const auto nodeCount = static_cast<std::size_t>(graph.node_size());
    std::vector<std::vector<int>> readers(nodeCount);
    std::vector<int> missing(nodeCount);  // inputs that are not computed yet
    for (int i = 0; i < graph.node_size(); ++i) {
        for (const std::string& input : graph.node(i).input()) {
            if (input.empty()) {
                continue;
            }
            const auto found = producers.find(input);
            if (found == producers.end()) {
                throw InputError(fmt::format("node \"{}\" ({}): nothing computes its input \"{}\"",
                                             names[i], graph.node(i).op_type(), input));
            }
            if (found->second) {
                readers[*found->second].push_back(i);
                ++missing[i];
            }
        }
    }
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (int i = 0; i < graph.node_size(); ++i) {
        if (missing[i] == 0) {
            ready.push(i);
        }
    }
    std::vector<int> order;
    while (!ready.empty()) {
        const int node = ready.top();
        ready.pop();
        order.push_back(node);
        for (const int reader : readers[node]) {
            if (--missing[reader] == 0) {
                ready.push(reader);
            }
        }
    }
    for (int i = 0; i < graph.node_size(); ++i) {
        if (missing[i] > 0) {
            throw InputError(fmt::format("node \"{}\" ({}): depends on itself, in a cycle",
                                         names[i], graph.node(i).op_type()));
        }
    }
    return order;
}

}  // namespace aslog::ptq
