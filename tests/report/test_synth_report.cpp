// What is printed of a synthesis: a result made by hand, against the files in golden/.

#include <filesystem>
#include <string>

#include "flows/results.h"
#include "report/area_picture.h"
#include "report/area_tables.h"
#include "report/proofs_text.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/golden_file.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog::flows;
using aslog::support::Json;
using aslog::tests::goldenText;

const fs::path kGolden = fs::path(ASLOG_SOURCE_DIR) / "tests" / "report" / "golden";

ModuleArea row(const std::string& name, const std::string& kind, int depth, int instances,
               double eachUm2, double ownEachUm2) {
    ModuleArea area{name, kind, depth, instances};
    area.eachUm2 = eachUm2;
    area.areaUm2 = eachUm2 * instances;
    area.ownUm2 = ownEachUm2 * instances;
    area.ownCells = 2 * instances;
    return area;
}

// 15 elements in five columns, two PCF units with a drain select each.
VariantResult variant(const std::string& element, bool biasCorrection, double elementUm2) {
    VariantResult result;
    result.name = element + (biasCorrection ? "" : "_no_bce");
    result.element = element;
    result.biasCorrection = biasCorrection;
    const double pcfUm2 = biasCorrection ? 60 : 40;
    AreaReport& area = result.area;
    area.modules = {row("aslog_pcf_array", "aslog_pcf_array", 0, 1, 0, 0),
                    row("aslog_column", "aslog_column", 1, 5, 3 * elementUm2 + 30, 30),
                    row("aslog_ae", "aslog_ae", 2, 15, elementUm2, elementUm2),
                    row("aslog_drain_select", "aslog_drain_select", 1, 1, 8, 8),
                    row("aslog_drain_select_2", "aslog_drain_select", 1, 1, 7, 7),
                    row("aslog_pcf_unit", "aslog_pcf_unit", 1, 2, pcfUm2, 40)};
    if (biasCorrection) {
        area.modules.push_back(row("aslog_mu_ae", "aslog_mu_ae", 2, 2, 20, 20));
        area.modules.push_back(row("aslog_bce", "aslog_bce", 1, 1, 50, 50));
    }
    area.totalUm2 = 15 * elementUm2 + 150 + 15 + 2 * pcfUm2 + (biasCorrection ? 50 : 0);
    area.modules.front().eachUm2 = area.modules.front().areaUm2 = area.totalUm2;
    area.cells = 100;
    result.perMacUm2 = area.totalUm2 / 15;
    Timing& timing = result.closed.timing;
    timing.slack.worstNs = element == "int8_plain" ? -0.25 : 0.5;
    timing.minPeriodNs = 10 - timing.slack.worstNs;
    timing.path = {{1, "u_control/_1_/Q"}, {3, "u_pcf_unit/_2_/Y"}};
    result.critical = {{"aslog_control", "u_control", 1, 1}, {"aslog_pcf_unit", "u_pcf", 2, 3}};
    result.closed.rounds = 2;
    result.closed.crossingRatio = 0.9;
    result.closed.choices = {{"aslog_pcf_unit", "area", 8, 3.5}};
    auto& modules = result.closed.netlist.modules;
    modules["aslog_drain_select"] = {"aslog_drain_select", {}, {}, {{"Lane", "0"}, {"Width", "9"}}};
    modules["aslog_drain_select_2"] = {
        "aslog_drain_select", {}, {}, {{"Lane", "1"}, {"Width", "9"}}};
    return result;
}

