#include "gates/wire_load.h"

#include <algorithm>
#include <cctype>
#include <string>

#include <fmt/format.h>

#include "gates/liberty_numbers.h"
#include "support/error.h"

namespace aslog::gates {

double capacitanceUnitFf(const LibertyFile& library) {
    for (const LibertyAttribute& each : library.library().attributes) {
        if (each.name != "capacitive_load_unit" || each.values.size() != 2) {
            continue;
        }
        std::string unit(each.values[1]);
        std::transform(unit.begin(), unit.end(), unit.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const double count = numberOr(each.values[0], 0);
        if (count > 0 && (unit == "ff" || unit == "pf")) {
            return unit == "ff" ? count : 1000 * count;
        }
    }
    throw support::InputError(fmt::format("the library {} has no capacitive_load_unit in ff or pf",
                                          library.library().name()));
}

WireLoad WireLoad::defaultOf(const LibertyFile& library) {
    const std::string_view name = library.library().attribute("default_wire_load");
    WireLoad result;
    if (name.empty()) {
        return result;
    }
    const auto& groups = library.library().groups;
    const auto model = std::find_if(groups.begin(), groups.end(), [&](const LibertyGroup& group) {
        return group.type == "wire_load" && group.name() == name;
    });
    if (model == groups.end()) {
        throw support::InputError(fmt::format("the library {} has no wire_load {}, its default",
                                              library.library().name(), name));
    }
    result.perLengthFf_ = capacitanceUnitFf(library) * numberOr(model->attribute("capacitance"), 0);
    result.slope_ = numberOr(model->attribute("slope"), 0);
    for (const LibertyAttribute& each : model->attributes) {
        if (each.name == "fanout_length" && each.values.size() >= 2) {
            result.lengths_.emplace_back(static_cast<int>(numberOr(each.values[0], 0)),
                                         numberOr(each.values[1], 0));
        }
    }
    std::sort(result.lengths_.begin(), result.lengths_.end());
    return result;
}

double WireLoad::capacitanceFf(int fanout) const {
    if (lengths_.empty()) {
        return 0;
    }
    const auto above =
        std::lower_bound(lengths_.begin(), lengths_.end(), fanout,
                         [](const auto& entry, int pins) { return entry.first < pins; });
    double length = 0;
    if (above == lengths_.end()) {
        length = lengths_.back().second + slope_ * (fanout - lengths_.back().first);
    } else if (above == lengths_.begin() || above->first == fanout) {
        length = std::max(0.0, above->second - slope_ * (above->first - fanout));
    } else {
        const auto below = above - 1;
        const double share =
            static_cast<double>(fanout - below->first) / (above->first - below->first);
        length = below->second + share * (above->second - below->second);
    }
    return perLengthFf_ * length;
}

}  // namespace aslog::gates
