#include "cli/step_inputs.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/model_input.h"
#include "examples/networks/example_network.h"
#include "flows/library/technology.h"
#include "gates/liberty.h"
#include "generator/rtl/emit_rtl.h"
#include "support/sha256.h"
#include "support/tools.h"
#include "support/version.h"
#include "tb/suites/suites.h"

namespace aslog::cli {
namespace {

namespace fs = std::filesystem;

// One hash of files, their paths included. One that is not there counts as well: it may come.
std::string hashOfFiles(std::vector<fs::path> files) {
    std::sort(files.begin(), files.end());
    std::string list;
    for (const fs::path& file : files) {
        list += fmt::format("{} {}\n", file.generic_string(),
                            fs::exists(file) ? support::sha256OfFile(file) : "absent");
    }
    return support::sha256(list);
}

void addFolder(std::vector<fs::path>& files, const fs::path& folder) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
}

// What the bench compiles into each model.
std::string hashOfBench() {
    std::vector<fs::path> files;
    addFolder(files, support::dataFolder() / "tb" / "adapter");
    return hashOfFiles(files);
}

// The files that decide what a synthesis makes.
std::string hashOfFlow(const flows::Technology& technology) {
    const fs::path flows = support::dataFolder() / "flows";
    std::vector<fs::path> files = {flows / "recipes.json"};
    addFolder(files, flows / "scripts");
    files.push_back(technology.folder / "profile.json");
    files.push_back(technology.cellsFile);
    return hashOfFiles(files);
}

const char* yesOrNo(bool value) {
    return value ? "yes" : "no";
}

void addTools(StepInputs& inputs, const std::vector<std::string>& programs) {
    for (const std::string& program : programs) {
        inputs[program] = support::toolVersion(program);
    }
}

}  // namespace

StepInputs generateInputs(const Design& design) {
    return {{"design", designHash(design)}, {"rtl", support::sha256(emitRtl(design).back().text)}};
}

StepInputs verifyInputs(const tb::VerifyOptions& options, const std::string& rtl) {
    StepInputs inputs = {{"rtl", rtl},
                         {"seed", std::to_string(options.seed)},
                         {"quick", yesOrNo(options.quick)},
                         {"bench", hashOfBench()},
                         {"fashion_cnn", hashOfFiles(examples::exampleFiles())}};
    addTools(inputs, {"verilator", "g++"});
    return inputs;
}

StepInputs proveInputs(const std::string& rtl) {
    std::vector<fs::path> models;
    addFolder(models, support::dataFolder() / "prove" / "models");
    StepInputs inputs = {{"rtl", rtl}, {"models", hashOfFiles(models)}};
    addTools(inputs, {"yosys", "z3"});
    return inputs;
}

StepInputs synthInputs(const flows::SynthOptions& options, const std::string& rtl) {
    const flows::Technology technology = flows::readTechnology(options.technology);
    const std::vector<fs::path> library = flows::findLibrary(technology, options.technology);
    StepInputs inputs = {{"rtl", rtl},
                         {"library", gates::LibertyFile::read(library).sha256()},
                         {"clock_mhz", fmt::format("{}", options.clockMhz.value_or(0))},
                         {"flat", yesOrNo(options.flat)},
                         {"time_all", yesOrNo(options.timeAll)},
                         {"arrays", fmt::format("{}", fmt::join(options.arrays, ","))},
                         {"flow", hashOfFlow(technology)}};
    addTools(inputs, {"yosys", "sta"});
    return inputs;
}

StepInputs fpgaInputs(const flows::FpgaOptions& options, const std::string& rtl) {
    StepInputs inputs = {{"rtl", rtl},
                         {"clock_mhz", fmt::format("{}", options.clockMhz.value_or(0))},
                         {"seeds", std::to_string(options.seeds)},
                         {"arrays", fmt::format("{}", fmt::join(options.arrays, ","))}};
    addTools(inputs, {"yosys"});
    const std::string router = flows::routerOf(flows::fpgaFamily(options.family));
    if (!router.empty()) {
        try {
            addTools(inputs, {router});
        } catch (const support::MissingTool&) {
            inputs[router] = "not installed";
        }
    }
    return inputs;
}

StepInputs quantizeInputs(const fs::path& model, const ptq::FloatTensor& pictures,
                          const ptq::NumberFormat& format) {
    const golden::FormatSpec& slog = format.slog;
    const golden::NumericsSpec& numerics = format.numerics;
    const std::optional<golden::MuSpec>& mu = numerics.mu;
    return {
        {"model", support::sha256OfFile(model)},
        {"pictures", hashOf(pictures)},
        {"element", format.element},
        {"weights",
         fmt::format("{} {} {} {} [{}] {}", slog.weightBits, slog.sqrt2Steps, slog.zero,
                     slog.activationBits, fmt::join(slog.levels, ","), slog.droppedBits)},
        {"mu", mu ? fmt::format("{} {} {}", mu->bits, mu->sqrt2Steps, mu->fractionBits) : "none"},
        {"numerics", fmt::format("{} {} {} {} {} {}", numerics.maxTaps,
                                 numerics.accumulatorBits.value_or(0), numerics.outputBits,
                                 numerics.scaleBits, numerics.shiftMin, numerics.shiftMax)}};
}

StepInputs powerInputs(const PowerCommand& command, const fs::path& synthesis) {
    std::vector<fs::path> netlists = {synthesis / "area.json", synthesis / "timing.json"};
    addFolder(netlists, synthesis / "netlists");
    StepInputs inputs = {{"netlists", hashOfFiles(netlists)},
                         {"beats", std::to_string(command.beats)},
                         {"images", std::to_string(command.images)},
                         {"layers", fmt::format("{}", fmt::join(command.layers, "\n"))},
                         {"arrays", fmt::format("{}", fmt::join(command.options.variants, ","))}};
    if (command.network.empty()) {
        inputs["fashion_cnn"] = hashOfFiles(examples::exampleFiles());
    } else {
        inputs["network"] = support::sha256OfFile(command.network);
        const data::Dataset set =
            data::readDataset(command.data, command.dataRoot, data::Answers::Hidden);
        inputs["pictures"] = hashOf(someImages(set, 0, command.images));
    }
    return inputs;
}

}  // namespace aslog::cli
