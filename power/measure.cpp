#include "power/measure.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "gates/cell_model.h"
#include "gates/netlist.h"
#include "generator/elab/design.h"
#include "generator/rtl/emit_rtl.h"
#include "power/results.h"
#include "power/saif.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/parallel.h"
#include "support/sha256.h"
#include "support/stopwatch.h"
#include "support/version.h"

namespace aslog::power {
namespace {

namespace fs = std::filesystem;

// An array with what it computes.
struct Subject {
    explicit Subject(tb::Device itsDevice) : device(std::move(itsDevice)) {}

    tb::Device device;
    std::unique_ptr<Circuit> circuit;
    std::vector<LayerTraffic> traffic;
    std::vector<std::uint8_t> hasToggled;  // by net
};

// One simulation of one subject.
struct Task {
    std::size_t subject = 0;
    std::size_t run = 0;
    Accounting accounting = Accounting::All;
};

class Measurement {
  public:
    Measurement(const PowerOptions& options, const Workload& workload, const Progress& progress)
        : options_(options),
          workload_(workload),
          progress_(progress),
          folder_(options.runFolder / "synth" / options.technology.name),
          design_(RunFolder(options.runFolder).design()) {}

    PowerResult run() {
        const support::Stopwatch stopwatch;
        readSynthesis();
        readLibrary();
        result_.layers = layersOf(workload_, design_);
        result_.source = workload_.source;
        prepareAll();
        simulateAll();
        measureElements();
        result_.seconds = stopwatch.seconds();
        return std::move(result_);
    }

    const fs::path& folder() const { return folder_; }

  private:
    void readSynthesis() {
        if (!fs::exists(folder_ / "area.json")) {
            throw support::InputError(fmt::format(
                "{} has no area.json; run `aslog synth {} --tech {}` first", folder_.string(),
                options_.runFolder.string(), options_.technology.name));
        }
        synthesis_ = support::readJson(folder_ / "area.json");
        timing_ = support::readJson(folder_ / "timing.json");
        result_.designHash = designHash(design_);
        if (synthesis_.at("design_hash") != result_.designHash) {
            throw support::InputError(fmt::format(
                "{} belongs to another design than design.json; run `aslog synth` again",
                (folder_ / "area.json").string()));
        }
        result_.changedFiles = synthesis_.value("changed_files", std::vector<std::string>());
        result_.notMeasured = synthesis_.value("not_measured", std::vector<std::string>());
        result_.design = design_.spec.name;
        result_.elements = design_.aeCount;
        result_.clockMhz = synthesis_.at("clock_mhz");
    }

    void readLibrary() {
        result_.technology = flows::readTechnology(options_.technology);
        liberty_ = std::make_unique<gates::LibertyFile>(
            gates::LibertyFile::read(flows::findLibrary(result_.technology, options_.technology)));
        result_.libertyFiles = liberty_->name();
        result_.libertySha256 = liberty_->sha256();
        if (synthesis_.at("library").at("sha256") != result_.libertySha256) {
            throw support::InputError(
                fmt::format("{} is not the library of {}; run `aslog synth` again",
                            liberty_->name(), (folder_ / "area.json").string()));
        }
        models_ = std::make_unique<gates::CellModels>(gates::CellModels::of(*liberty_));
        const gates::CellLibrary library = gates::CellLibrary::of(*liberty_);
        result_.libertyName = library.name();
        result_.corner = library.corner();
        result_.wireLoad = library.wireLoad().name();
    }

    bool missesClock(const std::string& name) const {
        for (const support::Json& baseline : timing_.at("baselines")) {
            if (baseline.at("name") == name) {
                return !baseline.at("meets_clock").get<bool>();
            }
        }
        return false;
    }

    // Unless named, only arrays with the bias correction of the spec: the network has it too.
    std::vector<std::string> variants() {
        std::vector<std::string> names = {"slogii"};
        for (const std::string& name : tb::variantsOf(options_.runFolder)) {
            names.push_back(name);
        }
        std::erase_if(names, [this](const std::string& name) {
            return std::ranges::find(result_.notMeasured, name) != result_.notMeasured.end();
        });
        if (options_.variants.empty()) {
            std::erase_if(names, [this](const std::string& name) {
                return name != "slogii" && baselineDesign(design_, name).hasBiasCorrection() !=
                                               design_.hasBiasCorrection();
            });
            std::erase_if(names, [this](const std::string& name) {
                const bool misses = missesClock(name);
                if (misses) {
                    result_.missedClock.push_back(name);
                }
                return misses;
            });
            return names;
        }
        for (const std::string& wanted : options_.variants) {
            if (std::find(names.begin(), names.end(), wanted) == names.end()) {
                throw support::InputError(
                    fmt::format("no array {}; there are: {}", wanted, fmt::join(names, ", ")));
            }
        }
        std::erase_if(names, [this](const std::string& name) {
            return std::find(options_.variants.begin(), options_.variants.end(), name) ==
                   options_.variants.end();
        });
        return names;
    }

