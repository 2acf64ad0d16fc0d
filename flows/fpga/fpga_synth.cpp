#include "flows/fpga/fpga_synth.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "flows/fpga/pins.h"
#include "flows/mapping/elaborate.h"
#include "flows/workspace.h"
#include "generator/rtl/emit_rtl.h"
#include "generator/rtl/file_list.h"
#include "run/replace_results.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/parallel.h"
#include "support/stopwatch.h"
#include "support/tools.h"

namespace aslog::flows {
namespace {

namespace fs = std::filesystem;

class FpgaSynthesis {
  public:
    FpgaSynthesis(const FpgaOptions& options, FpgaResult& result, const Workspace& workspace,
                  const Report& progress)
        : options_(options),
          result_(result),
          workspace_(workspace),
          family_(fpgaFamily(options.family)),
          progress_(progress),
          variants_(chosenVariants(result_.design, options_.runFolder, options_.arrays)) {}

    void run() {
        for (const bool withDsps : {false, true}) {
            if (withDsps && !family_.hasDsps()) {
                continue;
            }
            for (const Variant& variant : variants_) {
                result_.arrays.push_back({.name = variant.name,
                                          .element = variant.element,
                                          .biasCorrection = variant.biasCorrection,
                                          .withDsps = withDsps});
            }
        }
        for (const Variant& variant : variants_) {
            if (variant.name == variant.element) {
                result_.elements.push_back({.name = variant.name,
                                            .element = variant.element,
                                            .biasCorrection = variant.biasCorrection,
                                            .rows = variant.elementRows});
            }
        }
        const std::size_t arrays = result_.arrays.size();
        support::inParallel(arrays + result_.elements.size(), options_.jobs, [&](std::size_t i) {
            FpgaMapping& mapping = i < arrays ? result_.arrays[i] : result_.elements[i - arrays];
            const Variant& variant = variantOf(mapping);
            if (i < arrays) {
                mapArray(mapping, variant);
            } else {
                mapping.cells = map("element_" + mapping.name, variant, kElementTop, false, "");
            }
        });
    }

  private:
    const Variant& variantOf(const FpgaMapping& mapping) const {
        return *std::ranges::find(variants_, mapping.name, &Variant::name);
    }

    void mapArray(FpgaMapping& mapping, const Variant& variant) {
        const std::string name = mapping.name + (mapping.withDsps ? "_dsp" : "");
        tell(name + ": synthesis");
        const bool routes = result_.notRouted.empty();
        const fs::path netlist = workspace_.temporary(name + ".json");
        const Design design = mapping.name == result_.design.element.name
                                  ? result_.design
                                  : baselineDesign(result_.design, mapping.name);
        mapping.cells =
            map(name, variant, kArrayTop, mapping.withDsps, routes ? pinsScript(name, design) : "");
        if (routes) {
            tell(name + ": place and route");
            mapping.pinsRegisters = pinsRegisters(design);
            mapping.routing =
                route(workspace_, family_, name, netlist, result_.clockMhz, options_.seeds);
        }
    }

    // yosys on one module of a variant, and what it counts; `then` are commands behind that.
    FpgaCells map(const std::string& name, const Variant& variant, const char* top, bool withDsps,
                  const std::string& then) const {
        std::string script;
        for (const fs::path& file : readFileList(variant.folder / "files.f")) {
            script += fmt::format("read_verilog \"{}\"\n", workspace_.nameOf(fs::absolute(file)));
        }
        script += fmt::format("{} {} -top {}\n", family_.synthesis,
                              withDsps ? "" : family_.withoutDsps, top);
        script += fmt::format("tee -q -o tmp/{}_stat.json stat -json\n", name);
        workspace_.yosys(name, script + then);
        return countCells(family_, support::readJson(workspace_.temporary(name + "_stat.json")));
    }

    // The mapped array between its pins, as JSON.
    std::string pinsScript(const std::string& name, const Design& design) const {
        const fs::path pins = workspace_.temporary(name + "_pins.v");
        support::writeFile(pins, pinsVerilog(design));
        return fmt::format(
            "design -stash mapped\n"
            "read_verilog \"{0}\"\n{1} -top {2}\n"
            "design -copy-from mapped {3}\n"
            "hierarchy -top {2}\nflatten\nclean\nwrite_json tmp/{4}.json\n",
            workspace_.nameOf(pins), family_.synthesis, kPinsTop, kArrayTop, name);
    }

    void tell(const std::string& step) {
        const std::scoped_lock lock(mutex_);
        progress_(step);
    }

    const FpgaOptions& options_;
    FpgaResult& result_;
    const Workspace& workspace_;
    const FpgaFamily& family_;
    const Report& progress_;
    std::vector<Variant> variants_;
    std::mutex mutex_;
};

void requireFpga(const Design& design) {
    if (!design.spec.isForFpga()) {
        throw support::InputError(
            "the array was generated with \"target\": \"asic\", with latches and gated clocks; "
            "generate it with \"target\": \"fpga\"");
    }
}

// Why there is no routing; "" if there is.
std::string routingObstacle(const FpgaFamily& family, std::vector<std::string>& tools) {
    const std::string router = routerOf(family);
    if (router.empty()) {
        return fmt::format("Debian has no place and route for {}", family.title);
    }
    try {
        static_cast<void>(support::findTool(router));
        tools.push_back(router);
        return "";
    } catch (const support::MissingTool& missing) {
        return missing.what();
    }
}

}  // namespace

FpgaResult synthesiseForFpga(const FpgaOptions& options, const Report& progress) {
    const support::Stopwatch stopwatch;
    const FpgaFamily& family = fpgaFamily(options.family);
    const RunFolder run(options.runFolder);
    requireFpga(run.design());
    if (!options.allowChanged) {
        run.requireUnchanged(
            "; or measure these files with --allow-changed, which the results say");
    }
    FpgaResult result{run.design()};
    result.changedFiles = run.changedFiles();
    result.family = family.name;
    result.clockMhz = options.clockMhz.value_or(result.design.spec.clock.targetMhz);
    std::vector<std::string> tools = {"yosys"};
    result.notRouted = routingObstacle(family, tools);
    result.tools = support::toolsJson(tools);

    const fs::path folder = fs::absolute(options.runFolder) / "synth";
    const Workspace workspace(folder / ("." + result.family + ".partial"));
    FpgaSynthesis(options, result, workspace, progress).run();
    result.seconds = stopwatch.seconds();
    support::writeJson(workspace.folder() / "fpga.json", fpgaJson(result));
    workspace.clean();
    replaceResults(workspace.folder(), folder / result.family, {"report.txt", "logs", "fpga.json"});
    return result;
}

}  // namespace aslog::flows
