#include "report/power_tables.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "power/results.h"
#include "report/figures.h"
#include "run/run_folder.h"
#include "support/table.h"

namespace aslog::report {
namespace {

using power::ArrayPower;
using power::ElementPower;
using power::Energy;
using power::inclusiveFj;
using power::kKindNames;
using power::ModulePlace;
using power::OperationEnergy;
using power::PairedRatio;
using power::pairedRatio;
using power::PowerResult;
using power::PowerRun;
using power::strongest;
using support::Align;
using support::Table;

std::string fj(double value) {
    return fmt::format("{:.1f}", value);
}

std::string arrayTable(const PowerResult& result) {
    Table table({{"array"},
                 {"fJ per MAC", Align::Right},
                 {"without glitches", Align::Right},
                 {"TOPS/W", Align::Right},
                 {"mW", Align::Right},
                 {"to aslog", Align::Right},
                 {"from layer to layer", Align::Right}});
    for (const ArrayPower& array : result.arrays) {
        const double perMac = result.perMacFj(array);
        const PairedRatio ratio = pairedRatio(result, array);
        const double milliwatts =
            array.energy().totalFj() / static_cast<double>(array.cycles()) * result.clockMhz * 1e-6;
        table.addRow({array.name, fj(perMac), fj(result.settledPerMacFj(array)),
                      fmt::format("{:.3f}", 2000 / perMac), fmt::format("{:.2f}", milliwatts),
                      times(ratio.mean),
                      fmt::format("{:.2f} to {:.2f}", ratio.smallest, ratio.largest)});
    }
    return table.text();
}

std::string moduleTable(const PowerResult& result, const ArrayPower& array) {
    Table table({{"module"},
                 {"instances", Align::Right},
                 {"fJ per MAC", Align::Right},
                 {"own", Align::Right},
                 {"own, without glitches", Align::Right},
                 {"share", Align::Right}});
    const Energy energy = array.energy();
    const Energy settled = array.settled();
    const double macs = static_cast<double>(array.beats()) * result.elements;
    const auto add = [&](const std::string& name, const std::string& instances, double all,
                         std::size_t place) {
        table.addRow({name, instances, fj(all / macs), fj(energy.byPlace[place] / macs),
                      fj(settled.byPlace[place] / macs), percent(all / energy.totalFj())});
    };
    for (std::size_t i = 0; i < array.places.size(); ++i) {
        const ModulePlace& place = array.places[i];
        add(std::string(2 * static_cast<std::size_t>(place.depth), ' ') + place.name,
            fmt::to_string(place.instances), inclusiveFj(array, energy, i), i);
    }
    const std::size_t fanout = array.places.size();
    add("fan-out buffers", "", energy.byPlace[fanout], fanout);
    add("input nets", "", energy.byPlace[fanout + 1], fanout + 1);
    table.addRule();
    for (std::size_t i = 0; i < energy.byKind.size(); ++i) {
        table.addRow({kKindNames[i], "", fj(energy.byKind[i] / macs), "",
                      fj(settled.byKind[i] / macs), percent(energy.byKind[i] / energy.totalFj())});
    }
    table.addRule();
    table.addRow(
        {"total", "", fj(energy.totalFj() / macs), "", fj(settled.totalFj() / macs), "100.0 %"});
    return table.text();
}

std::string comparisonText(const PowerResult& result, const char* family) {
    const ArrayPower* best = strongest(result, family);
    if (best == nullptr) {
        return "";
    }
    const PairedRatio ratio = pairedRatio(result, *best);
    const std::string verdict =
        ratio.mean >= 1 ? fmt::format("{:.2f} times less energy than", ratio.mean)
                        : fmt::format("{:.1f} % more energy than", 100 * (1 / ratio.mean - 1));
    return fmt::format("aslog takes {} the {} array that takes least ({})\n", verdict, family,
                       best->name);
}

std::string runTable(const PowerResult& result) {
    std::vector<support::Column> columns = {
        {"layer"}, {"image", Align::Right}, {"cycles", Align::Right}, {"beats", Align::Right}};
    columns.push_back({"aslog", Align::Right});
    std::vector<const ArrayPower*> shown = {&result.arrays.front()};
    for (const char* family : {"int4", "int8"}) {
        if (const ArrayPower* best = strongest(result, family)) {
            shown.push_back(best);
            columns.push_back({best->name, Align::Right});
        }
    }
    Table table(columns);
    for (std::size_t i = 0; i < result.arrays.front().runs.size(); ++i) {
        const PowerRun& own = result.arrays.front().runs[i];
        std::vector<std::string> row = {own.layer, fmt::to_string(own.image),
                                        fmt::to_string(own.drive.countedCycles),
                                        fmt::to_string(own.drive.countedBeats)};
        for (const ArrayPower* array : shown) {
            row.push_back(fj(array->runs[i].perMacFj(array->runs[i].energy, result.elements)));
        }
        table.addRow(std::move(row));
    }
    return table.text();
}

std::string elementTable(const PowerResult& result) {
    if (result.elementsAlone.empty()) {
        return "";
    }
    Table table({{"element alone"},
                 {"fJ, real operands", Align::Right},
                 {"without glitches", Align::Right},
                 {"fJ, all pairs", Align::Right},
                 {"aslog takes less", Align::Right}});
    const OperationEnergy& own = result.elementsAlone.front().real;
    for (const ElementPower& each : result.elementsAlone) {
        table.addRow({each.name, fj(each.real.fj), fj(each.real.settledFj), fj(each.allPairs.fj),
                      percent(1 - own.fj / each.real.fj)});
    }
    if (result.aeInArray) {
        const OperationEnergy& shared = result.aeInArray->real;
        table.addRow({"AE in the array, 3q shared", fj(shared.fj), fj(shared.settledFj),
                      fj(result.aeInArray->allPairs.fj), percent(1 - own.fj / shared.fj)});
    }
    return table.text();
}

}  // namespace

std::string powerTables(const PowerResult& result) {
    const ArrayPower& own = result.arrays.front();
    std::string text = fmt::format("energy of {}, {}, {:g} MHz, {:g} V; layers {}\n\n",
                                   result.design, result.technology.title, result.clockMhz,
                                   result.corner.voltageV, fmt::join(result.layers, ", "));
    for (const std::string& table :
         {moduleTable(result, own), arrayTable(result), runTable(result), elementTable(result)}) {
        text += table.empty() ? "" : table + "\n";
    }
    text += comparisonText(result, "int8") + comparisonText(result, "int4");
    text += fmt::format(
        "{} cycles a run after a warm-up; nets that toggled: {} of {}; wires by {}, clock ideal, "
        "no "
        "clock tree\n",
        own.runs.front().drive.countedCycles, own.toggledNets, own.knownNets,
        result.wireLoad.empty() ? "nothing" : result.wireLoad);
    if (!result.missedClock.empty()) {
        text += fmt::format("not measured, for they miss the clock: {}\n",
                            fmt::join(result.missedClock, ", "));
    }
    return text + notMeasuredNote(result.notMeasured) + changedNote(result.changedFiles);
}

}  // namespace aslog::report
