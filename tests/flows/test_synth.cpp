// Synthesis end to end, on a small array in the library that Debian packages.

#include <cmath>
#include <filesystem>
#include <map>
#include <string>

#include <fmt/format.h>

#include "flows/synth.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/subprocess.h"
#include "tests/catch.h"
#include "tests/synthesised_run.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using aslog::support::Json;

namespace {

const fs::path kLibrary = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

aslog::flows::SynthOptions optionsFor(const fs::path& folder) {
    aslog::flows::SynthOptions options;
    options.runFolder = folder;
    options.technology.name = "osu018";
    options.jobs = 2;
    return options;
}

void generateSmall(const fs::path& folder) {
    const auto design =
        aslog::designFromSpecFile(fs::path(ASLOG_SOURCE_DIR) / "examples" / "small_4x4.json");
    static_cast<void>(aslog::writeRunFolder(design, folder));
}

// Area of all modules of a kind, of the array or of a variant.
std::map<std::string, double> areasByKind(const Json& array) {
    std::map<std::string, double> areas;
    for (const Json& module : array.at("modules")) {
        areas[module.at("kind")] += module.at("area_um2").get<double>();
    }
    return areas;
}

const auto kQuiet = [](const std::string&) {};

}  // namespace

TEST_CASE("A small array: every figure is there, they add up, and flat is within 3 %") {
    if (!fs::exists(kLibrary)) {
        WARN("skipped: qflow-tech-osu018 not found");
        SUCCEED();
        return;
    }
    const aslog::tests::TemporaryFolder folder;
    generateSmall(folder.path());
    auto options = optionsFor(folder.path());
    options.flat = true;
    const auto result = aslog::flows::synthesise(options, kQuiet);
    const fs::path synth = folder.path() / "synth" / "osu018";
    const Json area = aslog::support::readJson(synth / "area.json");
    const Json timing = aslog::support::readJson(synth / "timing.json");

    CHECK(area.at("design_hash") == aslog::designHash(result.design));
    CHECK(area.at("without_bce").is_null());  // the spec has no BCE, so there is no second set
    CHECK(area.at("clock_mhz") == result.design.spec.clock.targetMhz);
    for (const char* key : {"total_um2", "cells", "sequential_um2", "per_mac_um2", "ae_um2",
                            "ae_in_array_um2", "pcf_um2"}) {
        INFO(key);
        CHECK(area.at(key).get<double>() > 0);
    }
    const double total = area.at("total_um2");
    double own = area.at("fanout_buffers").at("area_um2");
    for (const Json& module : area.at("modules")) {
        own += module.at("own_um2").get<double>();
    }
    CHECK(std::abs(own - total) < 0.01 * static_cast<double>(area.at("modules").size()));
    CHECK(std::abs(area.at("per_mac_um2").get<double>() * 16 - total) < 0.1);

    const Json& baseline = area.at("baseline");
    CHECK(baseline.at("variants").size() == aslog::baselineVariants(result.design).size());
    CHECK(baseline.at("mult8_strong_um2").get<double>() <=
          baseline.at("mult8_plain_um2").get<double>());
    for (const Json& variant : baseline.at("variants")) {
        CHECK(variant.at("bias_correction") == false);
        if (variant.at("element").get<std::string>().starts_with("int8")) {
            CHECK(variant.at("per_mac_um2").get<double>() >=
                  baseline.at("int8_strong_per_mac_um2").get<double>());
        }
    }
    CHECK(timing.at("meets_clock").get<bool>() == (timing.at("slack_ns").get<double>() >= 0));
    CHECK(timing.at("fmax_mhz").get<double>() > 0);
    // Two columns with the load of the others, beside all of them.
    CHECK(timing.at("timed_columns") == result.design.spec.array.columns);
    const double tolerance = 0.001 * 1000 / result.clockMhz;
    for (const auto& each : result.variants) {
        INFO(each.name);
        const double whole = each.closed.timing.slack.worstNs;
        CHECK(std::abs(each.closed.twoColumnSlackNs - whole) < tolerance);
    }
    CHECK(std::abs(area.at("flat").at("hierarchical_to_flat").get<double>() - 1) < 0.03);
}

