// aslog evaluate: how well a network answers on a data set.

#include "ptq/evaluate/evaluate.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/evaluate_dump.h"
#include "cli/image_set.h"
#include "cli/model_input.h"
#include "golden/arithmetic/baselines.h"
#include "ptq/data/dataset.h"
#include "ptq/evaluate/layers.h"
#include "ptq/evaluate/networks.h"
#include "ptq/graph/double_codes.h"
#include "ptq/network_file/network_file.h"
#include "report/answers_file.h"
#include "report/evaluation_tables.h"
#include "report/layer_tables.h"
#include "support/error.h"
#include "support/file.h"
#include "support/interrupt.h"
#include "support/json_file.h"
#include "support/parallel.h"
#include "support/progress.h"
#include "support/sha256.h"
#include "support/tools.h"

namespace aslog::cli {
namespace {

using support::Json;

struct EvaluateCommand {
    std::string model;  // ONNX, or a network file
    ImageSetOptions data;
    std::string floatModel;
    std::vector<std::string> shape;
    std::size_t batch = 16;
    bool layers = false;
    std::size_t layerImages = 64;
    std::string picture;
    DumpOptions dump;
};

// What is compared: the float network, if there is one, and the quantised ones.
struct Candidates {
    std::optional<ptq::Graph> graph;
    std::string graphPath;
    std::optional<ptq::NetworkFile> file;
    std::string note;  // why there is no float network
};

// The model that was quantised: the one that is given, or one of the name that the file remembers,
// in the current folder or that of the file.
std::string floatPath(const EvaluateCommand& command, const ptq::Provenance& provenance,
                      std::string& note) {
    const bool isGiven = !command.floatModel.empty();
    std::string path = isGiven ? command.floatModel : provenance.model;
    if (!isGiven && !std::filesystem::exists(path)) {
        path = std::filesystem::path(command.model).replace_filename(path).string();
    }
    if (!isGiven && !std::filesystem::exists(path)) {
        note = fmt::format(
            "no float network: {} is not in this folder nor beside {}; name it with "
            "--float",
            provenance.model, command.model);
        return {};
    }
    if (support::sha256OfFile(path) == provenance.modelHash) {
        return path;
    }
    const std::string fault =
        fmt::format("{} is not the model that was quantised: its SHA-256 differs from {}", path,
                    provenance.modelHash);
    if (isGiven) {
        throw support::InputError(fault);
    }
    note = "no float network: " + fault;
    return {};
}

// The float network as the reader gives it.
Candidates readCandidates(const EvaluateCommand& command) {
    Candidates candidates;
    if (isNetworkFile(command.model)) {
        candidates.file = ptq::readNetworkFile(command.model);
        candidates.graphPath = floatPath(command, candidates.file->provenance, candidates.note);
    } else {
        if (!command.floatModel.empty() || command.layers) {
            throw support::InputError(
                fmt::format("{} is a float network; --float and --layers are for quantised ones",
                            command.model));
        }
        candidates.graphPath = command.model;
    }
    if (!candidates.graphPath.empty()) {
        candidates.graph = readGraph(candidates.graphPath, command.shape);
    }
    return candidates;
}

// Folds the float network and gives it the codes of the file.
void prepare(Candidates& candidates, const data::Dataset& set) {
    if (!candidates.graph) {
        return;
    }
    candidates.graph = preparedFor(set, std::move(*candidates.graph), candidates.graphPath);
    if (candidates.file) {
        for (const std::string& layer : candidates.file->provenance.doubled) {
            (void)ptq::doubleCodes(*candidates.graph, layer);
        }
    }
}

// Of several outputs there are no scores; layers can be compared all the same, and tensors written.
bool hasScores(const EvaluateCommand& command, const Candidates& candidates) {
    const bool hasOtherTask = command.layers || !command.dump.tensors.empty();
    if (!hasOtherTask || !command.dump.answers.empty()) {
        return true;  // or it is refused
    }
    if (!candidates.file) {
        return candidates.graph->outputs.size() == 1;
    }
    const auto& networks = candidates.file->networks;
    return std::ranges::all_of(networks, [](const auto& named) {
        return named.second.network.network.spec().outputs.size() == 1;
    });
}

// One after the other; pairs are told apart at the threshold of the first, the float network.
report::Evaluations evaluateAll(const EvaluateCommand& command, const Candidates& candidates,
                                const data::Dataset& set, support::Progress& progress) {
    report::Evaluations evaluations;
    std::vector<report::Answers> answers;  // if they are wanted
    std::optional<double> threshold;
    const auto add = [&](const std::string& name, const ptq::Inference& network,
                         std::size_t batch) {
        const auto report = [&](std::size_t done, std::size_t all) {
            support::throwIfInterrupted();
            progress.update(fmt::format("{}, {} of {} images", name, done, all));
        };
        ptq::AnswerObserver keep;
        if (!command.dump.answers.empty()) {
            answers.push_back({name, {}});
            keep = [&](std::size_t, const std::vector<float>& row) {
                answers.back().rows.push_back(row);
            };
        }
        ptq::Evaluation evaluation = ptq::evaluate(network, set, batch, threshold, report, keep);
        if (evaluation.verification && !threshold) {
            threshold = evaluation.verification->threshold;
        }
        evaluations.emplace_back(name, std::move(evaluation));
    };
    if (candidates.graph) {
        add("float", ptq::asInference(*candidates.graph), command.batch);
    }
    if (candidates.file) {
        for (const char* name : golden::kFamilies) {
            const auto stored = candidates.file->networks.find(name);
            if (stored != candidates.file->networks.end()) {
                add(name, ptq::asInference(stored->second.network), command.batch);
            }
        }
    }
    if (!command.dump.answers.empty()) {
        dumpAnswers(command.dump, set, answers);
    }
    return evaluations;
}

// Multiply-accumulates per second of the golden model, all cores.
void addRates(const ptq::NetworkFile& file, const data::Dataset& set, Json& json) {
    for (const auto& [name, stored] : file.networks) {
        const double macs =
            static_cast<double>(stored.network.network.macs()) * static_cast<double>(set.size());
        const double seconds = json.at(name).at("seconds");
        json[name]["macs_per_image"] = stored.network.network.macs();
        json[name]["macs_per_second"] = seconds > 0 ? std::round(macs / seconds) : 0.0;
        json[name]["format"] = ptq::describe(stored.network.format);
    }
    json["images"] = set.size();
    json["cores"] = support::cores();
    json["calibration"] = {{"data", file.provenance.calibration},
                           {"images", file.provenance.images}};
    json["model_sha256"] = file.provenance.modelHash;
    json["tool"] = file.provenance.tool;
}

report::LayerTable compareAllLayers(const EvaluateCommand& command, const Candidates& candidates,
                                    const data::Dataset& set, support::Progress& progress) {
    if (!candidates.graph) {
        throw support::InputError("--layers compares with the float network; " + candidates.note);
    }
    report::LayerTable table;
    for (const auto& [name, stored] : candidates.file->networks) {
        table.emplace(
            name, ptq::compareLayers(*candidates.graph, stored.network, set, command.layerImages,
                                     [&, name = name](std::size_t done, std::size_t all) {
                                         support::throwIfInterrupted();
                                         progress.update(fmt::format(
                                             "layers of {}, {} of {} images", name, done, all));
                                     }));
    }
    return table;
}

// Without labels only answers can be compared, or written.
void requireComparison(const EvaluateCommand& command, const Candidates& candidates,
                       const data::Dataset& set) {
    const bool isWritten = !command.dump.answers.empty() || !command.dump.tensors.empty();
    if (!set.labels().empty() || !set.pairs().empty() || isWritten ||
        (candidates.graph && candidates.file)) {
        return;
    }
    if (!std::filesystem::is_directory(command.data.path)) {
        throw support::InputError(fmt::format(
            "the data set {} has neither labels nor pairs, and there is one network: there is "
            "nothing to compare with{}",
            set.name(), candidates.note.empty() ? "" : "; " + candidates.note));
    }
    throw support::InputError(fmt::format(
        "--data: {} is a folder, and pictures alone have no labels to compare with; write a "
        "table \"file,label\" of its pictures as labels.csv, and a data set in JSON:\n"
        "{{\"name\": \"my_set\", \"kind\": \"pictures\", \"images\": {}, "
        "\"list\": \"/FOLDER/OF/labels.csv\", \"scale\": 0.00392156862745098}}\n"
        "(docs/data.md has all keys; mean and deviation as the network was quantised with)",
        command.data.path, Json(std::filesystem::absolute(command.data.path).string()).dump()));
}

ImageSet readImages(const EvaluateCommand& command, const Candidates& candidates) {
    if (!candidates.graph && std::filesystem::is_directory(command.data.path)) {
        throw support::InputError(fmt::format(
            "--data: {} is a folder of pictures; their size and channels are known from the ONNX "
            "model alone; {}",
            command.data.path, candidates.note));
    }
    return readImageSet(command.data, candidates.graph ? &*candidates.graph : nullptr,
                        std::numeric_limits<std::size_t>::max(), data::Answers::Wanted);
}

// A folder of pictures does not say what pixels become, and other numbers than those that the
// network was quantised for look like its fault. "" for a data set, which says it itself.
std::string scalingNote(const ImageSet& images, const Candidates& candidates) {
    if (images.json.is_null() || !candidates.file) {
        return "";
    }
    const std::string& quantised = candidates.file->provenance.calibration;
    const std::string own = fmt::format("({}, {})", images.json.at("pixels").get<std::string>(),
                                        images.json.at("channels").get<std::string>());
    if (!quantised.ends_with(')') || quantised.find(own) != std::string::npos) {
        return "";
    }
    return fmt::format("note: pixels are read as {}, the network was quantised with {}\n", own,
                       quantised);
}

int runEvaluate(const EvaluateCommand& command, const Output& output) {
    support::Progress progress("evaluate " + command.model);
    Candidates candidates = readCandidates(command);
    const ImageSet images = readImages(command, candidates);
    const data::Dataset& set = images.set;
    checkDumpOptions(command.dump, {command.model, command.data.path, command.floatModel}, set);
    requireComparison(command, candidates, set);
    prepare(candidates, set);
    std::string text = images.text + scalingNote(images, candidates) +
                       fmt::format("{} on {}\n\n", command.model, set.name());
    Json json{{"model", command.model}, {"data", set.name()}, {"tools", support::toolsJson()}};
    if (!command.dump.tensors.empty()) {
        progress.update("tensors");
        const Json tensors =
            dumpTensors(command.dump, candidates.graph ? &*candidates.graph : nullptr,
                        candidates.file ? &*candidates.file : nullptr, set);
        text += tensorsText(tensors) + "\n";
        json["tensors"] = tensors;
    }
    if (hasScores(command, candidates)) {
        const report::Evaluations evaluations = evaluateAll(command, candidates, set, progress);
        text += report::evaluationText(evaluations);
        report::addEvaluations(evaluations, json);
        if (candidates.file) {
            addRates(*candidates.file, set, json);
        }
        if (!command.dump.answers.empty()) {
            text += fmt::format("\nanswers: {}\n", command.dump.answers);
            json["answers"] = command.dump.answers;
        }
    } else {
        text += "several outputs: no scores\n";
    }
    if (!images.json.is_null()) {
        json["pictures"] = images.json;
    }
    if (!candidates.note.empty()) {
        text += candidates.note + "\n";
    }
    if (command.layers) {
        const report::LayerTable layers = compareAllLayers(command, candidates, set, progress);
        const std::string picture =
            command.picture.empty() ? command.model + ".layers.svg" : command.picture;
        progress.update("picture");
        report::drawLayers(layers, fmt::format("{} on {}", command.model, set.name()), picture);
        text += "\n" + report::layersText(layers) + fmt::format("\npicture: {}\n", picture);
        json["layers"] = report::layersJson(layers);
        json["picture"] = picture;
    }
    output.text(text);
    output.result(json);
    return kSuccess;
}

}  // namespace

void addEvaluateCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<EvaluateCommand>();
    CLI::App* sub = app.add_subcommand(
        "evaluate", "Accuracy on a data set: float, SLogII, int4 and int8 side by side");
    sub->add_option("NET", command->model, "Network file of `aslog quantize`, or an ONNX model")
        ->required();
    addImageSetOptions(*sub, "--data", command->data);
    sub->add_option("--float", command->floatModel,
                    "The ONNX model (default: that of its name, here or beside NET)");
    addShapeOption(*sub, command->shape);
    sub->add_option("--batch", command->batch, "Images at a time")->check(CLI::Range(1, 1024));
    sub->add_flag("--layers", command->layers,
                  "Also signal to quantisation noise of each layer, and a picture");
    sub->add_option("--layer-images", command->layerImages,
                    "Images that layers are compared on (default: 64)")
        ->check(CLI::Range(1, 1 << 20));
    sub->add_option("--picture", command->picture,
                    "SVG file of --layers (default: NET.layers.svg)");
    addDumpOptions(*sub, command->dump);
    sub->footer(
        "Top-1 and top-5 of a data set with labels, accuracy and area under the ROC curve of one\n"
        "with pairs; with the 95 % interval that so few images leave. Without labels, as of a\n"
        "folder of pictures, how near the answers are to those of the float network.\n"
        "Quantised networks run in the golden model, the exact arithmetic of the hardware. Pairs\n"
        "are told apart at the threshold that is best for the float network.\n"
        "\n"
        "Examples:\n"
        "  aslog evaluate resnet20.onnx --data examples/data/cifar10_test.json\n"
        "  aslog evaluate resnet20.aslog --data examples/data/cifar10_test.json --layers\n"
        "  aslog evaluate net.aslog --data my_set.json --dump answers.csv\n"
        "  aslog evaluate net.aslog --data my_set.json --dump-tensor conv1=conv1.npy\n"
        "  ASLOG_DATA_ROOT=~/data aslog evaluate net.aslog --data my_set.json --json\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runEvaluate(*command, output); };
    });
}

}  // namespace aslog::cli
