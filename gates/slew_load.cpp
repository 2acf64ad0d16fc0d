#include "gates/slew_load.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gates/cell_model.h"
#include "gates/cell_tables.h"
#include "support/error.h"

namespace aslog::gates {
namespace {

constexpr double kLargestFf = 1e6;  // where the search for a load ends

double slowestEdge(const PinTables& output, double inputSlewNs, double loadFf) {
    double slowest = 0;
    for (const DelayArc& arc : output.arcs) {
        for (const std::optional<LookupTable>& table : arc.transition) {
            slowest = table ? std::max(slowest, table->at(inputSlewNs, loadFf)) : slowest;
        }
    }
    return slowest;
}

// By bisection: transition times grow with the load.
std::optional<double> loadAtSlew(const PinTables& output, double slewNs) {
    const auto keeps = [&](double loadFf) { return slowestEdge(output, slewNs, loadFf) <= slewNs; };
    if (!keeps(0) || keeps(kLargestFf)) {
        return std::nullopt;
    }
    double low = 0;
    double high = kLargestFf;
    while (high - low > 1e-6 * high) {
        const double middle = (low + high) / 2;
        (keeps(middle) ? low : high) = middle;
    }
    return low;
}

// The limit that most inputs have.
std::optional<double> usualLimitNs(const CellLibrary& library) {
    std::map<double, int> counts;
    for (const auto& [cellName, cell] : library.cells()) {
        for (const auto& [pinName, pin] : cell.pins) {
            if (!pin.isOutput && pin.maxTransitionNs) {
                ++counts[*pin.maxTransitionNs];
            }
        }
    }
    const auto most =
        std::max_element(counts.begin(), counts.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? std::nullopt : std::optional(most->first);
}

// Nothing if they can not be read: a limit is not worth refusing a library, for a table of power
// perhaps, and what violates it is found by static timing analysis.
std::optional<CellTables> tablesOf(const LibertyFile& file, const CellModel& model) {
    try {
        return readCellTables(file, {&model}).at(model.name);
    } catch (const support::InputError&) {
        return std::nullopt;
    }
}

}  // namespace

void limitLoadsBySlew(CellLibrary& library, const LibertyFile& file) {
    const std::optional<double> usualNs = usualLimitNs(library);
    if (!usualNs) {
        return;
    }
    const CellModels models = CellModels::of(file);
    for (const auto& [name, model] : models.all()) {
        const std::optional<CellTables> tables = tablesOf(file, model);
        if (!tables) {
            continue;
        }
        for (std::size_t i = 0; i < model.outputs.size(); ++i) {
            const std::string& pin = model.outputs[i].pin;
            const double ownNs =
                library.find(name)->pins.at(pin).maxTransitionNs.value_or(*usualNs);
            library.limitLoad(name, pin, loadAtSlew(tables->outputs[i], std::min(ownNs, *usualNs)));
        }
    }
}

}  // namespace aslog::gates
