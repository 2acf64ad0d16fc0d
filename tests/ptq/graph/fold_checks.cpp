#include "tests/ptq/graph/fold_checks.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "ptq/graph/fold.h"
#include "ptq/reference/run.h"
#include "tests/catch.h"
#include "tests/ptq/onnx/model_builder.h"

namespace aslog::test {

using namespace ptq;

std::size_t countOf(const Graph& graph, const std::string& name) {
    return static_cast<std::size_t>(
        std::count_if(graph.nodes.begin(), graph.nodes.end(),
                      [&](const Node& node) { return operatorName(node.op) == name; }));
}

double relativeError(const FloatTensor& before, const FloatTensor& after) {
    REQUIRE(before.shape == after.shape);
    REQUIRE_FALSE(before.data.empty());
    double error = 0;
    double largest = 0;
    for (std::size_t i = 0; i < before.data.size(); ++i) {
        error = std::max(error, std::abs(double{before.data[i]} - double{after.data[i]}));
        largest = std::max(largest, std::abs(double{before.data[i]}));
    }
    REQUIRE(largest > 0);
    return error / largest;
}

bool keepsOutputs(Graph& graph, const std::function<bool(Graph&)>& pass) {
    std::mt19937 random(3);
    std::vector<FloatTensor> inputs;
    for (const GraphInput& input : graph.inputs) {
        Shape shape = input.shape;
        shape[0] = std::abs(shape[0]) + 1;
        if (input.shape[0] > 0) {
            shape = input.shape;
        }
        inputs.push_back(randomTensor(random, shape));
    }
    const std::vector<FloatTensor> before = run(graph, inputs);
    const bool changed = pass(graph);
    removeUnused(graph);
    const std::vector<FloatTensor> after = run(graph, inputs);
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        CHECK(relativeError(before[i], after[i]) < 1e-4);
    }
    return changed;
}

}  // namespace aslog::test
