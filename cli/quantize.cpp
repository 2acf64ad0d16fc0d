// aslog quantize: a float ONNX network becomes SLogII codes.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
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
#include "cli/quantize_result.h"
#include "golden/arithmetic/baselines.h"
#include "ptq/evaluate/networks.h"
#include "ptq/graph/double_codes.h"
#include "ptq/network_file/network_file.h"
#include "ptq/quantise/choose_doubled.h"
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

constexpr const char* kAutomatic = "auto";  // of --double
constexpr double kDoubleBudget = 0.15;      // products that it may add, as a part of all

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

ptq::FloatTensor calibrationImages(const QuantizeCommand& command, const data::Dataset& set) {
    ptq::FloatTensor images = someImages(set, command.skipImages, command.images);
    return command.flips ? ptq::withMirrored(images) : images;
}

// What --double asks for, in the graph: the names of the layers, and what "auto" was chosen by.
struct Doubled {
    std::vector<std::string> names;
    std::optional<ptq::DoubledChoice> choice;
};

Doubled doubleLayers(const QuantizeCommand& command, const ArchSpec& spec,
                     const ptq::FloatTensor& images, ptq::Graph& graph,
                     support::Progress& progress) {
    Doubled doubled;
    const bool isAutomatic =
        std::ranges::find(command.doubled, kAutomatic) != command.doubled.end();
    if (isAutomatic && (command.doubled.size() > 1 || command.format.starts_with(kAutomatic))) {
        throw support::InputError(
            "--double auto chooses all layers, for one level set: give no other --double and no "
            "--format auto with it");
    }
    for (const std::string& layer : command.doubled) {
        if (layer != kAutomatic) {
            doubled.names.push_back(ptq::doubleCodes(graph, layer));
            continue;
        }
        const ptq::DoubledChoice choice = ptq::chooseDoubled(
            graph, images, formatOf(spec, "slogii"), optionsOf(command), kDoubleBudget,
            [&](std::size_t step, std::size_t all, const std::string& name) {
                support::throwIfInterrupted();
                progress.update(
                    fmt::format("layers of two codes, {} of {}: {}", step + 1, all, name));
            });
        for (const std::string& name : choice.layers) {
            doubled.names.push_back(ptq::doubleCodes(graph, name));
        }
        doubled.choice = choice;
    }
    return doubled;
}

std::string choiceText(const ptq::DoubledChoice& choice) {
    return fmt::format(
        "two codes a weight: {}; {:.1f} % more products, error {:.4f} without, {:.4f} with (quick "
        "trials on {} images)\n",
        choice.layers.empty() ? "no layer gains"
                              : fmt::format("{}", fmt::join(choice.layers, ", ")),
        100 * choice.moreMacs, choice.before, choice.after, choice.images);
}

Json choiceJson(const ptq::DoubledChoice& choice) {
    return {{"layers", choice.layers},
            {"more_macs", choice.moreMacs},
            {"images", choice.images},
            {"error_before", choice.before},
            {"error_after", choice.after}};
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
    const ptq::FloatTensor images = calibrationImages(command, set);
    requireReplaceable(command, calibration);
    const Doubled doubled = doubleLayers(command, spec, images, graph, progress);
    ptq::NetworkFile file;
    file.provenance = provenanceOf(command.model, set, images, options.steps);
    file.provenance.doubled = doubled.names;
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
                (doubled.choice ? choiceText(*doubled.choice) : "") +
                (trials.empty() ? "" : trialsText(trials)) + layersText(file) +
                summaryText(file, answers) + headText(file, graph.head) +
                adviceText(answers, format.slog.droppedBits, !doubled.names.empty()) +
                fmt::format("\n{}: {}, {} calibration images of {}\n{} bytes\n", command.output,
                            ptq::describe(format), file.provenance.images, set.name(),
                            std::filesystem::file_size(command.output)));
    const double seconds = stopwatch.seconds();
    Json json = resultJson(command, file, answers, graph.head, trials, seconds);
    if (!calibration.json.is_null()) {
        json["pictures"] = calibration.json;
    }
    if (doubled.choice) {
        json["doubled_choice"] = choiceJson(*doubled.choice);
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
                    "Layer of two codes a weight: its name, \"last\" or \"auto\" (repeatable)")
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
