#include "gates/cell_library.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "gates/liberty.h"
#include "gates/liberty_numbers.h"
#include "gates/wire_load.h"
#include "support/error.h"
#include "support/file.h"

namespace aslog::gates {
namespace {

// Nanoseconds per unit of time; Liberty's own default is 1 ns.
double timeUnit(const LibertyGroup& library, const std::string& name) {
    const std::string_view text = library.attribute("time_unit");
    const double count = text.empty() ? 1 : numberOr(text, 0);
    if (count > 0 && (text.empty() || text.ends_with("ns") || text.ends_with("ps"))) {
        return text.ends_with("ps") ? count / 1000 : count;
    }
    throw support::InputError(
        fmt::format("{} has the time_unit {}; ns and ps are known", name, text));
}

// What a number of the file is worth, and the limits of pins that have none of their own.
struct Scale {
    double unitFf = 1;
    double unitNs = 1;
    std::optional<double> maxTransitionNs;
    std::optional<double> maxCapacitanceFf;  // of outputs
};

std::optional<double> scaled(std::string_view text, double unit) {
    const std::optional<double> value = numberIn(text);
    return value ? std::optional<double>(unit * *value) : std::nullopt;
}

Scale scaleOf(const LibertyGroup& library, const std::string& name) {
    Scale scale;
    scale.unitFf = capacitanceUnitFf(library, name);
    scale.unitNs = timeUnit(library, name);
    scale.maxTransitionNs = scaled(library.attribute("default_max_transition"), scale.unitNs);
    scale.maxCapacitanceFf = scaled(library.attribute("default_max_capacitance"), scale.unitFf);
    return scale;
}

// The names in a Boolean expression: "(CK' E)" has CK and E.
bool mentions(std::string_view expression, std::string_view pin) {
    const auto isNameCharacter = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '[' || c == ']';
    };
    for (std::size_t at = expression.find(pin); at != std::string_view::npos;
         at = expression.find(pin, at + 1)) {
        const std::size_t end = at + pin.size();
        if ((at == 0 || !isNameCharacter(expression[at - 1])) &&
            (end == expression.size() || !isNameCharacter(expression[end]))) {
            return true;
        }
    }
    return false;
}

bool isStateGroup(std::string_view type) {
    return type == "ff" || type == "latch" || type == "statetable" || type == "ff_bank" ||
           type == "latch_bank";
}

bool isControlPin(const LibertyGroup& cell, const LibertyGroup& pin, std::string_view pinName) {
    constexpr std::array<std::string_view, 5> kControls = {"clocked_on", "clocked_on_also",
                                                           "enable", "clear", "preset"};
    if (isTrue(pin.attribute("clock")) || isTrue(pin.attribute("clock_gate_clock_pin"))) {
        return true;
    }
    return std::any_of(cell.groups.begin(), cell.groups.end(), [&](const LibertyGroup& group) {
        return isStateGroup(group.type) &&
               std::any_of(kControls.begin(), kControls.end(), [&](std::string_view control) {
                   return mentions(group.attribute(control), pinName);
               });
    });
}

LibraryPin pinFrom(const LibertyGroup& cell, const LibertyGroup& group, std::string_view name,
                   const Scale& scale) {
    LibraryPin pin;
    pin.isOutput = group.attribute("direction") == "output";
    pin.isControl = !pin.isOutput && isControlPin(cell, group, name);
    pin.capacitanceFf = scale.unitFf * numberOr(group.attribute("capacitance"), 0);
    pin.maxTransitionNs = scaled(group.attribute("max_transition"), scale.unitNs);
    if (!pin.maxTransitionNs) {
        pin.maxTransitionNs = scale.maxTransitionNs;
    }
    pin.maxCapacitanceFf = scaled(group.attribute("max_capacitance"), scale.unitFf);
    if (!pin.maxCapacitanceFf && pin.isOutput) {
        pin.maxCapacitanceFf = scale.maxCapacitanceFf;
    }
    return pin;
}

LibraryCell cellFrom(const LibertyGroup& group, const Scale& scale) {
    LibraryCell cell;
    cell.areaUm2 = numberOr(group.attribute("area"), 0);
    cell.isSequential = !group.attribute("clock_gating_integrated_cell").empty();
    for (const LibertyGroup& part : group.groups) {
        cell.isSequential = cell.isSequential || isStateGroup(part.type);
        const std::string_view direction = part.attribute("direction");
        if (part.type == "pin" && (direction == "input" || direction == "output")) {
            for (const std::string_view name : part.arguments) {
                cell.pins.emplace(name, pinFrom(group, part, name, scale));
            }
        }
    }
    return cell;
}

Corner cornerFrom(const LibertyGroup& library) {
    Corner corner;
    corner.process = numberOr(library.attribute("nom_process"), 0);
    corner.voltageV = numberOr(library.attribute("nom_voltage"), 0);
    corner.temperatureC = numberOr(library.attribute("nom_temperature"), 0);
    corner.name = library.attribute("default_operating_conditions");
    for (const LibertyGroup& group : library.groups) {
        if (group.type == "operating_conditions" &&
            (corner.name.empty() || group.name() == corner.name)) {
            corner.name = group.name();
            corner.process = numberOr(group.attribute("process"), corner.process);
            corner.voltageV = numberOr(group.attribute("voltage"), corner.voltageV);
            corner.temperatureC = numberOr(group.attribute("temperature"), corner.temperatureC);
            break;
        }
    }
    return corner;
}

}  // namespace

CellLibrary CellLibrary::read(const std::filesystem::path& path) {
    return of(LibertyFile::read(path));
}

CellLibrary CellLibrary::parse(std::string text, const std::string& name) {
    return of(LibertyFile::parse(std::move(text), name));
}

CellLibrary CellLibrary::of(const LibertyFile& file) {
    const std::string name = file.name();
    CellLibrary result;
    result.name_ = file.root().name();
    result.corner_ = cornerFrom(file.root());
    const Scale scale = scaleOf(file.root(), name);
    result.wireLoad_ = WireLoad::ofLibrary(file.root(), scale.unitFf, name);
    for (const LibertyGroup& group : file.root().groups) {
        if (group.type == "cell") {
            result.cells_.emplace(group.name(), cellFrom(group, scale));
        }
    }
    if (result.cells_.empty()) {
        throw support::InputError(fmt::format("{} has no cells", name));
    }
    return result;
}

const LibraryCell* CellLibrary::find(const std::string& cell) const {
    const auto found = cells_.find(cell);
    return found == cells_.end() ? nullptr : &found->second;
}

void CellLibrary::completeArea(const std::string& cell, double areaUm2) {
    const auto found = cells_.find(cell);
    if (found == cells_.end()) {
        throw support::InputError(fmt::format("the library {} has no cell {}", name_, cell));
    }
    if (found->second.areaUm2 <= 0) {
        found->second.areaUm2 = areaUm2;
    }
}

void CellLibrary::limitLoad(const std::string& cell, const std::string& pin,
                            std::optional<double> slewLoadFf) {
    cells_.at(cell).pins.at(pin).slewLoadFf = slewLoadFf;
}

}  // namespace aslog::gates
