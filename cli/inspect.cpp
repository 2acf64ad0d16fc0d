// aslog inspect: what a model or a network file is made of, and what stands in the way.

#include <algorithm>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.h"
#include "cli/model_input.h"
#include "golden/arithmetic/baselines.h"
#include "ptq/network_file/network_file.h"
#include "ptq/quantise/survey.h"
#include "report/layer_tables.h"
#include "report/network_tables.h"
#include "support/json_file.h"
#include "support/tools.h"

namespace aslog::cli {
namespace {

using support::Json;

struct InspectCommand {
    std::string file;  // ONNX, or a network file
    std::vector<std::string> shape;
};

// Numbers that no array of the default spec holds.
void addFormatRefusal(const std::vector<report::NetworkLayer>& layers,
                      std::vector<std::string>& refusals) {
    ptq::NumberFormat format = formatOf(specOrDefault(""), "slogii");
    format.numerics.maxTaps = 1;
    for (const report::NetworkLayer& layer : layers) {
        format.numerics.maxTaps = std::max(format.numerics.maxTaps, layer.taps);
    }
    try {
        (void)ptq::numericsOf(format);
    } catch (const std::exception& error) {
        refusals.push_back(fmt::format("{}: {}", ptq::describe(format), error.what()));
    }
}

std::string indented(const std::vector<std::string>& lines) {
    return fmt::format("  {}\n", fmt::join(lines, "\n  "));
}

// "[N, 3, 32, 32]"
std::string inputShapeText(const ptq::Shape& shape) {
    std::vector<std::string> sizes;
    for (const std::int64_t size : shape) {
        sizes.push_back(size == ptq::kSymbolicBatch ? "N" : fmt::to_string(size));
    }
    return fmt::format("[{}]", fmt::join(sizes, ", "));
}

int inspectModel(const InspectCommand& command, const Output& output) {
    ptq::ModelSurvey survey = surveyOf(command.file, command.shape);
    const std::vector<report::NetworkLayer> layers = report::layersOf(survey.lowered);
    addFormatRefusal(layers, survey.refusals);
    std::string text = command.file + "\n\n";
    Json json{{"model", command.file}, {"inputs", Json::array()}};
    for (std::size_t i = 0; i < survey.inputNames.size(); ++i) {
        const std::string& layout = survey.inputLayouts[i].name;
        text +=
            fmt::format("input {}: {}{}{}\n", survey.inputNames[i],
                        inputShapeText(survey.inputShapes[i]), layout.empty() ? "" : " ", layout);
        json["inputs"].push_back(
            {{"name", survey.inputNames[i]}, {"shape", survey.inputShapes[i]}, {"layout", layout}});
    }
    json["outputs"] = Json::array();
    const std::vector<ptq::ValueId>& outputs = survey.lowered.outputs;
    for (const ptq::ValueId id : outputs) {
        const std::string& name = survey.graph.values[id].name;
        const golden::TensorInfo& size = survey.lowered.sizes[id];
        text += fmt::format("output {}: {}x{}x{}{}\n", name, size.channels, size.height, size.width,
                            survey.lowered.sumsPlanes ? ", its sum over each channel" : "");
        json["outputs"].push_back(
            {{"name", name}, {"size", {size.channels, size.height, size.width}}});
    }
    json["sums_planes"] = survey.lowered.sumsPlanes;
    json["left_to_host"] = survey.graph.head;
    json.update(report::networkLayersJson(layers));
    json["refusals"] = survey.refusals;
    text += "\n" + report::networkLayersText(layers);
    if (!survey.graph.head.empty()) {
        text += fmt::format("\nleft to the host: {}\n", fmt::join(survey.graph.head, ", "));
    }
    text += survey.refusals.empty()
                ? "\nnothing stands in the way of quantisation\n"
                : fmt::format("\nin the way of quantisation:\n{}", indented(survey.refusals));
    output.text(text);
    json["tools"] = support::toolsJson();
    output.result(json);
    return survey.refusals.empty() ? kSuccess : kBadInput;
}

std::string listOrNone(const std::vector<std::string>& names) {
    return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string provenanceText(const ptq::Provenance& from) {
    std::vector<std::string> without;
    ptq::QuantiseSteps steps = from.steps;
    for (const std::string& name : ptq::stepNames()) {
        if (!ptq::stepNamed(steps, name)) {
            without.push_back(name);
        }
    }
    return fmt::format(
        "made by {} from {}\nmodel, SHA-256: {}\ncalibration: {} images of {}\n"
        "calibration, SHA-256: {}\nsteps left out: {}\ntwo codes a weight: {}\n",
        from.tool, from.model, from.modelHash, from.images, from.calibration, from.calibrationHash,
        listOrNone(without), listOrNone(from.doubled));
}

Json provenanceJson(const ptq::Provenance& from) {
    Json steps = Json::object();
    ptq::QuantiseSteps switches = from.steps;
    for (const std::string& name : ptq::stepNames()) {
        steps[name] = ptq::stepNamed(switches, name);
    }
    return {{"tool", from.tool},
            {"model", from.model},
            {"model_sha256", from.modelHash},
            {"calibration", from.calibration},
            {"calibration_sha256", from.calibrationHash},
            {"images", from.images},
            {"steps", steps},
            {"doubled", from.doubled}};
}

Json tensorJson(const ptq::QuantisedNetwork& network, golden::TensorId id) {
    const golden::TensorInfo& info = network.network.spec().tensors[id];
    return {{"name", info.name},
            {"size", {info.channels, info.height, info.width}},
            {"scale", network.scales[id]},
            {"zero_point", info.zeroPoint}};
}

std::string tensorText(const char* what, const ptq::QuantisedNetwork& network,
                       golden::TensorId id) {
    const golden::TensorInfo& info = network.network.spec().tensors[id];
    return fmt::format("{} {}: {}x{}x{}, scale {:.6g}, zero point {}\n", what, info.name,
                       info.channels, info.height, info.width, network.scales[id], info.zeroPoint);
}

int inspectNetwork(const InspectCommand& command, const Output& output) {
    const ptq::NetworkFile file = ptq::readNetworkFile(command.file);
    const ptq::QuantisedNetwork& ours = file.networks.at("slogii").network;
    const golden::NetworkSpec& spec = ours.network.spec();
    const std::vector<report::NetworkLayer> layers = report::layersOf(spec);
    std::string text = command.file + "\n\n" + tensorText("input", ours, spec.input);
    Json json{{"network", command.file}, {"inputs", {tensorJson(ours, spec.input)}}};
    json["outputs"] = Json::array();
    for (const golden::TensorId id : spec.outputs) {
        text += tensorText("output", ours, id);
        json["outputs"].push_back(tensorJson(ours, id));
    }
    json["sums_planes"] = spec.sumsPlanes;
    json.update(report::networkLayersJson(layers));
    text += "\n" + report::networkLayersText(layers) + "\n";
    report::LayerTable noise;
    for (const auto& [name, stored] : file.networks) {
        const std::string format = ptq::describe(stored.network.format);
        text += fmt::format("{}: {}, noise/signal {:.3f} %\n", name, format,
                            100 * stored.calibrationError);
        json["variants"][name] = {{"format", format},
                                  {"calibration_error", stored.calibrationError}};
        noise.emplace(name, stored.layers);
    }
    text += "\n" + report::layersText(noise) + "\n" + provenanceText(file.provenance);
    json["noise"] = report::layersJson(noise);
    json["provenance"] = provenanceJson(file.provenance);
    json["tools"] = support::toolsJson();
    output.text(text);
    output.result(json);
    return kSuccess;
}

}  // namespace

void addInspectCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<InspectCommand>();
    CLI::App* sub = app.add_subcommand(
        "inspect", "Layers and cost of a network, and what forbids quantisation");
    sub->add_option("NET", command->file, "An ONNX model, or a network file of `aslog quantize`")
        ->required();
    addShapeOption(*sub, command->shape);
    sub->footer(
        "Of a model: inputs and outputs, the layers as they would be quantised, what is left to\n"
        "the host, and everything that `aslog quantize` would refuse; exit code 2 if that is\n"
        "something. Of a network file: also variants, noise of the layers, and where it is from.\n"
        "\n"
        "Examples:\n"
        "  aslog inspect net.onnx\n"
        "  aslog inspect net.onnx --shape height=224 --shape width=224 --json\n"
        "  aslog inspect net.aslog\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) {
            return isNetworkFile(command->file) ? inspectNetwork(*command, output)
                                                : inspectModel(*command, output);
        };
    });
}

}  // namespace aslog::cli
