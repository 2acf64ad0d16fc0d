#include "report/results_page.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/evidence_page.h"
#include "report/figures.h"
#include "report/markdown.h"
#include "report/power_page.h"
#include "report/whole_products_page.h"
#include "run/run_folder.h"

namespace aslog::report {
namespace {

using support::Json;

std::string um2OrNone(const Json& value) {
    return value.is_null() ? "-" : fmt::format("{:.1f}", value.get<double>());
}

std::string timesOrNone(const Json& ratio) {
    return ratio.is_null() ? "-" : times(ratio.get<double>());
}

std::string perMac(const Json& area, const char* baseline) {
    const std::string key = fmt::format("{}_per_mac_um2", baseline);
    const std::string ratio = fmt::format("{}_to_slogii_per_mac", baseline);
    return fmt::format("{} ({})", um2OrNone(area.at("baseline").at(key)),
                       timesOrNone(area.at("ratios").at(ratio)));
}

void addChangedNote(Markdown& page, const std::string& what, const Json& result) {
    const auto files = result.value("changed_files", std::vector<std::string>());
    if (!files.empty()) {
        page.paragraph(fmt::format("**{}**: {}", what, changedNote(files)));
    }
    const auto left = result.value("not_measured", std::vector<std::string>());
    if (!left.empty()) {
        page.paragraph(fmt::format("**{}**: {}", what, notMeasuredNote(left)));
    }
}

/// Closes a table of areas or times: what was measured of edited Verilog is no figure of the
/// design.
void endTable(Markdown& page, const FinishedResults& results) {
    page.end();
    for (const SynthesisResults& run : results.syntheses) {
        addChangedNote(page,
                       run.design + ", " + run.area.at("technology").at("name").get<std::string>(),
                       run.area);
    }
}

std::string withoutBce(const Json& area) {
    const Json& own = area.at("without_bce");
    if (own.is_null()) {
        return "-";
    }
    const double um2PerMac = own.at("per_mac_um2");
    return fmt::format("{} ({})", um2OrNone(um2PerMac),
                       times(um2PerMac / area.at("per_mac_um2").get<double>()));
}

void addArrays(Markdown& page, const FinishedResults& results) {
    page.heading("Arrays");
    page.paragraph(
        "Cell area per multiply-accumulate and cycle, in µm², all of the array included, after "
        "logic synthesis (no layout, no clock tree); in brackets how many times that of aslog, "
        "which has its bias-correction element (BCE). \"Strong\" is the smallest of all arrays of "
        "that width, with or without a BCE, which docs/results.md has one by one. Energy is that "
        "of "
        "a multiply-accumulate on real layers, and how many times of it the int8 and int4 arrays "
        "take that take least: below 1 x an array takes *less* energy than aslog's, whatever its "
        "area.");
    page.header({"design", "technology", "clock MHz", "met", "fmax MHz", "aslog", "aslog, no BCE",
                 "int8 strong", "int8 plain", "int4 strong", "BCE", "PCF units", "energy fJ",
                 "int8, least", "int4, least"});
    for (const auto& [design, area, timing] : results.syntheses) {
        const Json& ratios = area.at("ratios");
        const std::string technology = area.at("technology").at("name");
        std::vector<std::string> cells = {
            design,
            technology,
            fmt::format("{:g}", area.at("clock_mhz").get<double>()),
            timing.at("meets_clock").get<bool>() ? "yes" : "**no**",
            fmt::format("{:.0f}", timing.at("fmax_mhz").get<double>()),
            um2OrNone(area.at("per_mac_um2")),
            withoutBce(area),
            perMac(area, "int8_strong"),
            perMac(area, "int8_plain"),
            perMac(area, "int4_strong"),
            percent(ratios.at("bce_share")),
            percent(ratios.at("pcf_share"))};
        std::ranges::copy(energyCells(results.powers, design, technology),
                          std::back_inserter(cells));
        page.row(cells);
    }
    endTable(page, results);
}

void addVariants(Markdown& page, const FinishedResults& results) {
    page.heading("Every other array");
    page.paragraph(
        "The baselines, and aslog's own array without its BCE (slogii). Without a BCE there are no "
        "fraction bits either; \"to aslog\" is to aslog with what its spec asks for.");
    page.header({"design", "technology", "array", "BCE", "µm² per MAC", "to aslog", "fmax MHz",
                 "clock met"});
    for (const auto& [design, area, timing] : results.syntheses) {
        Json variants = area.at("baseline").at("variants");
        if (!area.at("without_bce").is_null()) {
            variants.push_back(area.at("without_bce"));
        }
        for (const Json& variant : variants) {
            const double ratio =
                variant.at("per_mac_um2").get<double>() / area.at("per_mac_um2").get<double>();
            page.row({design, area.at("technology").at("name"), variant.at("element"),
                      variant.at("bias_correction").get<bool>() ? "yes" : "no",
                      um2OrNone(variant.at("per_mac_um2")), times(ratio),
                      fmt::format("{:.0f}", variant.at("fmax_mhz").get<double>()),
                      variant.at("meets_clock").get<bool>() ? "yes" : "**no**"});
        }
    }
    endTable(page, results);
}

void addElements(Markdown& page, const FinishedResults& results) {
    page.heading("The arithmetic element");
    page.paragraph(
        "Cell area in µm², combinational, each at its smallest whatever the delay; in brackets how "
        "much less than the multiplier. The AE alone has its own 3q adder; in the array that is "
        "shared. The constant of the sign is handed on by the AE and by the strong multipliers "
        "alike.");
    page.header({"design", "technology", "AE alone", "AE in the array", "8-bit multiplier, strong",
                 "8-bit multiplier, plain"});
    for (const auto& [design, area, timing] : results.syntheses) {
        const Json& ratios = area.at("ratios");
        const Json& baseline = area.at("baseline");
        const auto less = [&](const char* key) {
            return percent(1 - ratios.at(key).get<double>());
        };
        page.row({design, area.at("technology").at("name"),
                  fmt::format("{} ({} / {})", um2OrNone(area.at("ae_um2")),
                              less("ae_to_mult8_strong"), less("ae_to_mult8_plain")),
                  fmt::format("{} ({})", um2OrNone(area.at("ae_in_array_um2")),
                              less("ae_in_array_to_mult8_strong")),
                  fmt::format("{} ({})", um2OrNone(baseline.at("mult8_strong_um2")),
                              baseline.at("mult8_strong_variant").get<std::string>()),
                  um2OrNone(baseline.at("mult8_plain_um2"))});
    }
    endTable(page, results);
}

// How much is lost or won by mapping each module once.
void addFlat(Markdown& page, const FinishedResults& results) {
    const auto hasFlat = [](const SynthesisResults& run) { return run.area.contains("flat"); };
    if (std::none_of(results.syntheses.begin(), results.syntheses.end(), hasFlat)) {
        return;
    }
    page.heading("Hierarchical and flat");
    page.paragraph("The array mapped module by module, and as one module; both without timing.");
    page.header({"design", "technology", "hierarchical µm²", "flat µm²", "difference"});
    for (const SynthesisResults& run : results.syntheses) {
        if (hasFlat(run)) {
            const Json& flat = run.area.at("flat");
            const double ratio = flat.at("hierarchical_to_flat");
            page.row({run.design, run.area.at("technology").at("name"),
                      um2OrNone(flat.at("hierarchical_um2")), um2OrNone(flat.at("flat_um2")),
                      fmt::format("{:+.2f} %", 100 * (ratio - 1))});
        }
    }
    endTable(page, results);
}

void addVerifications(Markdown& page, const FinishedResults& results) {
    if (results.verifications.empty()) {
        return;
    }
    page.heading("Verification");
    page.header({"design", "result", "suites", "comparisons", "mismatches", "million MAC/s"});
    for (const Json& verify : results.verifications) {
        page.row({verify.at("design"), verify.at("passed").get<bool>() ? "passed" : "**failed**",
                  fmt::to_string(verify.at("suites").size()),
                  fmt::to_string(verify.at("comparisons").get<std::uint64_t>()),
                  fmt::to_string(verify.at("mismatches").get<std::uint64_t>()),
                  fmt::format("{:.1f}", verify.at("macs_per_second").get<double>() / 1e6)});
    }
    page.end();
    for (const Json& verify : results.verifications) {
        addChangedNote(page, verify.at("design"), verify);
    }
}

void addConditions(Markdown& page, const FinishedResults& results) {
    page.heading("Conditions");
    page.paragraph(
        "After logic synthesis: no layout, ideal clock, setup checks in one corner "
        "([limits](limits.md), [flows](flows.md)).");
    page.header({"technology", "library", "corner", "wires", "tools"});
    std::vector<std::string> seen;
    for (const SynthesisResults& run : results.syntheses) {
        const Json& library = run.area.at("library");
        const Json& corner = library.at("corner");
        std::vector<std::string> tools;
        for (const auto& [name, version] : run.area.at("tools").items()) {
            if (name != "compiler") {  // of aslog: it decides no area
                tools.push_back(fmt::format("{} {}", name, version.get<std::string>()));
            }
        }
        const std::string technology = run.area.at("technology").at("name");
        if (std::find(seen.begin(), seen.end(), technology) != seen.end()) {
            continue;
        }
        seen.push_back(technology);
        page.row({technology,
                  fmt::format("{}, sha256 {:.12}", library.at("file").get<std::string>(),
                              library.at("sha256").get<std::string>()),
                  fmt::format("{} V, {} °C", corner.at("voltage_v").get<double>(),
                              corner.at("temperature_c").get<double>()),
                  run.timing.at("constraints").at("wires"),
                  fmt::format("{}", fmt::join(tools, "; "))});
    }
    page.end();
}

}  // namespace

std::string resultsPage(const FinishedResults& results) {
    Markdown page;
    addArrays(page, results);
    addElements(page, results);
    addPower(page, results.powers);
    addWholeProducts(page, results);
    addVariants(page, results);
    addFlat(page, results);
    addVerifications(page, results);
    addProofs(page, results.proves);
    addNetlistEvidence(page, results.evidence);
    addConditions(page, results);
    return page.text();
}

}  // namespace aslog::report
