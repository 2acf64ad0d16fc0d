#include "report/area_tables.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "flows/results.h"
#include "report/figures.h"
#include "report/proofs_text.h"
#include "run/run_folder.h"
#include "support/table.h"

namespace aslog::report {
namespace {

using flows::compare;
using flows::Comparison;
using flows::LimitChecks;
using flows::ModuleArea;
using flows::proofsJson;
using flows::SynthResult;
using flows::VariantResult;
using flows::wiresOf;
using support::Align;
using support::Table;

std::string um2(double value) {
    return fmt::format("{:.2f}", value);
}

std::string moduleTable(const VariantResult& variant) {
    Table table({{"module"},
                 {"instances", Align::Right},
                 {"µm² each", Align::Right},
                 {"µm²", Align::Right},
                 {"share", Align::Right}});
    const double total = variant.area.totalUm2;
    for (const ModuleArea& each : variant.area.modules) {
        const std::string indent(2 * static_cast<std::size_t>(each.depth), ' ');
        table.addRow({indent + each.name, fmt::to_string(each.instances), um2(each.eachUm2),
                      fmt::format("{:.0f}", each.areaUm2), percent(each.areaUm2 / total)});
    }
    table.addRow({"fan-out buffers", fmt::to_string(variant.area.fanoutCells), "",
                  fmt::format("{:.0f}", variant.area.fanoutUm2),
                  percent(variant.area.fanoutUm2 / total)});
    table.addRule();
    table.addRow({"total", "", "", fmt::format("{:.0f}", total), "100.0 %"});
    return table.text();
}

// A module that is not the first of its kind, and the parameters by which it differs from that one.
std::string versionNotes(const gates::Netlist& netlist) {
    std::string text;
    for (const auto& [name, module] : netlist.modules) {
        const auto first = netlist.modules.find(module.kind);
        if (name == module.kind || first == netlist.modules.end()) {
            continue;
        }
        std::vector<std::string> different;
        for (const auto& [parameter, value] : module.parameters) {
            const auto other = first->second.parameters.find(parameter);
            if (other == first->second.parameters.end() || other->second != value) {
                different.push_back(fmt::format("{} {}", parameter, value));
            }
        }
        text += fmt::format("{}: {} with {}\n", name, module.kind, fmt::join(different, ", "));
    }
    return text;
}

std::string variantTable(const SynthResult& result) {
    Table table({{"array"},
                 {"BCE"},
                 {"µm² per MAC", Align::Right},
                 {"to aslog", Align::Right},
                 {"fmax MHz", Align::Right},
                 {"slack ns", Align::Right},
                 {"clock"}});
    const double ours = result.variants.front().perMacUm2;
    for (const VariantResult& each : result.variants) {
        table.addRow({each.element, each.biasCorrection ? "yes" : "no", um2(each.perMacUm2),
                      fmt::format("{:.2f} x", each.perMacUm2 / ours),
                      fmt::format("{:.1f}", each.fmaxMhz()),
                      fmt::format("{:.3f}", each.closed.timing.slack.worstNs),
                      each.meetsClock() ? "met" : "missed"});
    }
    return table.text();
}

// What the finished netlists violate.
std::string checksText(const SynthResult& result) {
    std::string text;
    for (const VariantResult& each : result.variants) {
        const LimitChecks& checks = each.closed.timing.checks;
        const long capacitance = checks.capacitanceFf.violations;
        const long slew = checks.slewNs.violations;
        if (capacitance + slew > 0) {
            text += fmt::format(
                "limits of {}: {} outputs with too much load, {} pins with too slow edges\n",
                each.name, capacitance, slew);
        }
    }
    return text.empty() ? "limits of load and slew: kept by every array, clocks and resets aside\n"
                        : text;
}

std::string elementTable(const Comparison& comparison, int activationBits) {
    Table table(
        {{"element alone"}, {"µm²", Align::Right}, {"AE to it", Align::Right}, {"made as"}});
    const auto row = [&](const std::string& name, double area, const std::string& how) {
        table.addRow({name, um2(area), percent(comparison.aeUm2 / area), how});
    };
    row("AE with its own 3q", comparison.aeUm2, "");
    row("AE in the array, 3q shared", comparison.aeInArrayUm2, "");
    const std::string multiplier = activationBits == 8
                                       ? "8-bit multiplier"
                                       : fmt::format("8 x {}-bit multiplier", activationBits);
    row(multiplier + ", strongest", comparison.mult8Strong.areaUm2, comparison.mult8Strong.name);
    row(multiplier + ", plain", comparison.mult8Plain.areaUm2, "*");
    return table.text();
}

}  // namespace

std::string areaTables(const SynthResult& result) {
    const VariantResult& ours = result.variants.front();
    const Comparison comparison = compare(result);
    std::string text = fmt::format("{} in {}, {:g} MHz\n\n", result.design.spec.name,
                                   result.technology.title, result.clockMhz);
    text += moduleTable(ours) + "\n" +
            elementTable(comparison, result.design.spec.format.activationBits) + "\n" +
            variantTable(result);
    text += fmt::format("\nBCE {}, PCF units {} of the array\n",
                        percent(comparison.bceUm2 / ours.area.totalUm2),
                        percent(comparison.pcfUm2 / ours.area.totalUm2));
    text += fmt::format("timed with {}, {}\n", wiresOf(result),
                        result.timedColumns == result.design.spec.array.columns
                            ? "all columns"
                            : fmt::format("{} of {} columns and the load of the others",
                                          result.timedColumns, result.design.spec.array.columns));
    text += versionNotes(ours.closed.netlist);
    text += proofsText(proofsJson(result));
    text += checksText(result);
    if (result.flat) {
        text += fmt::format("hierarchical {:.0f} µm², flat {:.0f} µm²: {:+.2f} %\n",
                            result.flat->hierarchicalUm2, result.flat->flatUm2,
                            100 * (result.flat->hierarchicalUm2 / result.flat->flatUm2 - 1));
    }
    return text + notMeasuredNote(result.notMeasured) + changedNote(result.changedFiles);
}

}  // namespace aslog::report
