#include "flows/representative.h"

#include <cmath>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>

namespace aslog::flows {
namespace {

constexpr double kStepFf = 0.01;  // load cells differ by this much

// Loads of the removed columns on each net of the array.
std::map<Bit, double> loadsOf(const std::vector<Cell>& removed,
                              const std::map<std::string, std::vector<InputBit>>& inputs) {
    std::map<Bit, double> loads;
    for (const Cell& column : removed) {
        for (const auto& [pin, bits] : column.connections) {
            const auto input = inputs.find(pin);
            for (std::size_t i = 0; input != inputs.end() && i < bits.size(); ++i) {
                if (!isConstant(bits[i]) && !input->second[i].isIdeal) {
                    loads[bits[i]] += input->second[i].loadFf;
                }
            }
        }
    }
    return loads;
}

std::string cellName(long steps) {
    return fmt::format("aslog_load_{}", steps);
}

std::string libraryText(const std::set<long>& sizes) {
    std::string text =
        "library (aslog_loads) {\n  delay_model : table_lookup;\n  time_unit : \"1ns\";\n"
        "  voltage_unit : \"1V\";\n  current_unit : \"1mA\";\n"
        "  capacitive_load_unit (1, ff);\n";
    for (const long steps : sizes) {
        text += fmt::format(
            "  cell ({}) {{ area : 0; pin (A) {{ direction : input; capacitance : {:.2f}; }} }}\n",
            cellName(steps), static_cast<double>(steps) * kStepFf);
    }
    return text + "}\n";
}

}  // namespace

Representative representativeOf(const Netlist& netlist, const InputLoads& loads,
                                const std::string& column) {
    Representative result;
    result.netlist = netlist;
    Module& top = result.netlist.modules.at(netlist.top);
    std::vector<Cell> kept;
    std::vector<Cell> columns;
    for (Cell& cell : top.cells) {
        (cell.type == column ? columns : kept).push_back(std::move(cell));
    }
    result.columns = static_cast<int>(columns.size());
    std::vector<Cell> removed;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool stays = i == 0 || i + 1 == columns.size();
        (stays ? kept : removed).push_back(std::move(columns[i]));
    }
    std::set<long> sizes;
    if (!removed.empty()) {
        for (const auto& [bit, load] : loadsOf(removed, loads.at(column))) {
            const long steps = std::lround(load / kStepFf);
            sizes.insert(steps);
            kept.push_back({fmt::format("load_{}", bit), cellName(steps), {{"A", {bit}}}, {}});
        }
    }
    top.cells = std::move(kept);
    result.loadLibrary = libraryText(sizes);
    return result;
}

}  // namespace aslog::flows
