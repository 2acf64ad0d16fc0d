#include "gates/cell_tables.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "gates/liberty_numbers.h"
#include "support/error.h"

namespace aslog::gates {
namespace {

// Factors from the library's units to ns, fF, fJ and nW.
struct Units {
    double timeNs = 1;
    double capacitanceFf = 1;
    double energyFj = 1;
    double leakageNw = 1;
};

// "1ns", "10ps", "100uW": the number in units of the letters `base` (s, W, V).
double unitOf(const LibertyFile& library, const char* attribute, char base) {
    const std::string_view text = library.root().attribute(attribute);
    const double count = numberOr(text, 0);
    const std::size_t at = text.find_first_not_of("0123456789. ");
    constexpr std::string_view kPrefixes = "fpnum";  // from 10^-15 in steps of 1000
    if (count > 0 && at != std::string_view::npos) {
        const std::string_view unit = text.substr(at);
        const std::size_t prefix = kPrefixes.find(unit.front());
        if (unit.front() == base) {
            return count;
        }
        if (prefix != std::string_view::npos && unit.size() > 1 && unit[1] == base) {
            double value = count * 1e-15;
            for (std::size_t i = 0; i < prefix; ++i) {
                value *= 1000;
            }
            return value;
        }
    }
    throw support::InputError(fmt::format("the library {} has no {} that can be read: \"{}\"",
                                          library.root().name(), attribute, text));
}

// The unit of internal energy is that of capacitance times the square of that of voltage.
Units unitsOf(const LibertyFile& library) {
    const double volts = unitOf(library, "voltage_unit", 'V');
    Units units;
    units.timeNs = unitOf(library, "time_unit", 's') * 1e9;
    units.capacitanceFf = capacitanceUnitFf(library.root(), std::string(library.root().name()));
    units.energyFj = units.capacitanceFf * volts * volts;
    units.leakageNw = unitOf(library, "leakage_power_unit", 'W') * 1e9;
    return units;
}

enum class Axis { None, Slew, Load };

struct Template {
    std::array<std::string_view, 2> variables;
    std::array<std::string_view, 2> indices;
};

using Templates = std::map<std::string_view, Template>;

Templates templatesOf(const LibertyFile& library) {
    Templates templates;
    for (const LibertyGroup& group : library.root().groups) {
        if (group.type == "lu_table_template" || group.type == "power_lut_template") {
            templates[group.name()] = {
                {group.attribute("variable_1"), group.attribute("variable_2")},
                {group.attribute("index_1"), group.attribute("index_2")}};
        }
    }
    return templates;
}

Axis axisOf(std::string_view variable) {
    if (variable.empty()) {
        return Axis::None;
    }
    if (variable == "input_net_transition" || variable == "input_transition_time") {
        return Axis::Slew;
    }
    if (variable == "total_output_net_capacitance") {
        return Axis::Load;
    }
    throw std::invalid_argument(fmt::format("it has a table over {}", variable));
}

class TableReader {
  public:
    TableReader(const Units& units, const Templates& templates)
        : units_(units), templates_(templates) {}

    // `unit`: of its values.
    LookupTable read(const LibertyGroup& group, double unit) const {
        std::vector<double> values = valuesOf(group);
        for (double& value : values) {
            value *= unit;
        }
        const auto found = templates_.find(group.name());
        if (found == templates_.end()) {  // "scalar"
            return LookupTable({}, {}, std::move(values));
        }
        std::array<Axis, 2> axes{};
        std::array<std::vector<double>, 2> points;
        for (std::size_t i = 0; i < 2; ++i) {
            axes[i] = axisOf(found->second.variables[i]);
            if (axes[i] != Axis::None) {
                const std::string_view own = group.attribute(i == 0 ? "index_1" : "index_2");
                points[i] = numbersIn(own.empty() ? found->second.indices[i] : own);
                scale(points[i], axes[i]);
            }
        }
        if (axes[0] == Axis::Load || axes[1] == Axis::Slew) {
            values =
                transposed(values, points[0].size(), std::max<std::size_t>(points[1].size(), 1));
            std::swap(points[0], points[1]);
        }
        return {std::move(points[0]), std::move(points[1]), std::move(values)};
    }

    const Units& units() const { return units_; }

  private:
    void scale(std::vector<double>& points, Axis axis) const {
        for (double& point : points) {
            point *= axis == Axis::Slew ? units_.timeNs : units_.capacitanceFf;
        }
    }

    static std::vector<double> valuesOf(const LibertyGroup& group) {
        std::vector<double> values;
        for (const LibertyAttribute& each : group.attributes) {
            for (std::size_t i = 0; each.name == "values" && i < each.values.size(); ++i) {
                const std::vector<double> row = numbersIn(each.values[i]);
                values.insert(values.end(), row.begin(), row.end());
            }
        }
        return values;
    }

    static std::vector<double> transposed(const std::vector<double>& values, std::size_t rows,
                                          std::size_t columns) {
        if (values.size() != rows * columns) {
            throw std::invalid_argument("a table needs a value for each of its points");
        }
        std::vector<double> result;
        for (std::size_t column = 0; column < columns; ++column) {
            for (std::size_t row = 0; row < rows; ++row) {
                result.push_back(values[row * columns + column]);
            }
        }
        return result;
    }

    Units units_;
    const Templates& templates_;
};

class CellReader {
  public:
    CellReader(const LibertyGroup& cell, const CellModel& model, const TableReader& tables)
        : cell_(cell), model_(model), tables_(tables), names_(model.inputs) {
        for (const CellOutput& output : model.outputs) {
            names_.push_back(output.pin);
        }
    }