SynthResult sample() {
    SynthResult result(
        aslog::designFromSpecFile(fs::path(ASLOG_SOURCE_DIR) / "examples" / "tiny_3x5.json"));
    result.technology.name = "osu018";
    result.technology.title = "a library";
    result.technology.nodeNm = 180;
    result.libertyFiles = "cells.lib";
    result.libertySha256 = std::string(64, 'a');
    result.libertyName = "cells";
    result.corner = {"typical", 1, 1.8, 25};
    result.clockMhz = 100;
    result.timedColumns = 5;
    // The smallest of both widths has no BCE; the smallest of int8 is the plain one.
    result.variants = {variant("slogii", true, 20),      variant("int4_booth", true, 30),
                       variant("int4_booth", false, 30), variant("int8_booth", true, 70),
                       variant("int8_booth", false, 70), variant("int8_plain", true, 60),
                       variant("int8_plain", false, 60), variant("slogii", false, 20)};
    result.elements = {
        {"slogii", Method::Fused, 1, "area", 24},     {"slogii", Method::Plain, 1, "area", 25},
        {"multiplier", Method::Fused, 1, "area", 80}, {"multiplier", Method::Plain, 1, "area", 95},
        {"int8_booth", Method::Fused, 1, "area", 75}, {"int8_booth", Method::Plain, 1, "area", 99}};
    result.seconds = 12.34;
    return result;
}

// Without what changes with the version of aslog.
Json stable(Json json) {
    json.erase("design_hash");
    json.erase("tools");
    return json;
}

}  // namespace

TEST_CASE("The tables of a synthesis are printed as they were") {
    const std::string text = aslog::report::areaTables(sample());
    CHECK(text == goldenText(kGolden / "report.txt", text));
}

TEST_CASE("Areas become the picture that they became before") {
    const std::string svg = aslog::report::areaPicture(sample());
    CHECK(svg == goldenText(kGolden / "area.svg", svg));
}

TEST_CASE("The result files of a synthesis have every figure as before") {
    const std::string area = aslog::support::jsonText(stable(areaJson(sample())));
    CHECK(area == goldenText(kGolden / "area.json", area));
    const std::string timing = aslog::support::jsonText(stable(timingJson(sample())));
    CHECK(timing == goldenText(kGolden / "timing.json", timing));
}

TEST_CASE("The strongest baseline is the smallest of its width, plain and without BCE included") {
    const SynthResult result = sample();
    const Comparison comparison = compare(result);
    REQUIRE(comparison.int8Strong != nullptr);
    CHECK(comparison.int8Strong->name == "int8_plain_no_bce");
    CHECK(comparison.int4Strong->name == "int4_booth_no_bce");
    CHECK(comparison.int8Plain->name == "int8_plain");
    CHECK(comparison.withoutBce->name == "slogii_no_bce");
    // Both drain selects are one kind, and the µ elements count as BCE.
    CHECK(result.variants.front().area.areaOf("aslog_drain_select") == 15);
    CHECK(comparison.bceUm2 == 50 + 40);
    CHECK(comparison.pcfUm2 == 120 - 40);
}

TEST_CASE("An array that lost its modules is an error, not a figure of 0") {
    SynthResult result = sample();
    for (ModuleArea& each : result.variants.front().area.modules) {
        each.kind = "other";
    }
    CHECK_THROWS_AS(compare(result), aslog::support::Error);
}

TEST_CASE("What was not proven is told by name; wires alone count as proven") {
    SynthResult result = sample();
    result.variants.front().proofs = {{"aslog_column", {Verdict::Proven, ""}},
                                      {"aslog_pcf_array", {Verdict::NoLogic, ""}},
                                      {"aslog_lane", {Verdict::NotProven, "no answer in 60 s"}}};
    result.mappingProofs.proven = 5;
    result.mappingProofs.withoutLogic = 2;
    result.mappingProofs.dropped = {{"aslog_ae", "area", 8, {Verdict::Wrong, "output 3"}}};
    result.mappingProofs.undecided = {{"aslog_bce", "speed", 4, {Verdict::NotProven, "too large"}}};
    CHECK(aslog::report::proofsText(proofsJson(result)) ==
          "proven equal to the Verilog: 2 of 3 modules of the netlists, 7 of 9 mappings\n"
          "  aslog_lane of slogii: not proven, no answer in 60 s\n"
          "  dropped: aslog_ae by area: wrong, output 3\n"
          "  taken for want of a proven one: aslog_bce by speed: not proven, too large\n");
}