    void prepareAll() {
        progress_("reading the netlists");
        const std::vector<std::string> names = variants();
        subjects_.resize(names.size());
        result_.arrays.resize(names.size());
        support::inParallel(names.size(), options_.jobs,
                            [&](std::size_t i) { prepare(i, names[i]); });
    }

    void prepare(std::size_t index, const std::string& name) {
        ArrayPower& array = result_.arrays[index];
        subjects_[index] = std::make_unique<Subject>(
            name == "slogii" ? tb::makeDevice(design_, options_.runFolder)
                             : tb::makeBaselineDevice(design_, name, options_.runFolder));
        Subject& subject = *subjects_[index];
        subject.traffic = trafficOf(workload_, subject.device);
        const fs::path file = folder_ / "netlists" / (name + ".v");
        array.name = name;
        array.netlistSha256 = support::sha256OfFile(file);
        subject.circuit = std::make_unique<Circuit>(
            flatten(gates::readVerilogNetlist(file), *models_), *liberty_,
            Circuit::Conditions{result_.corner.voltageV, 1000 / result_.clockMhz, "clk_i"});
        const Circuit& circuit = *subject.circuit;
        array.cells = circuit.size();
        array.places = circuit.netlist().places;
        subject.hasToggled.assign(circuit.nets(), 0);
        for (NetId net = kNetOne + 1; net < circuit.nets(); ++net) {
            array.knownNets += circuit.driver(net) != kNoInstance ? 1 : 0;
        }
        for (const FlatPort& port : circuit.netlist().ports) {
            array.knownNets += port.isOutput ? 0 : port.nets.size();
        }
        for (const LayerTraffic& each : subject.traffic) {
            PowerRun& run = array.runs.emplace_back();
            run.layer = each.layer;
            run.image = each.image;
        }
    }

    // The longest ones first, so that none is left alone at the end.
    std::vector<Task> tasks() const {
        std::vector<Task> tasks;
        for (std::size_t subject = 0; subject < subjects_.size(); ++subject) {
            for (std::size_t run = 0; run < subjects_[subject]->traffic.size(); ++run) {
                tasks.push_back({subject, run, Accounting::All});
                tasks.push_back({subject, run, Accounting::Settled});
            }
        }
        std::stable_sort(tasks.begin(), tasks.end(), [this](const Task& a, const Task& b) {
            return subjects_[a.subject]->circuit->size() > subjects_[b.subject]->circuit->size();
        });
        return tasks;
    }

    void simulateAll() {
        const std::vector<Task> all = tasks();
        std::size_t done = 0;
        support::inParallel(all.size(), options_.jobs, [&](std::size_t i) {
            {
                const std::lock_guard lock(mutex_);
                progress_(fmt::format("simulation {} of {}", ++done, all.size()));
            }
            simulate(all[i]);
        });
        for (std::size_t i = 0; i < subjects_.size(); ++i) {
            result_.arrays[i].toggledNets = static_cast<std::size_t>(
                std::count(subjects_[i]->hasToggled.begin(), subjects_[i]->hasToggled.end(), 1));
        }
    }

