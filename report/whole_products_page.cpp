#include "report/whole_products_page.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "golden/arithmetic/baselines.h"
#include "report/figures.h"
#include "support/json_file.h"

namespace aslog::report {
namespace {

using support::Json;

// Whether an array of that name or element is of the family, forms whole products, and is not the
// plain one, which others compare with already.
bool isWhole(const std::string& name, const std::string& family) {
    constexpr int kAnyWidth = 8;
    const golden::Baseline* baseline = golden::findBaseline(name);
    return baseline != nullptr && baseline->family == family && !baseline->isPlain &&
           golden::makeBaseline(name, kAnyWidth)->dropped() == 0;
}

// Of a list of arrays the one whose `figure` is least; null if none is whole.
const Json* leastOf(const Json& arrays, const char* name, const char* figure,
                    const std::string& family) {
    const Json* least = nullptr;
    for (const Json& array : arrays) {
        if (isWhole(array.at(name), family) &&
            (least == nullptr || array.at(figure) < least->at(figure))) {
            least = &array;
        }
    }
    return least;
}

std::string areaCell(const Json& area, const std::string& family) {
    const Json* least =
        leastOf(area.at("baseline").at("variants"), "element", "per_mac_um2", family);
    if (least == nullptr) {
        return "-";
    }
    const double um2 = least->at("per_mac_um2");
    return fmt::format("{:.1f} ({}, {})", um2, times(um2 / area.at("per_mac_um2").get<double>()),
                       least->at("name").get<std::string>());
}

std::string energyCell(const std::vector<Json>& powers, const SynthesisResults& run,
                       const std::string& family) {
    const Json& technology = run.area.at("technology").at("name");
    for (const Json& power : powers) {
        if (power.at("name") != run.design || power.at("technology").at("name") != technology) {
            continue;
        }
        if (const Json* least = leastOf(power.at("baselines"), "name", "pj_per_mac", family)) {
            return fmt::format("{:.0f} ({}, {})", 1000 * least->at("pj_per_mac").get<double>(),
                               times(least->at("to_slogii").at("mean").get<double>()),
                               least->at("name").get<std::string>());
        }
    }
    return "-";
}

}  // namespace

void addWholeProducts(Markdown& page, const FinishedResults& results) {
    std::vector<std::vector<std::string>> rows;
    for (const SynthesisResults& run : results.syntheses) {
        std::vector<std::string> row{run.design, run.area.at("technology").at("name")};
        for (const char* family : {"int8", "int4"}) {
            row.push_back(areaCell(run.area, family));
            row.push_back(energyCell(results.powers, run, family));
        }
        if (std::any_of(row.begin() + 2, row.end(), [](const auto& cell) { return cell != "-"; })) {
            rows.push_back(row);
        }
    }
    if (rows.empty()) {
        return;
    }
    page.heading("Against whole products");
    page.paragraph(
        "The tables above let integer arrays drop columns too, as many as make the same noise. "
        "Most "
        "that are built form whole products: of these the smallest of each width, and the one that "
        "takes least energy, in brackets how many times that of aslog, which drops what its spec "
        "says.");
    page.header({"design", "technology", "int8, µm² per MAC", "int8, fJ per MAC",
                 "int4, µm² per MAC", "int4, fJ per MAC"});
    for (const std::vector<std::string>& row : rows) {
        page.row(row);
    }
    page.end();
}

}  // namespace aslog::report
