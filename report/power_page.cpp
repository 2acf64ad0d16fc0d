#include "report/power_page.h"

#include <algorithm>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "golden/arithmetic/baselines.h"

namespace aslog::report {
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
    const std::filesystem::path model = power.at("network").at("model").get<std::string>();
    return fmt::format("{} of {}",
                       fmt::join(power.at("layers").get<std::vector<std::string>>(), ", "),
                       model.filename().string());
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

void addEveryArray(Markdown& page, const std::vector<Json>& powers) {
    page.header({"design", "technology", "array", "fJ per MAC", "without glitches", "to aslog",
                 "run by run"});
    for (const Json& power : powers) {
        for (const Json& array : power.at("baselines")) {
            const Json& ratio = array.at("to_slogii");
            page.row({power.at("name"), power.at("technology").at("name"), array.at("name"),
                      femtojoules(array.at("pj_per_mac")),
                      femtojoules(array.at("pj_per_mac_without_glitches")),
                      fmt::format("{:.2f} x", ratio.at("mean").get<double>()),
                      fmt::format("{:.2f} to {:.2f}", ratio.at("smallest").get<double>(),
                                  ratio.at("largest").get<double>())});
        }
    }
    page.end();
}

double realOperands(const Json& element) {
    return element.at("real_operands").at("pj").get<double>();
}

const Json* elementNamed(const Json& power, const std::string& name) {
    for (const Json& element : power.at("elements")) {
        if (element.at("name") == name) {
            return &element;
        }
    }
    return nullptr;
}

// The 8-bit element that takes least, plain ones apart.
const Json* strongestElement(const Json& power) {
    const Json* best = nullptr;
    for (const Json& element : power.at("elements")) {
        const golden::Baseline* baseline =
            golden::findBaseline(element.at("name").get<std::string>());
        if (baseline != nullptr && baseline->bits == 8 && !baseline->isPlain &&
            (best == nullptr || realOperands(element) < realOperands(*best))) {
            best = &element;
        }
    }
    return best;
}

// "5161 (45.8 % less, int8_dadda)"
std::string elementCell(const Json* element, double own) {
    if (element == nullptr) {
        return "-";
    }
    return fmt::format("{:.1f} ({:.1f} % less, {})", 1000 * realOperands(*element),
                       100 * (1 - own / realOperands(*element)),
                       element->at("name").get<std::string>());
}

// "1862.4 (65.2 % / 66.4 %)", to the strong and the plain element.
std::string sharedCell(const Json& power) {
    if (!power.contains("ae_in_array")) {
        return "-";
    }
    const double shared = realOperands(power.at("ae_in_array"));
    std::string less;
    for (const Json* other : {strongestElement(power), elementNamed(power, "int8_plain")}) {
        less += less.empty() ? "" : " / ";
        less += other == nullptr
                    ? "-"
                    : fmt::format("{:.1f} %", 100 * (1 - shared / realOperands(*other)));
    }
    return fmt::format("{:.1f} ({})", 1000 * shared, less);
}

void addElements(Markdown& page, const std::vector<Json>& powers) {
    page.header({"design", "technology", "AE alone", "AE in the array",
                 "strong int8 element, least", "int8 element, plain"});
    for (const Json& power : powers) {
        if (const Json* ae = elementNamed(power, "slogii")) {
            const double own = realOperands(*ae);
            page.row({power.at("name"), power.at("technology").at("name"),
                      fmt::format("{:.1f}", 1000 * own), sharedCell(power),
                      elementCell(strongestElement(power), own),
                      elementCell(elementNamed(power, "int8_plain"), own)});
        }
    }
    page.end();
}

}  // namespace

std::vector<std::string> energyCells(const std::vector<Json>& powers, const std::string& design,
                                     const std::string& technology) {
    const auto found = std::find_if(powers.begin(), powers.end(), [&](const Json& power) {
        return power.at("name") == design && power.at("technology").at("name") == technology;
    });
    if (found == powers.end()) {
        return {"-", "-", "-"};
    }
    const auto ratio = [&found](const char* family) -> std::string {
        const Json* array = baselineNamed(*found, found->at(family));
        return array == nullptr
                   ? "-"
                   : fmt::format("{:.2f} x", array->at("to_slogii").at("mean").get<double>());
    };
    return {femtojoules(found->at("array").at("pj_per_mac")), ratio("int8_strong"),
            ratio("int4_strong")};
}

namespace {

// Arrays without a row, and why.
void addMissing(Markdown& page, const std::vector<Json>& powers) {
    for (const Json& power : powers) {
        const auto names = power.value("missed_clock", std::vector<std::string>());
        if (!names.empty()) {
            page.paragraph(
                fmt::format("Not measured in {}, for they miss the clock of {:g} MHz: {}.",
                            power.at("technology").at("name").get<std::string>(),
                            power.at("clock_mhz").get<double>(), fmt::join(names, ", ")));
        }
    }
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
    page.paragraph(
        "Each other array; the range is that of single layers and pictures, each with the "
        "same one of aslog's array:");
    addEveryArray(page, powers);
    addMissing(page, powers);
    page.paragraph(
        "An element alone, in fJ for each operation, glitches too, with the operands that elements "
        "of the array get one after the other; in brackets how much less the AE takes:");
    addElements(page, powers);
}

}  // namespace aslog::report
