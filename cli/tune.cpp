// aslog tune: which number format and which array suit a library and a network.

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
#include "cli/flow_steps.h"
#include "cli/model_input.h"
#include "cli/number_checks.h"
#include "cli/technology_options.h"
#include "cli/tool_versions.h"
#include "cli/tune_noise.h"
#include "flows/library/technology.h"
#include "generator/spec/fields.h"
#include "power/workload.h"
#include "report/tune_tables.h"
#include "run/step_runner.h"
#include "support/error.h"
#include "support/file.h"
#include "support/folder_lock.h"
#include "support/interrupt.h"
#include "support/parallel.h"
#include "support/sha256.h"
#include "support/stopwatch.h"
#include "support/tools.h"
#include "tune/search.h"

namespace aslog::cli {
namespace {

namespace fs = std::filesystem;
using support::Json;
using tune::Candidate;
using tune::Trial;

struct TuneCommand {
    std::string spec;
    std::string output;
    flows::TechnologyChoice technology;
    double clockMhz = 0;
    std::vector<std::string> levels;
    tune::Space space;
    std::vector<std::string> layers;
    std::string model;
    std::vector<std::string> shape;
    std::string calibration;
    std::string dataRoot;
    std::size_t images = 128;
    std::uint64_t beats = 200;
    int jobs = 1;
};

// Of 4-bit codes; what other widths have must be given.
const std::vector<std::vector<std::int64_t>> kTables = {{0, 1, 2, 3, 4, 6, 8},
                                                        {0, 1, 2, 3, 4, 6, 8, 12},
                                                        {0, 1, 2, 4, 6, 8, 12, 16},
                                                        {0, 1, 2, 3, 4, 6},
                                                        {0, 1, 2, 4, 8}};

std::vector<std::int64_t> tableFrom(const std::string& text) {
    std::vector<std::int64_t> levels;
    std::size_t at = 0;
    while (at <= text.size()) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const std::string number = text.substr(at, end - at);
        if (number.empty() || number.size() > 7 ||
            number.find_first_not_of("0123456789") != std::string::npos) {
            throw support::InputError(fmt::format(
                "--levels {}: \"{}\" is no level; magnitudes with commas between them are wanted, "
                "such as 0,1,2,3,4,6,8",
                text, number));
        }
        levels.push_back(std::stoll(number));
        at = end + 1;
    }
    return levels;
}

tune::Space spaceOf(const TuneCommand& command, const Design& design) {
    tune::Space space = command.space;
    for (const std::string& text : command.levels) {
        golden::FormatSpec format;
        format.weightBits = design.spec.format.weightBits;
        format.levels = tableFrom(text);
        try {
            static_cast<void>(golden::SlogFormat(format));
        } catch (const std::invalid_argument& error) {
            throw support::InputError(fmt::format("--levels {}: {}", text, error.what()));
        }
        space.levels.push_back(format.levels);
    }
    if (space.levels.empty() && design.spec.format.weightBits == 4) {
        space.levels = kTables;
    }
    if (space.droppedBits.empty()) {
        space.droppedBits = {0, 2, 3, 4};
    }
    if (space.pixels.empty()) {
        space.pixels = {design.pixels, 8};
    }
    if (space.lanes.empty()) {
        space.lanes = {design.lanes, 1};
    }
    return space;
}

class Tuning {
  public:
    Tuning(const TuneCommand& command, const Design& design, tune::Space space, fs::path folder,
           NoiseMeter& noise, const Output& output)
        : command_(command),
          design_(design),
          space_(std::move(space)),
          folder_(std::move(folder)),
          noise_(noise),
          output_(output),
          layers_(command.layers) {}

    void run() {
        const Candidate base = tune::candidateOf(design_);
        const std::vector<Candidate> formats = tune::formatsToTry(space_, base);
        tryAll("formats", formats);
        std::vector<Candidate> kept;
        for (const Trial& trial : tune::bestOf(trials_)) {
            kept.push_back(trial.candidate);
        }
        // The array of the spec may be none that can be: too slow, for one.
        tryAll("arrays", tune::arraysToTry(space_, base, kept.empty() ? formats : kept));
    }