TEST_CASE("Several lanes and a BCE: areas by kind, and every array without its BCE beside it") {
    if (!fs::exists(kLibrary)) {
        WARN("skipped: qflow-tech-osu018 not found");
        SUCCEED();
        return;
    }
    const aslog::tests::TemporaryFolder folder;
    aslog::tests::makeSynthesisedRun(folder / "run");
    const fs::path synth = folder / "run" / "synth" / aslog::tests::kSynthesisedTechnology;
    const Json area = aslog::support::readJson(synth / "area.json");

    // Two lanes: two drain selects of one kind, which are named by lane and booked together.
    const std::string verilog = aslog::support::readFile(synth / "netlists" / "slogii.v");
    for (const char* name : {"aslog_drain_select", "aslog_drain_select_2"}) {
        CHECK(verilog.find(fmt::format("(* aslog_kind = \"aslog_drain_select\" *)\nmodule {} (",
                                       name)) != std::string::npos);
    }
    const auto kinds = areasByKind(area);
    CHECK(kinds.contains("aslog_drain_select"));
    CHECK_FALSE(kinds.contains("aslog_drain_select_2"));

    const Json& baseline = area.at("baseline");
    REQUIRE(baseline.at("variants").size() == 22);
    std::map<std::string, double> withBce;
    for (const Json& each : baseline.at("variants")) {
        if (each.at("bias_correction").get<bool>()) {
            withBce[each.at("element")] = each.at("per_mac_um2");
        }
    }
    CHECK(withBce.size() == 11);
    for (const Json& each : baseline.at("variants")) {
        INFO(each.at("name"));
        const bool hasBce = each.at("bias_correction");
        const std::string element = each.at("element");
        const double perMac = each.at("per_mac_um2");
        const bool hasSum = hasBce || element.ends_with("_offset");  // codes that need S
        CHECK(areasByKind(each).contains("aslog_bce") == hasSum);
        CHECK((hasBce || perMac < withBce.at(element)));
        CHECK(baseline.at("int8_strong_per_mac_um2").get<double>() <=
              (element.starts_with("int8") ? perMac : 1e9));
    }
    CHECK(kinds.contains("aslog_bce"));
    CHECK(kinds.contains("aslog_mu_ae"));
    const Json& without = area.at("without_bce");
    CHECK(without.at("element") == "slogii");
    CHECK(without.at("bias_correction") == false);
    CHECK_FALSE(areasByKind(without).contains("aslog_bce"));
    CHECK_FALSE(areasByKind(without).contains("aslog_mu_ae"));
    CHECK(without.at("per_mac_um2").get<double>() < area.at("per_mac_um2").get<double>());
}

TEST_CASE("A folder without a design, and a design that was changed by hand, are refused") {
    const aslog::tests::TemporaryFolder folder;
    CHECK_THROWS_AS(aslog::flows::synthesise(optionsFor(folder.path()), kQuiet),
                    aslog::support::InputError);
    generateSmall(folder.path());
    Json design = aslog::support::readJson(folder.path() / "design.json");
    design["design_hash"] = std::string(64, '0');
    aslog::support::writeJson(folder.path() / "design.json", design);
    CHECK_THROWS_AS(aslog::flows::synthesise(optionsFor(folder.path()), kQuiet),
                    aslog::support::InputError);
}

TEST_CASE("A library that is no Liberty file leaves older results alone") {
    const aslog::tests::TemporaryFolder folder;
    generateSmall(folder.path());
    const fs::path old = folder.path() / "synth" / "osu018" / "area.json";
    aslog::support::writeJson(old, {{"old", true}});
    auto options = optionsFor(folder.path());
    options.technology.liberty = {folder.path() / "design.json"};
    CHECK_THROWS_AS(aslog::flows::synthesise(options, kQuiet), aslog::support::InputError);
    CHECK(aslog::support::readJson(old) == Json({{"old", true}}));
}

namespace {

// What OpenSTA says to commands behind the netlist and the constraints that came with the array.
std::string constrained(const fs::path& folder, const std::string& commands) {
    aslog::support::writeFile(
        folder / "check.tcl",
        fmt::format("read_liberty {}\nread_verilog synth/osu018/netlists/slogii.v\n"
                    "link_design aslog_pcf_array\nset_cmd_units -time ns\n"
                    "read_sdc rtl/aslog_pcf_array.sdc\n{}\nexit\n",
                    kLibrary.string(), commands));
    aslog::support::Command sta;
    sta.argv = {"sta", "-no_splash", "-no_init", "check.tcl"};
    sta.folder = folder;
    const auto result = aslog::support::runCaptured(sta);
    REQUIRE(result.result.ok());
    return result.output;
}

}  // namespace

TEST_CASE("The constraints that come with an array leave nothing of it unconstrained") {
    if (!fs::exists(kLibrary)) {
        WARN("skipped: qflow-tech-osu018 not found");
        SUCCEED();
        return;
    }
    using Catch::Matchers::ContainsSubstring;
    const aslog::tests::TemporaryFolder folder;
    aslog::tests::makeSynthesisedRun(folder.path());
    const std::string good = constrained(folder.path(), "check_setup -verbose\nputs checked");
    INFO(good);
    CHECK_THAT(good, ContainsSubstring("checked"));
    // The register that wakes the array takes a constant: no path ends there.
    CHECK_THAT(good, ContainsSubstring("There is 1 unconstrained endpoint"));
    CHECK_THAT(good, !ContainsSubstring("input port") && !ContainsSubstring("output port") &&
                         !ContainsSubstring("unclocked") && !ContainsSubstring("Error"));
    // The check can fail.
    const fs::path sdc = folder / "rtl" / "aslog_pcf_array.sdc";
    std::string text = aslog::support::readFile(sdc);
    const std::size_t at = text.find("set_output_delay");
    REQUIRE(at != std::string::npos);
    aslog::support::writeFile(sdc, text.insert(at, "#"));
    CHECK_THAT(constrained(folder.path(), "check_setup -verbose\nputs checked"),
               ContainsSubstring("unconstrained endpoints"));
    // Arriving just before the next rising edge is in time for the weights, which open a latch in
    // the low phase: nothing of theirs is needed at the falling edge.
    const std::string late = constrained(
        folder.path(),
        "set_input_delay 6 -clock clk [get_ports {wgt_valid_i wgt_data_i*}]\n"
        "foreach path [find_timing_paths -from [get_ports {wgt_valid_i wgt_data_i*}]] {\n"
        "  puts \"slack [get_property $path slack]\"\n}");
    CHECK_THAT(late, ContainsSubstring("slack ") && !ContainsSubstring("slack -"));
}
