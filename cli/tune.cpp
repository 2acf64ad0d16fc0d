// aslog tune: which number format and which array suit a library and a network.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
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
#include "flows/library/technology.h"
#include "generator/elab/element_noise.h"
#include "generator/spec/fields.h"
#include "power/workload.h"
#include "ptq/network_file/network_file.h"
#include "ptq/quantise/quantise.h"
#include "report/tune_tables.h"
#include "run/run_access.h"
#include "run/step_runner.h"
#include "support/build.h"
#include "support/error.h"
#include "support/file.h"
#include "support/folder_lock.h"
#include "support/interrupt.h"
#include "support/parallel.h"
#include "support/progress.h"
#include "support/sha256.h"
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
    std::string model;
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
        space.levels.push_back(tableFrom(text));
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

// How much noise a format adds: by the model, or to a network.
class NoiseMeter {
  public:
    virtual ~NoiseMeter() = default;
    NoiseMeter() = default;
    NoiseMeter(const NoiseMeter&) = delete;
    NoiseMeter& operator=(const NoiseMeter&) = delete;

    virtual double of(const Candidate& candidate, const Design& design, const fs::path& spec) = 0;
    // What runs on the array while its power is measured.
    virtual void chooseWorkload(const Candidate& candidate, PowerCommand& power) const = 0;
    virtual std::string name() const = 0;
};

class ModelNoise final : public NoiseMeter {
  public:
    double of(const Candidate& candidate, const Design& design, const fs::path& /*spec*/) override {
        const auto [found, isNew] = known_.try_emplace(tune::formatName(candidate), 0);
        if (isNew) {
            const golden::SlogElement element(design.spec.format);
            found->second = roundingNoise(element) + cutNoise(element);
        }
        return found->second;
    }
    void chooseWorkload(const Candidate& /*candidate*/, PowerCommand& power) const override {
        power.images = 1;
    }
    std::string name() const override { return "of normal weights, by a model (docs/tune.md)"; }

  private:
    std::map<std::string, double> known_;
};

// Quantises the network in each format, and keeps what came of it in networks/.
class NetworkNoise final : public NoiseMeter {
  public:
    NetworkNoise(const TuneCommand& command, const fs::path& folder)
        : command_(command),
          folder_(folder),
          set_(data::readDataset(command.calibration, command.dataRoot, data::Answers::Hidden)),
          graph_(readModel(command.model, set_)),
          pictures_(firstImages(set_, command.images)),
          runner_(folder, [](const std::string& /*line*/) {}) {}

    double of(const Candidate& candidate, const Design& /*design*/, const fs::path& spec) override {
        const ptq::NumberFormat format = formatOfSpec(spec.string());
        const fs::path result = fs::path("networks") / (tune::formatName(candidate) + ".json");
        runner_.run({.name = "quantize-" + tune::formatName(candidate),
                     .inputs = {{"model", support::sha256OfFile(command_.model)},
                                {"pictures", hashOf(pictures_)},
                                {"format", ptq::describe(format)},
                                {"shift_min", std::to_string(format.numerics.shiftMin)}},
                     .outputs = {fileOf(candidate), result},
                     .run = [&] { quantise(candidate, format, result); }});
        const Json json = support::readJson(folder_ / result);
        if (json.contains("does_not_fit")) {
            throw support::DoesNotFit(json.at("does_not_fit").get<std::string>());
        }
        return json.at("calibration_error");
    }

    void chooseWorkload(const Candidate& candidate, PowerCommand& power) const override {
        power.images = 1;
        power.network = (folder_ / fileOf(candidate)).string();
        power.data = command_.calibration;
        power.dataRoot = command_.dataRoot;
    }

    std::string name() const override {
        return fmt::format("of {}, mean over its convolutions on {} calibration images",
                           fs::path(command_.model).filename().string(), pictures_.shape.front());
    }

  private:
    static fs::path fileOf(const Candidate& candidate) {
        return fs::path("networks") / (tune::formatName(candidate) + ".aslog");
    }