    const std::vector<Trial>& trials() const { return trials_; }
    // Of which the energy is, the same for all.
    const std::vector<std::string>& layers() const { return layers_; }
    // Arrays that could not be measured because a tool failed.
    int failures() const { return failures_; }
    // Of the first array that was measured: library, tools.
    const Json& conditions() const { return conditions_; }

  private:
    void tryAll(const char* what, const std::vector<Candidate>& candidates) {
        const support::Stopwatch stopwatch;
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            support::throwIfInterrupted();
            const Trial trial = tryOne(candidates[i]);
            output_.text(fmt::format("{} {} of {}{}: {}: {}\n", what, i + 1, candidates.size(),
                                     timeLeft(stopwatch.seconds(), i + 1, candidates.size()),
                                     nameOf(candidates[i]), summary(trial)));
            trials_.push_back(trial);
        }
    }

    // ", about 12 min left" if the others take as long as those that are done.
    static std::string timeLeft(double seconds, std::size_t done, std::size_t all) {
        const double minutes =
            seconds / static_cast<double>(done) * static_cast<double>(all - done) / 60;
        return minutes < 1 ? "" : fmt::format(", about {:.0f} min left", minutes);
    }

    static std::string summary(const Trial& trial) {
        return trial.reason.empty()
                   ? fmt::format("noise {:.5f}, {:.1f} µm², {:.1f} fJ", trial.figures.noise,
                                 trial.figures.areaUm2, trial.figures.energyFj)
                   : trial.reason.substr(0, trial.reason.find('\n'));
    }

    Trial tryOne(const Candidate& candidate) {
        Trial trial;
        trial.candidate = candidate;
        const fs::path run = folder_ / nameOf(candidate);
        trial.folder = run.string();
        fs::create_directories(run);
        const support::FolderLock lock(run);
        const fs::path spec = run / "spec.json";
        support::writeJson(spec, specToJson(specOf(design_.spec, candidate)));
        std::optional<Design> design;
        try {
            design = designFromSpecFile(spec);
        } catch (const support::InputError& error) {  // of a field that does not go with another
            trial.reason = error.what();
            return trial;
        }
        try {
            measure(trial, *design);
        } catch (const support::DoesNotFit& misfit) {
            trial.reason = misfit.what();
        } catch (const power::WorkloadMisfit& misfit) {
            trial.reason = misfit.what();
        } catch (const support::Error& failure) {
            if (concernsAll(failure)) {
                throw;
            }
            trial.reason = fmt::format("failed: {}", failure.what());
            ++failures_;
        }
        return trial;
    }

    // What is wrong with the request or the machine is wrong for every array; what a tool makes of
    // one array need not be.
    static bool concernsAll(const support::Error& error) {
        return dynamic_cast<const support::InputError*>(&error) != nullptr ||
               dynamic_cast<const support::FileError*>(&error) != nullptr ||
               dynamic_cast<const support::MissingTool*>(&error) != nullptr ||
               dynamic_cast<const support::Interrupted*>(&error) != nullptr;
    }

    void measure(Trial& trial, const Design& design) {
        const fs::path run = trial.folder;
        trial.figures.noise = noise_.of(trial.candidate, design);
        StepRunner runner(run, [](const std::string& /*line*/) {});
        runner.run(generateStep(design, run, Replace::generated));
        flows::SynthOptions synth;
        synth.runFolder = run;
        synth.technology = command_.technology;
        synth.clockMhz = command_.clockMhz;
        synth.arrays = {design.element.name};
        synth.jobs = command_.jobs;
        runner.run(synthStep(synth, support::sha256OfFile(run / "rtl" / "manifest.json")));
        const fs::path results = run / "synth" / command_.technology.name;
        const Json area = support::readJson(results / "area.json");
        const Json timing = support::readJson(results / "timing.json");
        trial.figures.areaUm2 = area.at("per_mac_um2");
        trial.fmaxMhz = timing.at("fmax_mhz");
        trial.unproven = static_cast<int>(area.at("proofs").at("undecided").size());
        if (conditions_.is_null()) {
            conditions_ = {{"library", area.at("library")}, {"tools", area.at("tools")}};
        }
        if (!timing.at("meets_clock").get<bool>()) {
            trial.reason = fmt::format("misses the clock of {:g} MHz: {:.1f} MHz",
                                       command_.clockMhz, trial.fmaxMhz);
            return;
        }
        PowerCommand power;
        power.options.runFolder = run;
        power.options.technology = command_.technology;
        power.options.jobs = command_.jobs;
        power.beats = command_.beats;
        power.layers = layers_;
        noise_.chooseWorkload(trial.candidate, power);
        runner.run(powerStep(power));
        const Json measured = support::readJson(results / "power.json");
        trial.figures.energyFj = 1000 * measured.at("array").at("pj_per_mac").get<double>();
        if (layers_.empty()) {  // what suits the first array has to do for all
            layers_ = measured.at("layers").get<std::vector<std::string>>();
        }
    }

