#include "flows/synth.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "flows/array_design.h"
#include "flows/library/cells_check.h"
#include "flows/library/technology.h"
#include "flows/mapping/carry_save.h"
#include "flows/mapping/elaborate.h"
#include "flows/results.h"
#include "flows/timing/sta.h"
#include "flows/workspace.h"
#include "gates/cell_model.h"
#include "golden/arithmetic/baselines.h"
#include "run/replace_results.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/parallel.h"
#include "support/sha256.h"
#include "support/stopwatch.h"
#include "support/tools.h"
#include "support/version.h"

namespace aslog::flows {

using namespace gates;

namespace {

namespace fs = std::filesystem;

constexpr int kProofSeconds = 60;  // that abc may take for a module

// The elements of a variant that are measured alone.
struct AloneElement {
    std::string name;
    Netlist words;
    int rows = 1;
};

// Elements that stand in the comparison of multipliers get the better of both methods.
bool isCompared(const std::string& name) {
    const golden::Baseline* baseline = golden::findBaseline(name);
    return name == "slogii" || name == "multiplier" ||
           (baseline != nullptr && baseline->isMultiplier);
}

class Synthesis {
  public:
    Synthesis(const SynthOptions& options, SynthResult& result, const Workspace& workspace,
              const fs::path& flowsFolder, const Report& progress)
        : options_(options),
          result_(result),
          workspace_(workspace),
          scripts_(flowsFolder / "scripts"),
          liberty_(LibertyFile::read(findLibrary(result.technology, options.technology))),
          library_(cellsOf(result.technology, liberty_)),
          models_(modelsFor(liberty_)),
          prover_(workspace, kProofSeconds),
          timingLibrary_(written("timing.lib", libraryForTiming(liberty_))),
          mappingLibrary_(written("mapping.lib", libraryForMapping(result.technology, liberty_))),
          sta_(workspace, timingLibrary_, library_, result.technology.defaultMaxLoadFf, scripts_),
          mapper_(mappingInputs(flowsFolder)),
          progress_(progress) {
        result_.libertyFiles = liberty_.name();
        result_.libertySha256 = liberty_.sha256();
        result_.libertyName = library_.name();
        result_.corner = library_.corner();
        result_.wireLoad = library_.wireLoad().name();
    }

    void run() {
        checkCells(workspace_, result_.technology, timingLibrary_, mappingLibrary_,
                   CellModels::of(liberty_));
        elaborateAll();
        mapSmallest();
        closeAll();
        measureElements();
        if (options_.flat) {
            compareFlat();
        }
        proveNetlists();
        result_.mappingProofs = mapper_.proofs();
    }

  private:
    fs::path written(const char* name, const std::string& text) const {
        const fs::path file = workspace_.temporary(name);
        support::writeFile(file, text);
        return file;
    }

    MappingInputs mappingInputs(const fs::path& flowsFolder) {
        return {workspace_,
                result_.technology,
                library_,
                timingLibrary_,
                mappingLibrary_,
                scripts_,
                readRecipes(flowsFolder / "recipes.json"),
                models_,
                prover_};
    }

    // aslog's own array first, whatever was asked for: the others are compared with it.
    std::vector<Variant> measuredVariants() const {
        std::vector<std::string> names = options_.arrays;
        if (!names.empty()) {
            names.push_back(result_.design.element.name);
        }
        std::vector<Variant> chosen = chosenVariants(result_.design, options_.runFolder, names);
        for (const Variant& variant : variantsOf(result_.design, options_.runFolder)) {
            if (std::ranges::find(chosen, variant.name, &Variant::name) == chosen.end()) {
                result_.notMeasured.push_back(variant.name);
            }
        }
        return chosen;
    }

    void elaborateAll() {
        progress_("reading the Verilog");
        const std::vector<Variant> variants = measuredVariants();
        std::vector<std::vector<Netlist>> netlists(variants.size());
        support::inParallel(variants.size(), options_.jobs, [&](std::size_t i) {
            std::vector<std::string> tops = {kArrayTop};
            if (isAlone(variants[i])) {
                tops.emplace_back(kElementTop);
            }
            if (i == 0) {
                tops.emplace_back(kMultiplierTop);
            }
            netlists[i] = elaborateVerilog(workspace_, result_.technology, scripts_, variants[i],
                                           tops, !result_.design.hasTreeRegister());
        });
        for (std::size_t i = 0; i < variants.size(); ++i) {
            designs_.emplace_back(variants[i], std::move(netlists[i][0]));
            if (isAlone(variants[i])) {
                alone_.push_back(
                    {variants[i].element, std::move(netlists[i][1]), variants[i].elementRows});
            }
        }
        alone_.push_back({"multiplier", std::move(netlists[0][2])});
    }

