#include "report/fpga_tables.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "report/figures.h"
#include "run/run_folder.h"
#include "support/table.h"

namespace aslog::report {
namespace {

using flows::FpgaFamily;
using flows::fpgaFamily;
using flows::FpgaMapping;
using flows::FpgaResult;
using flows::lutsToOwn;
using support::Align;
using support::Table;

std::string fmaxText(const FpgaMapping& each) {
    if (!each.routing) {
        return "";
    }
    if (!each.routing->fits()) {
        return "too large";
    }
    return fmt::format("{:.1f} ({:.1f} to {:.1f})", each.routing->medianMhz(),
                       each.routing->slowestMhz(), each.routing->fastestMhz());
}

std::string ratioText(std::optional<double> ratio) {
    return ratio ? times(*ratio) : "";
}

std::string arrayTable(const FpgaResult& result) {
    const FpgaFamily& family = fpgaFamily(result.family);
    const bool routed = result.notRouted.empty();
    std::vector<support::Column> columns = {{"array"}, {"BCE"}};
    if (family.hasDsps()) {
        columns.insert(columns.end(), {{"DSP blocks", Align::Right}});
    }
    columns.insert(columns.end(), {{fmt::format("LUT{}s", family.lutInputs), Align::Right},
                                   {"to aslog", Align::Right},
                                   {"flip-flops", Align::Right},
                                   {"carries", Align::Right}});
    if (routed) {
        columns.insert(columns.end(), {{"cells", Align::Right}, {"fmax MHz", Align::Right}});
    }
    Table table(columns);
    bool behindRule = false;
    for (const FpgaMapping& each : result.arrays) {
        if (each.withDsps && !behindRule) {
            table.addRule();
            behindRule = true;
        }
        std::vector<std::string> row = {each.name, each.biasCorrection ? "yes" : "no"};
        if (family.hasDsps()) {
            row.push_back(each.withDsps ? std::to_string(each.cells.dsps) : "not allowed");
        }
        row.insert(
            row.end(),
            {std::to_string(each.cells.luts), ratioText(lutsToOwn(result, result.arrays, each)),
             std::to_string(each.cells.flipFlops), std::to_string(each.cells.carries)});
        if (routed) {
            row.insert(row.end(), {std::to_string(each.routing->cells), fmaxText(each)});
        }
        table.addRow(row);
    }
    return table.text();
}

// Nothing if only arrays without bias correction were asked for: their elements are others'.
std::string elementTable(const FpgaResult& result) {
    if (result.elements.empty()) {
        return "";
    }
    Table table({{"element alone, without DSP blocks"},
                 {"rows", Align::Right},
                 {fmt::format("LUT{}s", fpgaFamily(result.family).lutInputs), Align::Right},
                 {"to aslog, a row", Align::Right},
                 {"carries", Align::Right}});
    for (const FpgaMapping& each : result.elements) {
        table.addRow({each.name, std::to_string(each.rows), std::to_string(each.cells.luts),
                      ratioText(lutsToOwn(result, result.elements, each)),
                      std::to_string(each.cells.carries)});
    }
    return table.text() + "\n";
}

std::string routingNote(const FpgaResult& result) {
    if (!result.notRouted.empty()) {
        return fmt::format("not placed and routed, no fmax: {}\n", result.notRouted);
    }
    const auto fitting = std::ranges::find_if(
        result.arrays, [](const FpgaMapping& each) { return each.routing->fits(); });
    const std::string seeds =
        fitting == result.arrays.end()
            ? ""
            : fmt::format(
                  "; fmax: median, slowest and fastest of {} placements, aiming at {:g} MHz",
                  fitting->routing->fmaxMhz.size(), result.clockMhz);
    return fmt::format(
        "placed and routed in {} with {} cells{}\n"
        "cells: with the registers between an array and its pins, {} of {}\n",
        result.arrays.front().routing->device, result.arrays.front().routing->available, seeds,
        result.arrays.front().pinsRegisters, result.arrays.front().name);
}

}  // namespace

std::string fpgaTables(const FpgaResult& result) {
    return fmt::format("{}: {} x {} elements in {}, {}\n\n{}\n{}{}{}", result.design.spec.name,
                       result.design.rows(), result.design.columns(),
                       fpgaFamily(result.family).title, result.tools.at("yosys").get<std::string>(),
                       arrayTable(result), elementTable(result), routingNote(result),
                       changedNote(result.changedFiles));
}

}  // namespace aslog::report
