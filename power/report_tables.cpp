#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "flows/bar_chart.h"
#include "generator/rtl/run_folder.h"
#include "power/report.h"
#include "support/table.h"

namespace aslog::power {
namespace {

using support::Align;
using support::Table;

std::string number(double value) {
    return fmt::format("{:.1f}", value);
}

std::string percent(double share) {
    return fmt::format("{:.1f} %", 100 * share);
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
        table.addRow({array.name, number(perMac), number(result.settledPerMacFj(array)),
                      fmt::format("{:.3f}", 2000 / perMac), fmt::format("{:.2f}", milliwatts),
                      fmt::format("{:.2f} x", ratio.mean),
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
        table.addRow({name, instances, number(all / macs), number(energy.byPlace[place] / macs),
                      number(settled.byPlace[place] / macs), percent(all / energy.totalFj())});
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
        table.addRow({kKindNames[i], "", number(energy.byKind[i] / macs), "",
                      number(settled.byKind[i] / macs),
                      percent(energy.byKind[i] / energy.totalFj())});
    }
    table.addRule();
    table.addRow({"total", "", number(energy.totalFj() / macs), "",
                  number(settled.totalFj() / macs), "100.0 %"});
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
            row.push_back(number(array->runs[i].perMacFj(array->runs[i].energy, result.elements)));
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
        table.addRow({each.name, number(each.real.fj), number(each.real.settledFj),
                      number(each.allPairs.fj), percent(1 - own.fj / each.real.fj)});
    }
    if (result.aeInArray) {
        const OperationEnergy& shared = result.aeInArray->real;
        table.addRow({"AE in the array, 3q shared", number(shared.fj), number(shared.settledFj),
                      number(result.aeInArray->allPairs.fj), percent(1 - own.fj / shared.fj)});
    }
    return table.text();
}

// Places are known by the kinds of their modules.
class Parts {
  public:
    Parts(const ArrayPower& array, const Energy& energy) : array_(array), energy_(energy) {}

    double all(const std::string& module) const { return sum(module, true); }
    double own(const std::string& module) const { return sum(module, false); }

  private:
    double sum(const std::string& module, bool inclusive) const {
        double result = 0;
        for (std::size_t i = 0; i < array_.places.size(); ++i) {
            if (array_.places[i].kind == module) {
                result += inclusive ? inclusiveFj(array_, energy_, i) : energy_.byPlace[i];
            }
        }
        return result;
    }

    const ArrayPower& array_;
    const Energy& energy_;
};

flows::ChartBar barOf(const std::string& name, const PowerResult& result, const ArrayPower& array) {
    const Energy energy = array.energy();
    const Parts parts(array, energy);
    const double elements = parts.all("aslog_ae");
    const double trees = parts.own("aslog_column");
    const double weights = parts.all("aslog_weight_store");
    const double accumulators = parts.all("aslog_column") - elements - trees - weights;
    const double lanes = parts.all("aslog_lane");
    const double mu = parts.all("aslog_mu_ae");
    const double bce = parts.all("aslog_bce") + mu;
    const double pcf = parts.all("aslog_pcf_unit") - mu + parts.all("aslog_drain_select");
    const double rest =
        energy.totalFj() - elements - trees - weights - accumulators - lanes - bce - pcf;
    flows::ChartBar bar{name, {elements, trees, weights, accumulators, lanes, bce, pcf, rest}, {}};
    for (double& part : bar.parts) {
        part /= static_cast<double>(array.beats()) * result.elements;
    }
    bar.note =
        fmt::format("{:.0f} ({:.0f})", result.perMacFj(array), result.settledPerMacFj(array));
    return bar;
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
    return text + changedNote(result.changedFiles);
}

std::string powerPicture(const PowerResult& result) {
    flows::BarChart chart;
    chart.title =
        fmt::format("{}: energy per multiply-accumulate in fJ, {}, {:g} MHz, {:g} V", result.design,
                    result.technology.title, result.clockMhz, result.corner.voltageV);
    chart.unit = "fJ per MAC";
    chart.footnote =
        "of a real layer, from simulation with the cells' delays; in brackets without "
        "glitches; no layout, no clock tree";
    if (!result.changedFiles.empty()) {
        chart.footnote += "; rtl/ is not as generated";
    }
    chart.bars.push_back(barOf("aslog", result, result.arrays.front()));
    const auto add = [&](const char* name, const ArrayPower* array) {
        if (array != nullptr) {
            chart.bars.push_back(barOf(name, result, *array));
        }
    };
    add("int4, strong", strongest(result, "int4"));
    add("int8, strong", strongest(result, "int8"));
    add("int8, plain", arrayNamed(result, "int8_plain"));
    return flows::toSvg(chart);
}

}  // namespace aslog::power