    // An element is the same with bias correction and without.
    bool isAlone(const Variant& variant) const {
        return variant.biasCorrection == result_.design.hasBiasCorrection();
    }

    // Every module of every array with every recipe; the smallest of each is chosen.
    void mapSmallest() {
        progress_("mapping modules to cells");
        std::vector<MappingRequest> requests;
        for (const ArrayDesign& design : designs_) {
            for (const std::string& module : design.modules()) {
                requests.push_back(
                    {&design.words(), module, design.variant().method, kRippleOnly, false});
            }
        }
        const auto results = mapper_.map("map", requests, options_.jobs);
        std::size_t next = 0;
        for (ArrayDesign& design : designs_) {
            for (const std::string& module : design.modules()) {
                design.choose(module, results[next++]->front());
            }
        }
        smallestUm2_ = areaOf(designs_.front().cells(kArrayTop), library_).totalUm2;
    }

    void closeAll() {
        progress_("timing");
        const int columns = result_.design.spec.array.columns;
        const bool isTimedWhole = options_.timeAll || result_.design.aeCount <= kTimedWhole;
        result_.timedColumns = isTimedWhole ? columns : std::min(columns, 2);
        const TimingInputs inputs{
            workspace_, sta_, mapper_, fanoutRules(), 1000 / result_.clockMhz, isTimedWhole};
        result_.variants.resize(designs_.size());
        const std::vector<std::size_t> order = largestFirst();
        support::inParallel(order.size(), options_.jobs, [&](std::size_t i) {
            result_.variants[order[i]] = close(inputs, designs_[order[i]]);
        });
    }

    // The slowest ones must not be left for the end, when the other workers have nothing to do.
    std::vector<std::size_t> largestFirst() const {
        std::vector<std::pair<double, std::size_t>> sizes;
        for (std::size_t i = 0; i < designs_.size(); ++i) {
            sizes.emplace_back(-areaOf(designs_[i].cells(kArrayTop), library_).totalUm2, i);
        }
        std::sort(sizes.begin(), sizes.end());
        std::vector<std::size_t> order;
        order.reserve(sizes.size());
        for (const auto& [size, index] : sizes) {
            order.push_back(index);
        }
        return order;
    }

    FanoutRules fanoutRules() const {
        FanoutRules rules;
        rules.buffers = result_.technology.buffers;
        rules.defaultMaxLoadFf = result_.technology.defaultMaxLoadFf;
        return rules;
    }

    VariantResult close(const TimingInputs& inputs, ArrayDesign& design) {
        VariantResult variant;
        variant.name = design.variant().name;
        variant.element = design.variant().element;
        variant.biasCorrection = design.variant().biasCorrection;
        variant.closed = closeTiming(inputs, design);
        variant.area = areaOf(variant.closed.netlist, library_);
        variant.perMacUm2 = variant.area.totalUm2 / result_.design.aeCount;
        variant.critical = stretchesOf(design, variant.closed.timing.path);
        return variant;
    }

    void proveNetlists() {
        progress_("proving the netlists");
        support::inParallel(designs_.size(), options_.jobs, [&](std::size_t i) {
            VariantResult& variant = result_.variants[i];
            variant.proofs =
                proveNetlist(workspace_, mapper_, prover_, designs_[i], variant.closed.verilog);
        });
    }

    void measureElements() {
        progress_("elements alone");
        std::vector<MappingRequest> requests;
        std::vector<ElementArea> elements;
        const auto request = [&](const AloneElement& each, Method method) {
            requests.push_back({&each.words, each.words.top, method, kRippleOnly, false});
            elements.push_back({each.name, method, each.rows, "", 0});
        };
        for (const AloneElement& each : alone_) {
            request(each, Method::Fused);
            if (isCompared(each.name)) {
                request(each, Method::Plain);
            }
        }
        const auto results = mapper_.map("element", requests, options_.jobs);
        for (std::size_t i = 0; i < elements.size(); ++i) {
            elements[i].recipe = results[i]->front().recipe;
            elements[i].areaUm2 = results[i]->front().areaUm2 / elements[i].rows;
        }
        writeElements(requests, results, elements);
        result_.elements = std::move(elements);
    }

