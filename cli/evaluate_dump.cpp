#include "cli/evaluate_dump.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "cli/model_input.h"
#include "ptq/data/npy_writer.h"
#include "ptq/evaluate/tensors.h"
#include "support/error.h"
#include "support/file.h"

namespace aslog::cli {
namespace {

namespace fs = std::filesystem;
using support::InputError;
using support::Json;

// Of one --dump-tensor; `stem`: FILE without .npy.
struct TensorDump {
    std::string name;
    std::string stem;
};

TensorDump tensorDumpOf(const std::string& text) {
    // As --shape has it: a name may hold the sign.
    const std::size_t sign = text.rfind('=');
    const std::string file = sign == std::string::npos ? "" : text.substr(sign + 1);
    constexpr std::string_view kEnding = ".npy";
    if (sign == 0 || file.size() <= kEnding.size() || !file.ends_with(kEnding)) {
        throw InputError(fmt::format(
            "--dump-tensor: found \"{}\", allowed: NAME=FILE.npy, as conv1=conv1.npy", text));
    }
    return {text.substr(0, sign), file.substr(0, file.size() - kEnding.size())};
}

std::vector<TensorDump> tensorDumpsOf(const DumpOptions& options) {
    std::vector<TensorDump> dumps;
    for (const std::string& text : options.tensors) {
        dumps.push_back(tensorDumpOf(text));
    }
    return dumps;
}

std::string fileOf(const TensorDump& dump, const std::string& network) {
    return fmt::format("{}.{}.npy", dump.stem, network);
}

// All tensors of one network, in the order of `dumps`.
void writeTensors(const std::vector<TensorDump>& dumps, const std::string& network,
                  const std::vector<ptq::FloatTensor>& tensors, Json& written) {
    for (std::size_t i = 0; i < dumps.size(); ++i) {
        const std::string file = fileOf(dumps[i], network);
        const std::vector<std::size_t> shape(tensors[i].shape.begin(), tensors[i].shape.end());
        data::writeNpy(file, shape, tensors[i].data);
        written.push_back(
            {{"tensor", dumps[i].name}, {"network", network}, {"file", file}, {"shape", shape}});
    }
}

}  // namespace

void addDumpOptions(CLI::App& command, DumpOptions& options) {
    command.add_option("--dump", options.answers,
                       "File for what each network answers to each image, .csv or .json");
    command
        .add_option("--dump-tensor", options.tensors,
                    "NAME=FILE.npy: a tensor, as FILE.float.npy, FILE.slogii.npy, ...")
        ->allow_extra_args(false);
    command
        .add_option("--dump-images", options.images,
                    "Images of which tensors are written, the first ones (default: 1)")
        ->check(CLI::Range(1, 1 << 20));
}

void checkDumpOptions(const DumpOptions& options, const std::vector<std::string>& inputs,
                      const data::Dataset& set) {
    std::vector<std::string> outputs;
    if (!options.answers.empty()) {
        if (!options.answers.ends_with(".csv") && !options.answers.ends_with(".json")) {
            throw InputError(
                fmt::format("--dump: found \"{}\", allowed: a file that ends in .csv or .json",
                            options.answers));
        }
        outputs.push_back(options.answers);
    }
    std::set<std::string> stems;
    for (const TensorDump& dump : tensorDumpsOf(options)) {
        if (!stems.insert(fs::path(dump.stem).lexically_normal().string()).second) {
            throw InputError(fmt::format(
                "--dump-tensor: {}.npy is given twice; each tensor needs its own", dump.stem));
        }
        outputs.push_back(fileOf(dump, "float"));
        for (const char* name : {"slogii", "int4", "int8"}) {
            outputs.push_back(fileOf(dump, name));
        }
    }
    for (const std::string& output : outputs) {
        for (const std::string& input : inputs) {
            support::requireKept(input, output);
        }
        for (const fs::path& input : set.sources()) {
            support::requireKept(input, output);
        }
    }
}

Json dumpTensors(const DumpOptions& options, const ptq::Graph* graph, const ptq::NetworkFile* file,
                 const data::Dataset& set) {
    const std::vector<TensorDump> dumps = tensorDumpsOf(options);
    std::vector<std::string> names;
    names.reserve(dumps.size());
    for (const TensorDump& dump : dumps) {
        names.push_back(dump.name);
    }
    const ptq::FloatTensor images = someImages(set, 0, options.images);
    Json written = Json::array();
    if (file == nullptr) {
        writeTensors(dumps, "float", tensorsOf(*graph, names, images), written);
        return written;
    }
    if (graph != nullptr) {
        const ptq::QuantisedNetwork& ours = file->networks.at("slogii").network;
        writeTensors(dumps, "float", tensorsOf(*graph, ours, names, images), written);
    }
    for (const auto& [name, stored] : file->networks) {
        writeTensors(dumps, name, tensorsOf(stored.network, names, images), written);
    }
    return written;
}

std::string tensorsText(const Json& written) {
    std::string text;
    for (const Json& each : written) {
        text += fmt::format("tensor {} of {}: {} {}\n", each.at("tensor").get<std::string>(),
                            each.at("network").get<std::string>(), each.at("shape").dump(),
                            each.at("file").get<std::string>());
    }
    return text;
}

void dumpAnswers(const DumpOptions& options, const data::Dataset& set,
                 const std::vector<report::Answers>& answers) {
    support::writeFile(options.answers, options.answers.ends_with(".csv")
                                            ? report::answersCsv(set, answers)
                                            : report::answersJson(set, answers));
}

}  // namespace aslog::cli