    void simulate(const Task& task) {
        const support::Stopwatch stopwatch;
        Subject& subject = *subjects_[task.subject];
        const LayerTraffic& traffic = subject.traffic[task.run];
        Simulator simulator(*subject.circuit, task.accounting, options_.seed);
        const DriveReport report = drive(simulator, subject.circuit->netlist(), subject.device,
                                         traffic.traffic, traffic.counted);
        if (report.countedBeats == 0) {
            throw WorkloadMisfit(
                fmt::format("layer {} is too small: nothing is left to count", traffic.layer));
        }
        const Energy energy = energyOf(*subject.circuit, simulator.activity());
        const std::lock_guard lock(mutex_);
        PowerRun& run = result_.arrays[task.subject].runs[task.run];
        run.seconds += stopwatch.seconds();
        run.events += simulator.events();
        if (task.accounting == Accounting::Settled) {
            run.settled = energy;
            return;
        }
        run.energy = energy;
        run.drive = report;
        for (NetId net = 0; net < subject.circuit->nets(); ++net) {
            if (simulator.activity().toggles[net] > 0) {
                subject.hasToggled[net] = 1;
            }
        }
        if (options_.saif) {
            std::string name =
                fmt::format("{}.{}.{}.saif", subject.device.name, traffic.layer, traffic.image);
            std::replace(name.begin(), name.end(), '/', '_');
            support::writeFile(folder_ / "saif" / name,
                               saifText(*subject.circuit, simulator.activity()));
        }
    }

    // Some elements of the array stand for all: the first and the last column of two rows.
    void measureElements() {
        progress_("elements alone");
        for (const auto& subject : subjects_) {
            const tb::Device& device = subject->device;
            const fs::path file = folder_ / "netlists" / "elements" / (device.name + ".v");
            if (!fs::exists(file)) {
                continue;
            }
            result_.elementsAlone.push_back(
                elementPower(gates::readVerilogNetlist(file), *subject));
            if (!device.isBaseline()) {
                gates::Netlist array =
                    gates::readVerilogNetlist(folder_ / "netlists" / (device.name + ".v"));
                array.top = "aslog_ae";
                result_.aeInArray = elementPower(array, *subject);
            }
        }
    }

    ElementPower elementPower(const gates::Netlist& netlist, const Subject& subject) const {
        const tb::Device& device = subject.device;
        const Circuit circuit(flatten(netlist, *models_), *liberty_,
                              {result_.corner.voltageV, 1000 / result_.clockMhz, ""});
        std::vector<Operands> real;
        for (const LayerTraffic& each : subject.traffic) {
            for (const int row : {0, device.shape.rows / 2}) {
                for (const int column : {0, device.shape.columns - 1}) {
                    const auto some = operandsAt(device, each.traffic, row, column);
                    real.insert(real.end(), some.begin(), some.end());
                }
            }
        }
        const golden::Element& element = *device.numerics.element;
        return {device.name, operationEnergy(circuit, element, allOperands(element, options_.seed)),
                operationEnergy(circuit, element, real)};
    }

    const PowerOptions& options_;
    const Workload& workload_;
    const Progress& progress_;
    fs::path folder_;
    Design design_;
    support::Json synthesis_;
    support::Json timing_;  // timing.json
    std::unique_ptr<gates::LibertyFile> liberty_;
    std::unique_ptr<gates::CellModels> models_;
    std::vector<std::unique_ptr<Subject>> subjects_;
    PowerResult result_;
    std::mutex mutex_;
};

template <class Get>
auto sumOf(const std::vector<PowerRun>& runs, const Get& get) {
    auto sum = get(runs.front());
    for (std::size_t i = 1; i < runs.size(); ++i) {
        sum += get(runs[i]);
    }
    return sum;
}

}  // namespace

Energy ArrayPower::energy() const {
    return sumOf(runs, [](const PowerRun& run) { return run.energy; });
}

Energy ArrayPower::settled() const {
    return sumOf(runs, [](const PowerRun& run) { return run.settled; });
}

std::uint64_t ArrayPower::cycles() const {
    return sumOf(runs, [](const PowerRun& run) { return run.drive.countedCycles; });
}

std::uint64_t ArrayPower::beats() const {
    return sumOf(runs, [](const PowerRun& run) { return run.drive.countedBeats; });
}

double PowerResult::perMacFj(const ArrayPower& array) const {
    return sumOf(array.runs,
                 [this](const PowerRun& run) { return run.perMacFj(run.energy, elements); }) /
           static_cast<double>(array.runs.size());
}

double PowerResult::settledPerMacFj(const ArrayPower& array) const {
    return sumOf(array.runs,
                 [this](const PowerRun& run) { return run.perMacFj(run.settled, elements); }) /
           static_cast<double>(array.runs.size());
}

PowerResult measurePower(const PowerOptions& options, const Workload& workload,
                         const Progress& progress) {
    Measurement measurement(options, workload, progress);
    PowerResult result = measurement.run();
    support::writeJson(measurement.folder() / "power.json", powerJson(result));
    return result;
}

}  // namespace aslog::power