    // The smallest of each element, to be verified: netlists/elements/<name>.v.
    void writeElements(const std::vector<MappingRequest>& requests,
                       const std::vector<std::shared_ptr<const CandidateList>>& results,
                       const std::vector<ElementArea>& elements) const {
        std::map<std::string, std::size_t> smallest;
        for (std::size_t i = 0; i < elements.size(); ++i) {
            const auto [found, isNew] = smallest.emplace(elements[i].name, i);
            if (!isNew && elements[i].areaUm2 < elements[found->second].areaUm2) {
                found->second = i;
            }
        }
        for (const auto& [name, index] : smallest) {
            const std::string& module = requests[index].module;
            const Netlist netlist{module, {{module, results[index]->front().module}}};
            support::writeFile(workspace_.folder() / "netlists" / "elements" / (name + ".v"),
                               toVerilog(netlist));
        }
    }

    void compareFlat() {
        progress_("mapping the array without hierarchy");
        const Variant& variant = designs_.front().variant();
        Variant flat = variant;
        flat.name += "_flat";
        flat.flatten = true;
        const Netlist words =
            elaborateVerilog(workspace_, result_.technology, scripts_, flat, {kArrayTop}, true)
                .front();
        const auto mapped =
            mapper_.map("flat", {{&words, words.top, variant.method, kRippleOnly, false}}, 1);
        FlatComparison comparison;
        comparison.flatUm2 = mapped.front()->front().areaUm2;
        comparison.hierarchicalUm2 = smallestUm2_;
        result_.flat = comparison;
    }

    const SynthOptions& options_;
    SynthResult& result_;
    const Workspace& workspace_;
    fs::path scripts_;
    LibertyFile liberty_;
    CellLibrary library_;
    LogicModels models_;
    Prover prover_;
    fs::path timingLibrary_;  // in the workspace, as the tools read them
    fs::path mappingLibrary_;
    Sta sta_;
    Mapper mapper_;
    const Report& progress_;
    std::vector<ArrayDesign> designs_;
    std::vector<AloneElement> alone_;
    double smallestUm2_ = 0;  // aslog's array before the timing loop
};

void checkOptions(const SynthOptions& options) {
    if (options.clockMhz && !(*options.clockMhz > 0 && *options.clockMhz <= 100000)) {
        throw support::InputError(
            fmt::format("a clock of {} MHz is not possible; it must lie above 0, up to 100000",
                        *options.clockMhz));
    }
}

// What aslog writes into synth/<technology>; a new synthesis outdates the power as well. The last
// is what every reader looks for.
const std::vector<std::string> kResults = {"timing.json", "proofs.json", "area.svg",   "report.txt",
                                           "netlists",    "logs",        "power.json", "power.svg",
                                           "power.txt",   "saif",        "area.json"};

}  // namespace

SynthResult synthesise(const SynthOptions& options, const Report& progress) {
    const support::Stopwatch stopwatch;
    checkOptions(options);
    const fs::path flowsFolder = support::dataFolder() / "flows";
    const RunFolder run(options.runFolder);
    if (run.design().spec.isForFpga()) {
        throw support::InputError(
            "the array was generated with \"target\": \"fpga\", without latches and gated clocks; "
            "give --fpga ice40, ecp5 or xc7, or generate it with \"target\": \"asic\"");
    }
    if (!options.allowChanged) {
        run.requireUnchanged(
            "; or measure these files with --allow-changed, which the results say");
    }
    SynthResult result{run.design()};
    result.changedFiles = run.changedFiles();
    result.technology = readTechnology(options.technology);
    result.clockMhz = options.clockMhz.value_or(result.design.spec.clock.targetMhz);
    result.tools = support::toolsJson({"yosys", "sta"});
    const fs::path folder = fs::absolute(options.runFolder) / "synth";
    const Workspace workspace(folder / ("." + result.technology.name + ".partial"));
    Synthesis(options, result, workspace, flowsFolder, progress).run();
    result.seconds = stopwatch.seconds();
    support::writeJson(workspace.folder() / "area.json", areaJson(result));
    support::writeJson(workspace.folder() / "timing.json", timingJson(result));
    support::writeJson(workspace.folder() / "proofs.json", proofsJson(result));
    workspace.clean();
    replaceResults(workspace.folder(), folder / result.technology.name, kResults);
    return result;
}

}  // namespace aslog::flows
