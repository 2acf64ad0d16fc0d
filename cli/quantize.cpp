// aslog quantize: a float ONNX network becomes SLogII codes.

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.h"
#include "cli/format_option.h"
#include "cli/image_set.h"
#include "cli/model_input.h"
#include "golden/arithmetic/baselines.h"
#include "ptq/evaluate/networks.h"
#include "ptq/evaluate/scores.h"
#include "ptq/graph/double_codes.h"
#include "ptq/network_file/network_file.h"
#include "ptq/quantise/answers.h"
#include "ptq/quantise/choose_format.h"
#include "ptq/quantise/quantise.h"
#include "support/error.h"
#include "support/file.h"
#include "support/interrupt.h"
#include "support/json_file.h"
#include "support/progress.h"
#include "support/stopwatch.h"
#include "support/table.h"
#include "support/tools.h"

namespace aslog::cli {
namespace {

using support::Align;
using support::Json;
using support::Table;

// Percent of calibration images with the same class first, above which nothing is said.
constexpr double kNearAgreement = 90;

struct QuantizeCommand {
    std::string model;
    ImageSetOptions calibration;
    std::string format = kSpecFormat;
    std::optional<int> droppedBits;
    std::string spec;
    std::size_t images = 256;
    std::size_t skipImages = 0;
    std::vector<std::string> without;
    std::vector<std::string> shape;
    std::vector<std::string> doubled;
    bool flips = false;
    bool noBaselines = false;
    std::string output;
    bool force = false;
};

ptq::QuantiseOptions optionsOf(const QuantizeCommand& command) {
    ptq::QuantiseOptions options;
    for (const std::string& step : command.without) {
        ptq::stepNamed(options.steps, step) = false;
    }
    return options;
}

// The variants of a file: ours, and the same pipeline on integer codes.
std::vector<std::pair<std::string, std::string>> variantsOf(const QuantizeCommand& command) {
    std::vector<std::pair<std::string, std::string>> variants;
    for (const char* family : golden::kFamilies) {
        if (variants.empty() || !command.noBaselines) {
            variants.emplace_back(family, golden::familyElement(family));
        }
    }
    return variants;
}

std::vector<ptq::FormatTrial> chooseFormat(const ptq::Quantiser& quantiser,
                                           const ptq::QuantiseOptions& options,
                                           ptq::NumberFormat& format, support::Progress& progress) {
    std::vector<ptq::FormatTrial> trials = ptq::compareFormats(
        quantiser, format, options,
        [&](std::size_t done, std::size_t all, const golden::FormatSpec& next) {
            support::throwIfInterrupted();
            progress.update(fmt::format("level set {} of {}: {}", done + 1, all, formatText(next)));
        });
    format.slog = trials.front().format;
    return trials;
}

Json trialsJson(const std::vector<ptq::FormatTrial>& trials) {
    Json json = Json::array();
    for (const ptq::FormatTrial& trial : trials) {
        json.push_back({{"format", formatText(trial.format)}, {"calibration_error", trial.error}});
    }
    return json;
}

std::string trialsText(const std::vector<ptq::FormatTrial>& trials) {
    Table table({{"level set"}, {"levels"}, {"noise / signal, %", Align::Right}});
    for (const ptq::FormatTrial& trial : trials) {
        table.addRow({formatText(trial.format),
                      fmt::format("{}", fmt::join(golden::SlogFormat(trial.format).values(), " ")),
                      fmt::format("{:.3f}", 100 * trial.error)});
    }
    return table.text() + "\n";
}

// Ours first.
std::vector<std::string> networkNames(const ptq::NetworkFile& file) {
    std::vector<std::string> names{"slogii"};
    for (const auto& [name, stored] : file.networks) {
        if (name != names.front()) {
            names.push_back(name);
        }
    }
    return names;
}

// Of the convolutions: what they are, and how near their outputs come to the float ones.
std::string layersText(const ptq::NetworkFile& file) {
    std::vector<support::Column> columns{
        {"layer"}, {"taps", Align::Right}, {"outputs", Align::Right}};
    for (const std::string& name : networkNames(file)) {
        columns.push_back({name + ", dB", Align::Right});
    }
    Table table(columns);
    const auto& steps = file.networks.at("slogii").network.network.spec().steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto* conv = std::get_if<golden::ConvStep>(&steps[i].operation);
        if (conv == nullptr) {
            continue;
        }
        const golden::ConvGeometry& geometry = conv->groups.front().geometry;
        std::vector<std::string> row{
            steps[i].name, fmt::to_string(geometry.taps()),
            fmt::to_string(geometry.outputChannels * std::ssize(conv->groups))};
        for (const std::string& name : networkNames(file)) {
            row.push_back(fmt::format("{:.1f}", file.networks.at(name).layers[i].decibel()));
        }
        table.addRow(row);
    }
    return table.text();
}

// By variant; without those whose outputs can not be scores of classes.
using Answers = std::map<std::string, ptq::AnswerComparison>;

// Of the images of one comparison, in percent.
double agreementOf(const ptq::AnswerComparison& answers) {
    return ptq::shareOf(answers.sameWinner, answers.images).percent;
}

// What all layers come to.
std::string summaryText(const ptq::NetworkFile& file, const Answers& answers) {
    Table table({{""},
                 {"noise / signal, %", Align::Right},
                 {"as float, %", Align::Right},
                 {"KL from float", Align::Right}});
    for (const std::string& name : networkNames(file)) {
        std::vector<std::string> row{
            name, fmt::format("{:.3f}", 100 * file.networks.at(name).calibrationError), "-", "-"};
        if (const auto found = answers.find(name); found != answers.end()) {
            row[2] = fmt::format("{:.1f}", agreementOf(found->second));
            row[3] = fmt::format("{:.4f}", found->second.divergence);
        }
        table.addRow(row);
    }
    return "\n" + table.text() +
           (answers.empty() ? ""
                            : "on the calibration images, as if the outputs were classes; other "
                              "images differ more, above all if the network was trained on "
                              "these\n");
}

// What to do if the answers are far from those of the float network; "" if they are near.
std::string adviceText(const Answers& answers, int droppedBits) {
    const auto ours = answers.find("slogii");
    if (ours == answers.end() ||
        ptq::shareOf(ours->second.sameWinner, ours->second.images).high >= kNearAgreement) {
        return "";
    }
    return fmt::format(
        "note: another class comes first than in the float network for {} of {} images; nearer to "
        "it come {}two codes a weight where it helps most (--double last){}\n",
        ours->second.images - ours->second.sameWinner, ours->second.images,
        droppedBits > 0 ? fmt::format("an array that drops fewer columns (--dropped-bits {}), ",
                                      droppedBits - 1)
                        : "",
        ", and more images (--images, --flips)");
}

// Names of the tensors that the host gets.
std::vector<std::string> outputNames(const ptq::NetworkFile& file) {
    const golden::NetworkSpec& spec = file.networks.at("slogii").network.network.spec();
    std::vector<std::string> names;
    for (const golden::TensorId id : spec.outputs) {
        names.push_back(spec.tensors[id].name);
    }
    return names;
}

// What was cut off the end of the network, and what the host gets instead of one output; "" if
// nothing was.
std::string headText(const ptq::NetworkFile& file, const std::vector<std::string>& head) {
    const std::vector<std::string> outputs = outputNames(file);
    return (head.empty() ? "" : fmt::format("left to the host: {}\n", fmt::join(head, ", "))) +
           (outputs.size() == 1 ? "" : fmt::format("outputs: {}\n", fmt::join(outputs, ", ")));
}

Json resultJson(const QuantizeCommand& command, const ptq::NetworkFile& file,
                const Answers& answers, const std::vector<std::string>& head,
                const std::vector<ptq::FormatTrial>& trials, double seconds) {
    Json json{{"network", command.output},
              {"model", command.model},
              {"model_sha256", file.provenance.modelHash},
              {"calibration", file.provenance.calibration},
              {"images", file.provenance.images},
              {"left_to_host", head},
              {"outputs", outputNames(file)},
              {"without", command.without},
              {"doubled", file.provenance.doubled},
              {"tool", file.provenance.tool},
              {"tools", support::toolsJson()},
              {"seconds", seconds}};
    for (const auto& [name, stored] : file.networks) {
        Json layers = Json::array();
        for (const ptq::LayerError& layer : stored.layers) {
            layers.push_back({{"name", layer.name}, {"sqnr_db", layer.decibel()}});
        }
        json[name] = {{"format", ptq::describe(stored.network.format)},
                      {"calibration_error", stored.calibrationError},
                      {"layers", layers}};
        if (const auto found = answers.find(name); found != answers.end()) {
            json[name]["agreement"] = agreementOf(found->second);
            json[name]["divergence"] = found->second.divergence;
        }
    }
    if (!trials.empty()) {
        json["formats"] = trialsJson(trials);
    }
    return json;
}

// A picture or a trained model is soon named where the output should be. Pipes are no files.
void requireReplaceable(const QuantizeCommand& command, const ImageSet& calibration) {
    support::requireKept(command.model, command.output);
    support::requireKept(command.calibration.path, command.output);
    for (const std::filesystem::path& picture : calibration.pictures) {
        support::requireKept(picture, command.output);
    }
    support::requireKept(command.spec, command.output);
    if (std::filesystem::is_directory(command.output)) {
        throw support::InputError(fmt::format("the output {} is a folder", command.output));
    }
    if (command.force || !std::filesystem::is_regular_file(command.output)) {
        return;
    }
    try {
        static_cast<void>(ptq::readNetworkFile(command.output));
    } catch (const support::InputError&) {
        throw support::InputError(fmt::format(
            "{} exists and is no quantised network; give another output, or --force to replace it",
            command.output));
    }
}

// A number of dropped columns that the level set has not.
void requireFormat(const golden::FormatSpec& format) {
    try {
        (void)golden::SlogFormat(format);
    } catch (const std::invalid_argument& error) {
        throw support::InputError(fmt::format("--dropped-bits: {}", error.what()));
    }
}

// Their names.
std::vector<std::string> doubleLayers(ptq::Graph& graph, const std::vector<std::string>& layers) {
    std::vector<std::string> names;
    names.reserve(layers.size());
    for (const std::string& layer : layers) {
        names.push_back(ptq::doubleCodes(graph, layer));
    }
    return names;
}

ptq::FloatTensor calibrationImages(const QuantizeCommand& command, const data::Dataset& set) {
    ptq::FloatTensor images = someImages(set, command.skipImages, command.images);
    return command.flips ? ptq::withMirrored(images) : images;
}

// Adds all variants to the file.
Answers quantiseVariants(const QuantizeCommand& command, const ptq::Quantiser& quantiser,
                         const ArchSpec& spec, const golden::FormatSpec& slog,
                         ptq::NetworkFile& file, support::Progress& progress) {
    Answers answers;
    for (const auto& [name, element] : variantsOf(command)) {
        ptq::NumberFormat variant = formatOf(spec, element);
        variant.slog = slog;
        ptq::QuantiseResult result = quantiser.run(
            variant, optionsOf(command),
            [&, name = name](std::size_t step, std::size_t all, const std::string& layer) {
                support::throwIfInterrupted();
                progress.update(fmt::format("{}, layer {} of {}: {}", name, step + 1, all, layer));
            });
        file.networks.emplace(
            name, ptq::StoredNetwork{std::move(result.network), std::move(result.layers),
                                     result.calibrationError});
        if (result.answers) {
            answers.emplace(name, *result.answers);
        }
    }
    return answers;
}

int runQuantize(const QuantizeCommand& command, const Output& output) {
    const support::Stopwatch stopwatch;
    const ptq::QuantiseOptions options = optionsOf(command);
    ArchSpec spec = specOrDefault(command.spec);
    const int usualDropped = command.format == kSpecFormat ? spec.format.droppedBits : 0;
    spec.format.droppedBits = command.droppedBits.value_or(usualDropped);
    const bool isAutomatic = applyFormatOption(command.format, spec.format);
    requireFormat(spec.format);
    ptq::NumberFormat format = formatOf(spec, "slogii");
    support::Progress progress("quantize " + command.model);
    ptq::Graph model = readGraph(command.model, command.shape);
    const ImageSet calibration = readImageSet(
        command.calibration, &model, command.skipImages + command.images, data::Answers::Hidden);
    const data::Dataset& set = calibration.set;
    ptq::Graph graph = preparedFor(set, std::move(model), command.model);
    const std::vector<std::string> doubled = doubleLayers(graph, command.doubled);
    const ptq::FloatTensor images = calibrationImages(command, set);
    requireReplaceable(command, calibration);
    ptq::NetworkFile file;
    file.provenance = provenanceOf(command.model, set, images, options.steps);
    file.provenance.doubled = doubled;
    if (command.flips) {
        file.provenance.calibration += ", mirrored too";
    }
    progress.update("ranges of activations");
    const ptq::Quantiser quantiser(graph, images);
    const std::vector<ptq::FormatTrial> trials =
        isAutomatic ? chooseFormat(quantiser, options, format, progress)
                    : std::vector<ptq::FormatTrial>{};
    const Answers answers = quantiseVariants(command, quantiser, spec, format.slog, file, progress);
    ptq::writeNetworkFile(command.output, file);
    output.text(calibration.text + (calibration.text.empty() ? "" : "\n") +
                (trials.empty() ? "" : trialsText(trials)) + layersText(file) +
                summaryText(file, answers) + headText(file, graph.head) +
                adviceText(answers, format.slog.droppedBits) +
                fmt::format("\n{}: {}, {} calibration images of {}\n{} bytes\n", command.output,
                            ptq::describe(format), file.provenance.images, set.name(),
                            std::filesystem::file_size(command.output)));
    const double seconds = stopwatch.seconds();
    Json json = resultJson(command, file, answers, graph.head, trials, seconds);
    if (!calibration.json.is_null()) {
        json["pictures"] = calibration.json;
    }
    output.result(json);
    return kSuccess;
}

}  // namespace

void addQuantizeCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<QuantizeCommand>();
    CLI::App* sub = app.add_subcommand("quantize", "Turn a float ONNX network into SLogII codes");
    sub->add_option("MODEL", command->model, "Network, ONNX opset 7 to 24")->required();
    addImageSetOptions(*sub, "--calib", command->calibration);
    sub->add_flag("--force", command->force,
                  "Replace the output although it is no quantised network");
    sub->add_option("-o,--output", command->output, "Network file to write (docs/network_file.md)")
        ->required();
    sub->add_option("--format", command->format,
                    "Level set: 4,4,zero, auto, auto,3 (default: that of the spec)");
    sub->add_option("--dropped-bits", command->droppedBits,
                    "Columns of a product to leave out (default: spec's, 0 with --format)")
        ->check(CLI::Range(0, 20));
    sub->add_option("--spec", command->spec,
                    "Spec of the array that shall run it (default: the default spec)");
    sub->add_option("--images", command->images, "Calibration images, at most (default: 256)")
        ->check(CLI::Range(1, 1 << 20));
    sub->add_option("--skip-images", command->skipImages,
                    "Images of the calibration set to pass over first (default: 0)")
        ->check(CLI::Range(0, 1 << 20));
    sub->add_option("--without", command->without, "Steps to leave out, with commas between")
        ->delimiter(',');
    addShapeOption(*sub, command->shape);
    sub->add_option("--double", command->doubled,
                    "Layer of two codes a weight, \"last\" or its name (repeatable)")
        ->allow_extra_args(false);
    sub->add_flag("--flips", command->flips, "Also take each image with left and right exchanged");
    sub->add_flag("--no-baselines", command->noBaselines,
                  "Leave out the int4 and int8 networks of the same pipeline");
    sub->footer(
        "No labels, no training (docs/quantisation.md). The file holds the SLogII network, and\n"
        "beside it int4 and int8 ones of the same pipeline to compare with.\n"
        "\n"
        "--format levels,L,L,...: the magnitudes themselves, each 0, 2^k or 3*2^k.\n"
        "--format BITS,STEPS,zero or BITS,STEPS,no-zero: bits of a code, half-octave steps at the "
        "top,\n"
        "whether 0 is a level; auto or auto,BITS: the level set with the least calibration error.\n"
        "--without takes range-calibration, scale-search, mean-correction, variance-correction,\n"
        "bias-correction, output-scale-search, compensation and clamp-weighting.\n"
        "\n"
        "Examples:\n"
        "  aslog quantize resnet20.onnx --calib examples/data/cifar10_calib.json "
        "-o resnet20.aslog\n"
        "  aslog quantize net.onnx --calib pictures/ --mean 0.485,0.456,0.406 "
        "--std 0.229,0.224,0.225 \\\n"
        "      -o net.aslog\n"
        "  aslog quantize net.onnx --calib my_set.json --format auto,3 -o net.aslog\n"
        "  aslog evaluate net.aslog --data my_test_set.json\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runQuantize(*command, output); };
    });
}

}  // namespace aslog::cli