    void quantise(const Candidate& candidate, const ptq::NumberFormat& format,
                  const fs::path& result) {
        support::Progress progress("quantize " + tune::formatName(candidate));
        if (!quantiser_) {
            progress.update("ranges of activations");
            quantiser_.emplace(graph_, pictures_);
        }
        const ptq::QuantiseOptions options;
        fs::create_directories(folder_ / "networks");
        try {
            ptq::QuantiseResult quantised = quantiser_->run(
                format, options,
                [&progress](std::size_t step, std::size_t all, const std::string& layer) {
                    support::throwIfInterrupted();
                    progress.update(fmt::format("layer {} of {}: {}", step + 1, all, layer));
                });
            const double error = quantised.calibrationError;
            ptq::NetworkFile file;
            file.provenance = {"aslog " + support::build().description,
                               command_.model,
                               support::sha256OfFile(command_.model),
                               set_.name(),
                               hashOf(pictures_),
                               static_cast<std::size_t>(pictures_.shape.front()),
                               options.steps};
            file.networks.emplace("slogii", ptq::StoredNetwork{std::move(quantised.network),
                                                               std::move(quantised.layers), error});
            ptq::writeNetworkFile(folder_ / fileOf(candidate), file);
            support::writeJson(folder_ / result, {{"calibration_error", error}});
        } catch (const support::DoesNotFit& misfit) {
            support::writeFile(folder_ / fileOf(candidate), "");
            support::writeJson(folder_ / result, {{"does_not_fit", misfit.what()}});
        }
    }

    const TuneCommand& command_;
    fs::path folder_;
    data::Dataset set_;
    ptq::Graph graph_;
    ptq::FloatTensor pictures_;
    StepRunner runner_;
    std::optional<ptq::Quantiser> quantiser_;
};

class Tuning {
  public:
    Tuning(const TuneCommand& command, const Design& design, tune::Space space, fs::path folder,
           NoiseMeter& noise, const Output& output)
        : command_(command),
          design_(design),
          space_(std::move(space)),
          folder_(std::move(folder)),
          noise_(noise),
          output_(output) {}

    std::vector<Trial> run() {
        const Candidate base = tune::candidateOf(design_);
        tryAll("formats", tune::formatsToTry(space_, base));
        std::vector<Candidate> kept;
        for (const Trial& trial : tune::bestOf(trials_)) {
            kept.push_back(trial.candidate);
        }
        tryAll("arrays", tune::arraysToTry(space_, base, kept));
        return std::move(trials_);
    }

  private:
    void tryAll(const char* what, const std::vector<Candidate>& candidates) {
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            support::throwIfInterrupted();
            const Trial trial = tryOne(candidates[i]);
            output_.text(fmt::format("{} {} of {}: {}: {}\n", what, i + 1, candidates.size(),
                                     nameOf(candidates[i]), summary(trial)));
            trials_.push_back(trial);
        }
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
            measure(trial, *design, spec);
        } catch (const support::DoesNotFit& misfit) {
            trial.reason = misfit.what();
        } catch (const power::WorkloadMisfit& misfit) {
            trial.reason = misfit.what();
        }
        return trial;
    }

    void measure(Trial& trial, const Design& design, const fs::path& spec) {
        const fs::path run = trial.folder;
        trial.figures.noise = noise_.of(trial.candidate, design, spec);
        StepRunner runner(run, [](const std::string& /*line*/) {});
        runner.run(generateStep(design, run, Replace::generated));
        flows::SynthOptions synth;
        synth.runFolder = run;
        synth.technology = command_.technology;
        synth.clockMhz = clockMhz();
        synth.arrays = {design.element.name};
        synth.jobs = command_.jobs;
        runner.run(synthStep(synth, support::sha256OfFile(run / "rtl" / "manifest.json")));
        const fs::path results = run / "synth" / command_.technology.name;
        const Json area = support::readJson(results / "area.json");
        const Json timing = support::readJson(results / "timing.json");
        trial.fmaxMhz = timing.at("fmax_mhz");
        if (!timing.at("meets_clock").get<bool>()) {
            trial.reason =
                fmt::format("misses the clock of {:g} MHz: {:.1f} MHz", clockMhz(), trial.fmaxMhz);
            return;
        }
        PowerCommand power;
        power.options.runFolder = run;
        power.options.technology = command_.technology;
        power.options.jobs = command_.jobs;
        power.beats = command_.beats;
        noise_.chooseWorkload(trial.candidate, power);
        runner.run(powerStep(power));
        trial.figures.areaUm2 = area.at("per_mac_um2");
        const Json measured = support::readJson(results / "power.json");
        trial.figures.energyFj = 1000 * measured.at("array").at("pj_per_mac").get<double>();
    }

    double clockMhz() const {
        return command_.clockMhz > 0 ? command_.clockMhz : design_.spec.clock.targetMhz;
    }

    const TuneCommand& command_;
    const Design& design_;
    tune::Space space_;
    fs::path folder_;
    NoiseMeter& noise_;
    const Output& output_;
    std::vector<Trial> trials_;
};

