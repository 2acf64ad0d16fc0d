#include "cli/power_results.h"

#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aslog::cli {
namespace {

using support::Json;

std::string femtojoules(const Json& picojoules) {
    return fmt::format("{:.0f}", 1000 * picojoules.get<double>());
}

const Json* baselineNamed(const Json& power, const Json& name) {
    for (const Json& each : power.at("baselines")) {
        if (each.at("name") == name) {
            return &each;
        }
    }
    return nullptr;
}

// "327 (0.91 x, int4_recoded)"
std::string comparedWith(const Json& power, const Json& name) {
    const Json* array = baselineNamed(power, name);
    return array == nullptr ? "-"
                            : fmt::format("{} ({:.2f} x, {})", femtojoules(array->at("pj_per_mac")),
                                          array->at("to_slogii").at("mean").get<double>(),
                                          array->at("name").get<std::string>());
}

std::string layersOf(const Json& power) {
    return fmt::format("{} of {}",
                       fmt::join(power.at("layers").get<std::vector<std::string>>(), ", "),
                       power.at("network").at("model").get<std::string>());
}

void addArrays(Markdown& page, const std::vector<Json>& powers) {
    page.header({"design", "technology", "clock MHz", "aslog", "without glitches", "TOPS/W",
                 "int8, least", "int8 plain", "int4, least", "layers"});
    for (const Json& power : powers) {
        const Json& own = power.at("array");
        page.row({power.at("name"), power.at("technology").at("name"),
                  fmt::format("{:g}", power.at("clock_mhz").get<double>()),
                  femtojoules(own.at("pj_per_mac")),
                  femtojoules(own.at("pj_per_mac_without_glitches")),
                  fmt::format("{:.2f}", own.at("tops_per_w").get<double>()),
                  comparedWith(power, power.at("int8_strong")), comparedWith(power, "int8_plain"),
                  comparedWith(power, power.at("int4_strong")), layersOf(power)});
    }
    page.end();
}

}  // namespace

void addPower(Markdown& page, const std::vector<Json>& powers) {
    if (powers.empty()) {
        return;
    }
    page.heading("Power");
    page.paragraph(
        "Energy per multiply-accumulate in fJ, all of the array included, glitches too, from the "
        "simulated netlists on real layers; in brackets how many times that of aslog, and which "
        "array it is: of each family the one that takes least, which need not be the smallest. "
        "Below 1 an array takes less energy than aslog's.");
    addArrays(page, powers);
}

}  // namespace aslog::cli
