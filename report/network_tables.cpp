#include "report/network_tables.h"

#include <type_traits>
#include <variant>

#include <fmt/format.h>

#include "support/table.h"

namespace aslog::report {
namespace {

using support::Align;
using support::Json;

template <typename... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

// Of the structure alone what it becomes.
std::string operationName(const ptq::LoweredOperation& operation) {
    return std::visit(
        Overloaded{[](const ptq::LoweredConv&) { return golden::ConvStep::kName; },
                   [](const ptq::LoweredAdd&) { return golden::AddStep::kName; },
                   [](const ptq::LoweredProduct&) { return golden::MultiplyStep::kName; },
                   [](const ptq::LoweredConstant&) { return golden::ConstantStep::kName; },
                   [](const ptq::LoweredAveragePool&) { return golden::AveragePoolStep::kName; },
                   [](const ptq::LoweredFunction&) { return golden::TableStep::kName; },
                   [](const ptq::LoweredConcat&) { return golden::ConcatStep::kName; },
                   [](const ptq::LoweredClamp&) { return golden::ClampStep::kName; },
                   [](const auto& step) { return step.kName; }},
        operation);
}

NetworkLayer layerOf(const std::string& name, const std::string& operation,
                     const golden::TensorInfo& output) {
    NetworkLayer layer;
    layer.name = name;
    layer.operation = operation;
    layer.channels = output.channels;
    layer.height = output.height;
    layer.width = output.width;
    return layer;
}

template <typename Window>
void setWindow(const Window& window, NetworkLayer& layer) {
    layer.kernelHeight = window.kernelHeight;
    layer.kernelWidth = window.kernelWidth;
    layer.strideY = window.strideY;
    layer.strideX = window.strideX;
}

// `geometry`: of each of the groups.
void setConv(const golden::ConvGeometry& geometry, int groups, NetworkLayer& layer) {
    setWindow(geometry, layer);
    layer.groups = groups;
    layer.taps = geometry.taps();
    layer.weights = layer.taps * geometry.outputChannels * groups;
    layer.macs = layer.weights * layer.height * layer.width;
}

std::string pairText(int y, int x) {
    return y == 0 ? "" : fmt::format("{}x{}", y, x);
}

std::string countText(std::int64_t count) {
    return count == 0 ? "" : fmt::to_string(count);
}

struct Totals {
    std::int64_t macs = 0;
    std::int64_t weights = 0;
};

Totals totalsOf(const std::vector<NetworkLayer>& layers) {
    Totals totals;
    for (const NetworkLayer& layer : layers) {
        totals.macs += layer.macs;
        totals.weights += layer.weights;
    }
    return totals;
}

}  // namespace

std::vector<NetworkLayer> layersOf(const ptq::LoweredNetwork& network) {
    std::vector<NetworkLayer> layers;
    for (const ptq::LoweredStep& step : network.steps) {
        NetworkLayer layer =
            layerOf(step.name, operationName(step.operation), network.sizes[step.output]);
        if (const auto* conv = std::get_if<ptq::LoweredConv>(&step.operation)) {
            setConv(conv->geometry, conv->groups, layer);
        } else if (const auto* mean = std::get_if<ptq::LoweredAveragePool>(&step.operation)) {
            setWindow(mean->window, layer);
        } else if (const auto* pool = std::get_if<golden::MaxPoolStep>(&step.operation)) {
            setWindow(pool->window, layer);
        }
        layers.push_back(std::move(layer));
    }
    return layers;
}

std::vector<NetworkLayer> layersOf(const golden::NetworkSpec& network) {
    std::vector<NetworkLayer> layers;
    for (const golden::Step& step : network.steps) {
        NetworkLayer layer =
            layerOf(step.name, golden::operationName(step.operation), network.tensors[step.output]);
        if (const auto* conv = std::get_if<golden::ConvStep>(&step.operation)) {
            setConv(conv->groups.front().geometry, static_cast<int>(conv->groups.size()), layer);
        } else if (const auto* mean = std::get_if<golden::AveragePoolStep>(&step.operation)) {
            setWindow(mean->window, layer);
        } else if (const auto* pool = std::get_if<golden::MaxPoolStep>(&step.operation)) {
            setWindow(pool->window, layer);
        }
        layers.push_back(std::move(layer));
    }
    return layers;
}

std::string networkLayersText(const std::vector<NetworkLayer>& layers) {
    support::Table table({{"layer"},
                          {"operation"},
                          {"output"},
                          {"kernel"},
                          {"stride"},
                          {"groups", Align::Right},
                          {"taps", Align::Right},
                          {"MACs", Align::Right},
                          {"weights", Align::Right}});
    for (const NetworkLayer& each : layers) {
        table.addRow({each.name, each.operation,
                      fmt::format("{}x{}x{}", each.channels, each.height, each.width),
                      pairText(each.kernelHeight, each.kernelWidth),
                      pairText(each.strideY, each.strideX), countText(each.groups),
                      countText(each.taps), countText(each.macs), countText(each.weights)});
    }
    table.addRule();
    const Totals totals = totalsOf(layers);
    table.addRow({"all", "", "", "", "", "", "", fmt::to_string(totals.macs),
                  fmt::to_string(totals.weights)});
    return table.text();
}

Json networkLayersJson(const std::vector<NetworkLayer>& layers) {
    Json list = Json::array();
    for (const NetworkLayer& each : layers) {
        Json json{{"name", each.name},
                  {"operation", each.operation},
                  {"output", {each.channels, each.height, each.width}}};
        if (each.kernelHeight > 0) {
            json["kernel"] = {each.kernelHeight, each.kernelWidth};
            json["stride"] = {each.strideY, each.strideX};
        }
        if (each.groups > 0) {
            json["groups"] = each.groups;
            json["taps"] = each.taps;
            json["macs"] = each.macs;
            json["weights"] = each.weights;
        }
        list.push_back(json);
    }
    const Totals totals = totalsOf(layers);
    return {{"layers", list}, {"macs", totals.macs}, {"weights", totals.weights}};
}

}  // namespace aslog::report