    CellTables run() {
        CellTables result;
        result.inputs.resize(model_.inputs.size());
        result.outputs.resize(model_.outputs.size());
        for (const LibertyGroup& group : cell_.groups) {
            if (group.type == "pin") {
                for (const std::string_view name : group.arguments) {
                    readPin(group, name, result);
                }
            } else if (group.type == "leakage_power") {
                readLeakage(group, result);
            }
        }
        if (const auto mean = numberIn(cell_.attribute("cell_leakage_power"))) {
            result.leakageNw = *mean * tables_.units().leakageNw;
        }
        return result;
    }

  private:
    void readPin(const LibertyGroup& group, std::string_view name, CellTables& result) {
        const std::size_t index = indexOf(name);
        if (index >= names_.size()) {
            return;  // power, ground, internal
        }
        const std::size_t inputs = model_.inputs.size();
        PinTables& pin = index < inputs ? result.inputs[index] : result.outputs[index - inputs];
        const double both = numberOr(group.attribute("capacitance"), 0);
        pin.capacitanceFf = tables_.units().capacitanceFf *
                            std::max(numberOr(group.attribute("rise_capacitance"), both),
                                     numberOr(group.attribute("fall_capacitance"), both));
        try {
            for (const LibertyGroup& part : group.groups) {
                if (part.type == "internal_power") {
                    readEnergy(part, pin);
                } else if (part.type == "timing" && index >= inputs) {
                    readArc(part, pin);
                }
            }
        } catch (const std::invalid_argument& error) {
            throw support::InputError(
                fmt::format("{}, pin {}: {}", model_.name, name, error.what()));
        }
    }

    std::size_t indexOf(std::string_view name) const {
        return static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) -
                                        names_.begin());
    }

    std::optional<BooleanFunction> whenOf(const LibertyGroup& group) const {
        const std::string_view text = group.attribute("when");
        return text.empty() ? std::nullopt : std::optional(BooleanFunction::parse(text, names_));
    }

    void readLeakage(const LibertyGroup& group, CellTables& result) const {
        const double power = numberOr(group.attribute("value"), 0) * tables_.units().leakageNw;
        if (auto when = whenOf(group)) {
            result.leakageStates.push_back({std::move(*when), power});
        } else {  // one for each supply
            result.leakageNw = result.leakageNw.value_or(0) + power;
        }
    }

    // Some libraries have one table, "power", for both edges.
    void readEnergy(const LibertyGroup& group, PinTables& pin) const {
        InternalEnergy energy;
        const std::string_view related = group.attribute("related_pin");
        if (const std::size_t index = indexOf(related); index < model_.inputs.size()) {
            energy.input = index;
        }
        energy.supply = group.attribute("related_pg_pin");
        energy.when = whenOf(group);
        for (const LibertyGroup& table : group.groups) {
            const bool isBoth = table.type == "power";
            if (isBoth || table.type == "rise_power") {
                energy.energy[1] = tables_.read(table, tables_.units().energyFj);
            }
            if (isBoth || table.type == "fall_power") {
                energy.energy[0] = tables_.read(table, tables_.units().energyFj);
            }
        }
        pin.energies.push_back(std::move(energy));
    }

    static bool isConstraint(std::string_view type) {
        return !(type.empty() || type.starts_with("combinational") || type == "rising_edge" ||
                 type == "falling_edge" || type == "clear" || type == "preset");
    }

    // One arc for each pin that "related_pin" names.
    void readArc(const LibertyGroup& group, PinTables& pin) const {
        if (isConstraint(group.attribute("timing_type"))) {
            return;
        }
        DelayArc arc;
        const std::string_view sense = group.attribute("timing_sense");
        arc.sense = sense == "positive_unate"   ? Sense::Positive
                    : sense == "negative_unate" ? Sense::Negative
                                                : Sense::Both;
        arc.when = whenOf(group);
        for (const LibertyGroup& table : group.groups) {
            const bool isDelay = table.type == "cell_rise" || table.type == "cell_fall";
            const bool isSlew = table.type == "rise_transition" || table.type == "fall_transition";
            if (isDelay || isSlew) {
                const std::size_t edge = table.type.find("rise") == std::string_view::npos ? 0 : 1;
                (isDelay ? arc.delay : arc.transition)[edge] =
                    tables_.read(table, tables_.units().timeNs);
            }
        }
        const std::string_view related = group.attribute("related_pin");
        for (std::size_t input = 0; input < model_.inputs.size(); ++input) {
            if (names(related, model_.inputs[input])) {
                arc.input = input;
                pin.arcs.push_back(arc);
            }
        }
    }

    static bool names(std::string_view list, std::string_view name) {
        for (std::size_t at = list.find_first_not_of(' '); at != std::string_view::npos;) {
            const std::size_t end = std::min(list.find(' ', at), list.size());
            if (list.substr(at, end - at) == name) {
                return true;
            }
            at = list.find_first_not_of(' ', end);
        }
        return false;
    }

    const LibertyGroup& cell_;
    const CellModel& model_;
    const TableReader& tables_;
    std::vector<std::string> names_;  // inputs, then outputs
};

}  // namespace

std::map<std::string, CellTables> readCellTables(const LibertyFile& library,
                                                 const std::vector<const CellModel*>& models) {
    const Templates templates = templatesOf(library);
    const TableReader tables(unitsOf(library), templates);
    std::map<std::string_view, const CellModel*> wanted;
    for (const CellModel* model : models) {
        wanted.emplace(model->name, model);
    }
    std::map<std::string, CellTables> result;
    for (const LibertyGroup& group : library.root().groups) {
        const auto found = group.type == "cell" ? wanted.find(group.name()) : wanted.end();
        if (found != wanted.end()) {
            result.emplace(found->first, CellReader(group, *found->second, tables).run());
        }
    }
    return result;
}

}  // namespace aslog::gates
