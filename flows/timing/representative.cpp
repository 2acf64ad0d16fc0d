#include "flows/timing/representative.h"

#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace aslog::flows {

using namespace gates;

namespace {

constexpr double kStepFf = 0.0001;  // load cells differ by this much at each pin

// A cell of `sinks` input pins with the same capacitance.
struct LoadCell {
    int sinks = 0;
    long stepsPerPin = 0;

    bool operator<(const LoadCell& other) const {
        return std::pair(sinks, stepsPerPin) < std::pair(other.sinks, other.stepsPerPin);
    }

    std::string name() const { return fmt::format("aslog_load_{}_{}", sinks, stepsPerPin); }
    static std::string pin(int index) { return fmt::format("A{}", index); }
};

LoadCell cellFor(const Load& load) {
    return {load.sinks, std::lround(load.pinsFf / load.sinks / kStepFf)};
}

// What the removed columns put on each net of the array. Their pins count too, because wire-load
// models do.
std::map<Bit, Load> loadsOf(const std::vector<Cell>& removed, const InputLoads& inputsOfModules) {
    std::map<Bit, Load> loads;
    for (const Cell& column : removed) {
        const auto& inputs = inputsOfModules.at(column.type);
        for (const auto& [pin, bits] : column.connections) {
            const auto input = inputs.find(pin);
            for (std::size_t i = 0; input != inputs.end() && i < bits.size(); ++i) {
                const InputBit& bit = input->second[i];
                if (!isConstant(bits[i]) && !bit.isIdeal && bit.load.sinks > 0) {
                    loads[bits[i]] += bit.load;
                }
            }
        }
    }
    return loads;
}

Cell instanceOf(const LoadCell& cell, Bit net) {
    Cell instance{fmt::format("load_{}", net), cell.name(), {}, {}};
    for (int i = 0; i < cell.sinks; ++i) {
        instance.connections.push_back({LoadCell::pin(i), {net}});
    }
    return instance;
}

std::string libraryText(const std::set<LoadCell>& cells) {
    std::string text =
        "library (aslog_loads) {\n  delay_model : table_lookup;\n  time_unit : \"1ns\";\n"
        "  voltage_unit : \"1V\";\n  current_unit : \"1mA\";\n"
        "  capacitive_load_unit (1, ff);\n";
    for (const LoadCell& cell : cells) {
        text += fmt::format("  cell ({}) {{\n    area : 0;\n", cell.name());
        for (int i = 0; i < cell.sinks; ++i) {
            text += fmt::format("    pin ({}) {{ direction : input; capacitance : {:.4f}; }}\n",
                                LoadCell::pin(i), static_cast<double>(cell.stepsPerPin) * kStepFf);
        }
        text += "  }\n";
    }
    return text + "}\n";
}

}  // namespace

Representative representativeOf(const Netlist& netlist, const InputLoads& loads,
                                const std::string& columnKind) {
    Representative result;
    result.netlist = netlist;
    Module& top = result.netlist.modules.at(netlist.top);
    std::vector<Cell> kept;
    std::vector<Cell> columns;
    const auto isColumn = [&](const Cell& cell) {
        const auto found = netlist.modules.find(cell.type);
        return found != netlist.modules.end() && found->second.kind == columnKind;
    };
    for (Cell& cell : top.cells) {
        (isColumn(cell) ? columns : kept).push_back(std::move(cell));
    }
    result.columns = static_cast<int>(columns.size());
    std::vector<Cell> removed;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool stays = i == 0 || i + 1 == columns.size();
        (stays ? kept : removed).push_back(std::move(columns[i]));
    }
    std::set<LoadCell> cells;
    if (!removed.empty()) {
        for (const auto& [bit, load] : loadsOf(removed, loads)) {
            const LoadCell cell = cellFor(load);
            cells.insert(cell);
            kept.push_back(instanceOf(cell, bit));
        }
    }
    top.cells = std::move(kept);
    result.loadLibrary = libraryText(cells);
    return result;
}

}  // namespace aslog::flows