    const TuneCommand& command_;
    const Design& design_;
    tune::Space space_;
    fs::path folder_;
    NoiseMeter& noise_;
    const Output& output_;
    std::vector<std::string> layers_;
    std::vector<Trial> trials_;
    int failures_ = 0;
    Json conditions_;
};

// What lies there already is of a search, or nothing of it is replaced.
void requireOfSearch(const fs::path& folder) {
    const fs::path results = folder / "tune.json";
    bool isOurs = !fs::exists(results) && !fs::exists(folder / "report.txt");
    if (fs::exists(results)) {
        try {
            isOurs = support::readJson(results).contains("arrays");
        } catch (const support::InputError&) {
            isOurs = false;
        }
    }
    if (!isOurs) {
        throw support::InputError(fmt::format(
            "{} has a tune.json or report.txt that is not of a search; give another folder with -o",
            folder.string()));
    }
}

// Searches write specs of their own.
void requireOutside(const fs::path& spec, const fs::path& folder) {
    const fs::path inside =
        fs::weakly_canonical(spec).lexically_relative(fs::weakly_canonical(folder));
    if (!inside.empty() && *inside.begin() != "..") {
        throw support::InputError(
            fmt::format("{} lies in the folder that the search writes, {}; give another one with "
                        "-o, or copy the spec",
                        spec.string(), folder.string()));
    }
}

int runTune(const TuneCommand& given, const Output& output) {
    TuneCommand command = given;
    const Design design = designFromSpecFile(command.spec);
    if (design.spec.isForFpga()) {
        throw support::InputError(
            fmt::format("{}: \"target\" is \"fpga\"; aslog tune measures arrays of standard cells",
                        command.spec));
    }
    if (command.model.empty() != command.calibration.empty()) {
        throw support::InputError("--net and --calib go together: a network and pictures for it");
    }
    if (command.clockMhz == 0) {
        command.clockMhz = design.spec.clock.targetMhz;
    }
    const tune::Space space = spaceOf(command, design);
    warnOfUntriedVersions({"yosys", "sta"});
    static_cast<void>(flows::findLibrary(flows::readTechnology(command.technology),
                                         command.technology));  // now, not after a while
    const fs::path folder = command.output.empty()
                                ? fs::path("out") / "tune" /
                                      fmt::format("{}-{}-{:g}MHz", design.spec.name,
                                                  command.technology.name, command.clockMhz)
                                : fs::path(command.output);
    requireOutside(command.spec, folder);
    requireOfSearch(folder);
    const support::FolderLock lock(folder);
    std::unique_ptr<NoiseMeter> noise;
    if (command.model.empty()) {
        noise = modelNoise();
    } else {
        noise = networkNoise(
            {command.model, command.calibration, command.dataRoot, command.images, command.shape},
            folder);
    }
    Tuning tuning(command, design, space, folder, *noise, output);
    tuning.run();
    const std::vector<Trial>& trials = tuning.trials();
    const report::TuneConditions conditions = {
        .design = design.spec.name,
        .technology = command.technology.name,
        .clockMhz = command.clockMhz,
        .noiseOf = noise->name(),
        .layers = tuning.layers(),
        .beats = command.beats,
    };
    const std::string tables = report::tuneTables(trials, conditions);
    Json json = report::tuneJson(trials, conditions);
    json["spec"] = specToJson(design.spec);
    json["measured_with"] = tuning.conditions();
    json["tools"] = support::toolsJson();
    support::writeFile(folder / "report.txt", tables);
    support::writeJson(folder / "tune.json", json);
    output.text("\n" + tables +
                fmt::format("\nall of them: {}; the spec of one: {}/<name>/spec.json\n",
                            (folder / "tune.json").string(), folder.string()));
    output.result(json);
    return tune::bestOf(trials).empty() || tuning.failures() > 0 ? kFailure : kSuccess;
}