int runTune(const TuneCommand& command, const Output& output) {
    const Design design = designFromSpecFile(command.spec);
    if (design.spec.isForFpga()) {
        throw support::InputError(
            fmt::format("{}: \"target\" is \"fpga\"; aslog tune measures arrays of standard cells",
                        command.spec));
    }
    if (command.model.empty() != command.calibration.empty()) {
        throw support::InputError("--net and --calib go together: a network and pictures for it");
    }
    const tune::Space space = spaceOf(command, design);
    warnOfUntriedVersions({"yosys", "sta"});
    static_cast<void>(flows::findLibrary(flows::readTechnology(command.technology),
                                         command.technology));  // now, not after a while
    const fs::path folder =
        command.output.empty()
            ? fs::path("out") / "tune" / (design.spec.name + "-" + command.technology.name)
            : fs::path(command.output);
    requireSpecKept(command.spec, folder);
    const support::FolderLock lock(folder);
    std::unique_ptr<NoiseMeter> noise;
    if (command.model.empty()) {
        noise = std::make_unique<ModelNoise>();
    } else {
        noise = std::make_unique<NetworkNoise>(command, folder);
    }
    const std::vector<Trial> trials = Tuning(command, design, space, folder, *noise, output).run();
    const std::string tables = report::tuneTables(trials, noise->name());
    const Json json = {{"spec", command.spec},
                       {"technology", command.technology.name},
                       {"noise_of", noise->name()},
                       {"tools", support::toolsJson()},
                       {"arrays", report::tuneJson(trials)}};
    support::writeFile(folder / "report.txt", tables);
    support::writeJson(folder / "tune.json", json);
    output.text("\n" + tables +
                fmt::format("\nall of them: {}; the spec of one: {}/<name>/spec.json\n",
                            (folder / "tune.json").string(), folder.string()));
    output.result(json);
    return tune::bestOf(trials).empty() ? kFailure : kSuccess;
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
    sub->add_option("--calib", command->calibration,
                    "With --net: data set of calibration images (docs/data.md)");
    sub->add_option("--data-root", command->dataRoot,
                    "Folder that the paths of the data set are relative to")
        ->envname("ASLOG_DATA_ROOT");
    sub->add_option("--images", command->images, "Calibration images, at most (default: 128)")
        ->check(CLI::Range(1, 1 << 20));
    sub->add_option("--levels", command->levels,
                    "A level table, 0,1,2,3,4,6,8; may be repeated (default: five of 4 bits)")
        ->allow_extra_args(false);
    const auto list = [sub](const char* option, std::vector<int>& values, int low, int high,
                            const char* help) {
        sub->add_option(option, values, help)
            ->delimiter(',')
            ->allow_extra_args(false)
            ->check(CLI::Range(low, high));
    };
    list("--dropped-bits", command->space.droppedBits, 0, 20,
         "Dropped columns, with commas between (default: 0,2,3,4)");
    list("--pixels", command->space.pixels, 1, 64, "Slots (default: the spec's and 8)");
    list("--rows", command->space.rows, 1, 512, "Rows (default: the spec's)");
    list("--lanes", command->space.lanes, 1, 128, "PCF units (default: the spec's and 1)");
    sub->add_option("--beats", command->beats,
                    "Activation beats that count for energy (default: 200)")
        ->check(CLI::Range(16, 1000000));
    sub->add_option("-o,--output", command->output,
                    "Folder (default: out/tune/<name>-<technology>)");
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
