#include "tests/ptq/quantise/lowered_steps.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ptq/quantise/lowering.h"
#include "ptq/reference/run.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/float_steps.h"
#include "tests/ptq/quantise/small_networks.h"

namespace aslog::test {
namespace {

using Texts = std::vector<std::string>;

std::string kindOf(const ptq::LoweredOperation& operation) {
    static const std::vector<std::string> kNames{
        "conv",  "add",   "multiply",  "max_pool", "average_pool", "concat",   "pad",
        "slice", "widen", "transpose", "reshape",  "clamp",        "function", "constant"};
    return kNames.at(operation.index());
}

/// "conv(x, residual) -> sum, relu [0, inf]": inputs, the value before the clamp, that behind it.
std::string textOf(const ptq::Graph& graph, const ptq::LoweredStep& step) {
    Texts inputs;
    for (const ptq::ValueId id : step.inputs) {
        inputs.push_back(graph.values[id].name);
    }
    std::string text = fmt::format("{}({}) -> {}", kindOf(step.operation), fmt::join(inputs, ", "),
                                   graph.values[step.sum].name);
    if (step.output != step.sum) {
        text += ", " + graph.values[step.output].name;
    }
    if (!step.clamp.isOpen()) {
        text += fmt::format(" [{}, {}]", step.clamp.low, step.clamp.high);
    }
    return text;
}

}  // namespace

Texts loweredSteps(const ptq::Graph& graph) {
    const ptq::LoweredNetwork network = ptq::lower(graph);
    ptq::Shape shape = graph.inputs.front().shape;
    shape.front() = 1;
    const ptq::FloatTensor image = smoothImages(7, shape);
    const auto values = floatSteps(network, image.data);
    std::size_t compared = 0;
    ptq::run(graph, {image}, [&](ptq::ValueId id, const ptq::FloatTensor& wanted) {
        if (values[id].empty()) {
            return;
        }
        INFO("value " << graph.values[id].name);
        REQUIRE(values[id].size() == wanted.data.size());
        for (std::size_t i = 0; i < wanted.data.size(); ++i) {
            REQUIRE(std::abs(values[id][i] - wanted.data[i]) < 1e-4);
        }
        ++compared;
    });
    const auto constants = std::ranges::count_if(network.steps, [](const ptq::LoweredStep& step) {
        return std::holds_alternative<ptq::LoweredConstant>(step.operation);
    });
    CHECK(compared + static_cast<std::size_t>(constants) == network.steps.size() + 1);
    Texts texts;
    for (const ptq::LoweredStep& step : network.steps) {
        texts.push_back(textOf(graph, step));
    }
    return texts;
}

}  // namespace aslog::test
