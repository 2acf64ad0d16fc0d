#include "gates/wire_load.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::gates {
namespace {

class ModelReader {
  public:
    ModelReader(const LibertyGroup& group, const std::string& fileName)
        : group_(group), file_(fileName) {}

    double number(std::string_view text, const char* what) const {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < 0) {
            throw support::InputError(
                fmt::format("{} line {}: the wire_load {} has \"{}\" where its {} should be", file_,
                            group_.line, group_.name(), text, what));
        }
        return value;
    }

    double attribute(const char* name) const { return number(group_.attribute(name), name); }

    std::map<int, double> lengths() const {
        std::map<int, double> result;
        for (const LibertyAttribute& each : group_.attributes) {
            if (each.name == "fanout_length" && each.values.size() >= 2) {
                const double sinks = number(each.values[0], "fanout_length");
                result[static_cast<int>(std::lround(sinks))] =
                    number(each.values[1], "fanout_length");
            }
        }
        if (result.empty()) {
            throw support::InputError(
                fmt::format("{} line {}: the wire_load {} has no fanout_length", file_, group_.line,
                            group_.name()));
        }
        return result;
    }

  private:
    const LibertyGroup& group_;
    const std::string& file_;
};

}  // namespace

WireLoad WireLoad::ofLibrary(const LibertyGroup& library, double unitFf,
                             const std::string& fileName) {
    WireLoad result;
    result.name_ = library.attribute("default_wire_load");
    if (result.name_.empty()) {
        return result;
    }
    const auto found = std::find_if(
        library.groups.begin(), library.groups.end(), [&result](const LibertyGroup& group) {
            return group.type == "wire_load" && group.name() == result.name_;
        });
    if (found == library.groups.end()) {
        throw support::InputError(fmt::format(
            "{}: default_wire_load is {}, but there is no such wire_load", fileName, result.name_));
    }
    const ModelReader reader(*found, fileName);
    result.capacitanceFf_ = unitFf * reader.attribute("capacitance");
    result.slope_ = reader.attribute("slope");
    result.lengths_ = reader.lengths();
    return result;
}

double WireLoad::capacitanceFf(int sinks) const {
    if (sinks <= 0 || lengths_.empty()) {
        return 0;
    }
    double length = 0;
    const auto next = lengths_.lower_bound(sinks);
    if (next == lengths_.end()) {
        const auto& [most, longest] = *lengths_.rbegin();
        length = longest + slope_ * (sinks - most);
    } else if (next->first == sinks) {
        length = next->second;
    } else if (next == lengths_.begin()) {
        length = next->second - slope_ * (next->first - sinks);
    } else {
        const auto& [fewer, shorter] = *std::prev(next);
        const double share = static_cast<double>(sinks - fewer) / (next->first - fewer);
        length = shorter + share * (next->second - shorter);
    }
    return capacitanceFf_ * std::max(length, 0.0);
}

}  // namespace aslog::gates
