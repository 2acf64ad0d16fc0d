#include "flows/mapping/elaborate.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "flows/mapping/repeated_ports.h"
#include "generator/rtl/emit_rtl.h"
#include "generator/rtl/file_list.h"
#include "golden/arithmetic/baselines.h"
#include "support/error.h"
#include "support/file.h"

namespace aslog::flows {

using namespace gates;

namespace {

namespace fs = std::filesystem;

// Patterns of yosys for all modules of some kinds: with default values, or named after others.
std::string modulesOfKinds(const std::vector<std::string>& kinds) {
    std::string patterns;
    for (const std::string& kind : kinds) {
        patterns += fmt::format(R"({0} $paramod*\\{0} $paramod\\{0}\\* )", kind);
    }
    return patterns;
}

}  // namespace

std::vector<Variant> variantsOf(const Design& design, const fs::path& runFolder) {
    const fs::path rtl = runFolder / "rtl";
    if (!fs::exists(rtl / "files.f")) {
        throw support::InputError(
            fmt::format("{} has no rtl/files.f; run `aslog generate` first", runFolder.string()));
    }
    std::vector<Variant> variants;
    for (const std::string& name : baselineVariants(design)) {
        const fs::path folder = rtl / "baseline" / name;
        if (fs::exists(folder / "files.f")) {
            const Design other = baselineDesign(design, name);
            const std::string& element = other.element.name;
            const golden::Baseline* baseline = golden::findBaseline(element);
            const bool isPlain = baseline != nullptr && baseline->isPlain;
            const Method method = isPlain ? Method::Plain : Method::Fused;
            variants.push_back({name, element, other.hasBiasCorrection(), folder, method, false,
                                other.element.rows});
        }
    }
    std::sort(variants.begin(), variants.end(),
              [](const Variant& a, const Variant& b) { return a.name < b.name; });
    variants.insert(variants.begin(), {design.element.name, design.element.name,
                                       design.hasBiasCorrection(), rtl, Method::Fused, false});
    return variants;
}

std::vector<Variant> chosenVariants(const Design& design, const fs::path& runFolder,
                                    const std::vector<std::string>& names) {
    std::vector<Variant> all = variantsOf(design, runFolder);
    for (const std::string& wanted : names) {
        if (std::ranges::find(all, wanted, &Variant::name) == all.end()) {
            std::vector<std::string> known;
            std::ranges::transform(all, std::back_inserter(known), &Variant::name);
            throw support::InputError(
                fmt::format("no array \"{}\"; there are {}", wanted, fmt::join(known, ", ")));
        }
    }
    std::erase_if(all, [&names](const Variant& variant) {
        return !names.empty() && std::ranges::find(names, variant.name) == names.end();
    });
    return all;
}

std::vector<Netlist> elaborateVerilog(const Workspace& workspace, const Technology& technology,
                                      const fs::path& scripts, const Variant& variant,
                                      const std::vector<std::string>& tops,
                                      bool mergeAccumulators) {
    std::string script;
    for (const fs::path& file : readFileList(variant.folder / "files.f")) {
        script += fmt::format("read_verilog \"{}\"\n", workspace.nameOf(fs::absolute(file)));
    }
    script += "design -save verilog\n";
    const std::string steps = support::readFile(scripts / "elaborate.ys");
    std::vector<fs::path> outputs;
    for (const std::string& top : tops) {
        std::vector<std::string> dissolved = {"aslog_latch", "aslog_clock_gate"};
        if (mergeAccumulators) {
            dissolved.emplace_back("aslog_accumulator");
        }
        outputs.push_back(workspace.temporary(fmt::format("{}_{}.json", variant.name, top)));
        std::string step = filledIn(steps, "TOP", top);
        const bool keeps = top == kArrayTop && !variant.flatten;
        step = filledIn(step, "DISSOLVED", keeps ? modulesOfKinds(dissolved) : "*");
        step = filledIn(step, "OUTPUT", workspace.nameOf(outputs.back()));
        script += "design -load verilog\n" + step;
    }
    script = filledIn(script, "CELLS", workspace.nameOf(technology.cellsFile));
    workspace.yosys("elaborate_" + variant.name, script);
    std::vector<Netlist> netlists;
    for (std::size_t i = 0; i < tops.size(); ++i) {
        joinRepeatedPorts(netlists.emplace_back(readNetlist(outputs[i], tops[i])));
    }
    return netlists;
}

}  // namespace aslog::flows
