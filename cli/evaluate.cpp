// aslog evaluate: how well a network answers on a data set.

#include "ptq/evaluate/evaluate.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/commands.h"
#include "ptq/data/dataset.h"
#include "ptq/graph/fold.h"
#include "ptq/onnx/reader.h"
#include "ptq/reference/run.h"
#include "support/error.h"
#include "support/json_file.h"
#include "support/progress.h"
#include "support/table.h"

namespace aslog::cli {
namespace {

using support::Json;
using support::Table;

struct EvaluateCommand {
    std::string model;
    std::string data;
    std::string dataRoot;
    std::size_t batch = 16;
};

// A network with one input of images and one output.
ptq::Graph readNetwork(const EvaluateCommand& command, const data::Dataset& set) {
    ptq::Graph graph = ptq::readOnnx(command.model);
    const data::ImageShape& image = set.shape();
    const ptq::Shape wanted = {static_cast<std::int64_t>(image.channels),
                               static_cast<std::int64_t>(image.height),
                               static_cast<std::int64_t>(image.width)};
    if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
        throw support::InputError(
            fmt::format("{}: {} inputs and {} outputs found; one of each is needed", command.model,
                        graph.inputs.size(), graph.outputs.size()));
    }
    const ptq::Shape& shape = graph.inputs.front().shape;
    if (shape.size() != 4 || !std::equal(wanted.begin(), wanted.end(), shape.begin() + 1)) {
        throw support::InputError(fmt::format("{}: takes images of {}, the data set {} has {}",
                                              command.model, ptq::shapeText(shape), set.name(),
                                              ptq::shapeText(wanted)));
    }
    ptq::fold(graph);
    return graph;
}

Json shareJson(const ptq::Share& share) {
    const auto rounded = [](double percent) { return std::stod(fmt::format("{:.3f}", percent)); };
    return {{"percent", rounded(share.percent)},
            {"low", rounded(share.low)},
            {"high", rounded(share.high)}};
}

Json toJson(const ptq::Evaluation& evaluation) {
    Json json = Json::object();
    Json intervals = Json::object();
    const auto add = [&](const char* key, const ptq::Share& share) {
        json[key] = shareJson(share).at("percent");
        intervals[key] = {{"low", shareJson(share).at("low")},
                          {"high", shareJson(share).at("high")}};
    };
    if (evaluation.classification) {
        add("top1", evaluation.classification->top1);
        add("top5", evaluation.classification->top5);
        json["images"] = evaluation.classification->images;
    }
    if (evaluation.verification) {
        add("accuracy", evaluation.verification->accuracy);
        json["auc"] = std::stod(fmt::format("{:.5f}", evaluation.verification->auc));
        json["pairs"] = evaluation.verification->pairs;
        json["threshold"] = std::stod(fmt::format("{:.4f}", evaluation.verification->threshold));
    }
    json["interval_95"] = intervals;
    return json;
}

std::string toText(const EvaluateCommand& command, const ptq::Evaluation& evaluation) {
    Table table({{"network"},
                 {"measure"},
                 {"%", support::Align::Right},
                 {"95 % interval", support::Align::Right},
                 {"of", support::Align::Right}});
    const auto add = [&](const char* measure, const ptq::Share& share, std::size_t count,
                         const char* what) {
        table.addRow({"float", measure, fmt::format("{:.2f}", share.percent),
                      fmt::format("{:.2f} to {:.2f}", share.low, share.high),
                      fmt::format("{} {}", count, what)});
    };
    if (const auto& classes = evaluation.classification) {
        add("top-1", classes->top1, classes->images, "images");
        add("top-5", classes->top5, classes->images, "images");
    }
    std::string text = fmt::format("{} on {}\n\n", command.model, command.data);
    if (const auto& pairs = evaluation.verification) {
        add("pairs told apart", pairs->accuracy, pairs->pairs, "pairs");
        return text + table.text() +
               fmt::format(
                   "\nthreshold {:.4f}, best for these pairs; area under the ROC curve {:.5f}\n",
                   pairs->threshold, pairs->auc);
    }
    return text + table.text();
}

int runEvaluate(const EvaluateCommand& command, const Output& output) {
    const data::Dataset set =
        data::readDataset(command.data, command.dataRoot, data::Answers::Wanted);
    const ptq::Graph graph = readNetwork(command, set);
    support::Progress progress("evaluate " + set.name());
    const ptq::Evaluation evaluation = ptq::evaluate(
        [&graph](const ptq::Tensor& images) { return ptq::run(graph, {images}).front(); }, set,
        command.batch, std::nullopt,
        [&progress](std::size_t done, std::size_t all) {
            progress.update(fmt::format("{} of {} images", done, all));
        });
    output.text(toText(command, evaluation));
    output.result({{"model", command.model}, {"data", set.name()}, {"float", toJson(evaluation)}});
    return kSuccess;
}

}  // namespace

void addEvaluateCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<EvaluateCommand>();
    CLI::App* sub = app.add_subcommand("evaluate", "Accuracy of a float network on a data set");
    sub->add_option("MODEL", command->model, "Network, ONNX opset 7 to 17")->required();
    sub->add_option("--data", command->data, "Data set (docs/data.md)")->required();
    sub->add_option("--data-root", command->dataRoot,
                    "Folder that the paths of the data set are relative to")
        ->envname("ASLOG_DATA_ROOT");
    sub->add_option("--batch", command->batch, "Images at a time")->check(CLI::Range(1, 1024));
    sub->footer(
        "Top-1 and top-5 of a data set with labels, accuracy and area under the ROC curve of one\n"
        "with pairs; with the 95 % interval that so few images leave.\n"
        "\n"
        "Examples:\n"
        "  aslog evaluate resnet20.onnx --data examples/data/cifar10_test.json\n"
        "  ASLOG_DATA_ROOT=~/data aslog evaluate net.onnx --data my_set.json --json\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runEvaluate(*command, output); };
    });
}

}  // namespace aslog::cli