void addSpaceOptions(CLI::App& command, TuneCommand& tune) {
    command
        .add_option("--levels", tune.levels,
                    "A level table, 0,1,2,3,4,6,8; may be repeated (default: five of 4 bits)")
        ->allow_extra_args(false);
    const auto list = [&command](const char* option, std::vector<int>& values, int low, int high,
                                 const char* help) {
        command.add_option(option, values, help)
            ->delimiter(',')
            ->allow_extra_args(false)
            ->check(CLI::Range(low, high));
    };
    list("--dropped-bits", tune.space.droppedBits, 0, 20,
         "Dropped columns, with commas between (default: 0,2,3,4)");
    list("--pixels", tune.space.pixels, 1, 64, "Slots (default: the spec's and 8)");
    list("--rows", tune.space.rows, 1, 512, "Rows (default: the spec's)");
    list("--lanes", tune.space.lanes, 1, 128, "PCF units (default: the spec's and 1)");
}

}  // namespace

void addTuneCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<TuneCommand>();
    command->jobs = support::cores();
    CLI::App* sub =
        app.add_subcommand("tune", "Search number formats and arrays: area, energy and noise");
    sub->add_option("SPEC", command->spec, "Spec file to begin with (docs/spec.md)")->required();
    addTechnologyOptions(
        *sub, command->technology, "--tech",
        fmt::format("One of `aslog tech list` (default: {})", command->technology.name));
    sub->add_option("--clock-mhz", command->clockMhz, "Clock target (default: the spec's)")
        ->transform(clockCheck());
    sub->add_option("--net", command->model,
                    "Network, ONNX, whose noise counts (default: a model of normal weights)");
    addShapeOption(*sub, command->shape);
    sub->add_option("--calib", command->calibration,
                    "With --net: data set of calibration images (docs/data.md)");
    sub->add_option("--data-root", command->dataRoot,
                    "Folder that the paths of the data set are relative to")
        ->envname("ASLOG_DATA_ROOT");
    sub->add_option("--images", command->images, "Calibration images, at most (default: 128)")
        ->check(CLI::Range(1, 1 << 20));
    addSpaceOptions(*sub, *command);
    sub->add_option("--layer", command->layers,
                    "Convolution that runs while energy is measured; may be repeated\n"
                    "(default: two of many taps, the same for all arrays)")
        ->allow_extra_args(false);
    sub->add_option("--beats", command->beats,
                    "Activation beats that count for energy (default: 200)")
        ->check(CLI::Range(16, 1000000));
    sub->add_option("-o,--output", command->output,
                    "Folder (default: out/tune/<name>-<technology>-<clock>)");
    sub->add_option("--jobs", command->jobs, "Tools at work at the same time")
        ->check(CLI::Range(1, 256));
    sub->footer(
        "Tries every format on the array of the spec, then every array for the formats that no\n"
        "other beats; each is synthesised, and its energy measured at work. Prints what is beaten\n"
        "by nothing else in noise, area and energy. A search that was interrupted goes on where "
        "it\n"
        "was. docs/tune.md says what the figures are.\n"
        "\n"
        "Examples:\n"
        "  aslog tune my_array.json --tech nangate45 --clock-mhz 500\n"
        "  aslog tune my_array.json --net resnet20.onnx --calib examples/data/cifar10_calib.json\n"
        "  aslog tune my_array.json --levels 0,1,2,3,4,6,8 --dropped-bits 3 --rows 16,64\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) {
            try {
                return runTune(*command, output);
            } catch (const support::Interrupted&) {
                throw support::Interrupted("; run the same command again to go on");
            }
        };
    });
}

}  // namespace aslog::cli
