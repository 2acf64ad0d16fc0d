// Synthesis for FPGAs: counting cells, reading the router, and small arrays end to end.

#include <algorithm>
#include <filesystem>
#include <string>

#include "flows/fpga/fpga_synth.h"
#include "flows/fpga/pins.h"
#include "report/fpga_tables.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using namespace aslog;
using namespace aslog::flows;
using Catch::Matchers::ContainsSubstring;
using support::Json;

namespace {

const auto kQuiet = [](const std::string&) {};

FpgaOptions optionsFor(const fs::path& folder, const std::string& family) {
    FpgaOptions options;
    options.runFolder = folder;
    options.family = family;
    options.arrays = {"slogii", "int8_plain"};
    options.seeds = 3;
    options.jobs = 2;
    return options;
}

// Small enough for seconds; its multiplications are those of elements and requantiser alone.
const char* const kTiny = R"({"name": "tiny", "target": "fpga", "array": {"rows": 2, "columns": 2},
    "bias_correction": {"enabled": false}})";

Design tinyDesign() {
    const tests::TemporaryFolder folder;
    support::writeFile(folder / "tiny.json", kTiny);
    return designFromSpecFile(folder / "tiny.json");
}

Json statOf(const Json& cells) {
    return {{"design", {{"num_cells_by_type", cells}}}};
}

}  // namespace

TEST_CASE("Cells count as what they are, and an unknown one is named") {
    const FpgaCells ice40 =
        countCells(fpgaFamily("ice40"),
                   statOf({{"SB_LUT4", 10}, {"SB_DFFER", 3}, {"SB_DFF", 4}, {"SB_CARRY", 5}}));
    CHECK(ice40.luts == 10);
    CHECK(ice40.flipFlops == 7);
    CHECK(ice40.carries == 5);
    const FpgaCells ecp5 = countCells(
        fpgaFamily("ecp5"),
        statOf({{"LUT4", 10}, {"CCU2C", 5}, {"PFUMX", 9}, {"MULT18X18D", 2}, {"TRELLIS_FF", 1}}));
    CHECK(ecp5.luts == 20);  // two in each carry cell
    CHECK(ecp5.dsps == 2);
    CHECK(ecp5.flipFlops == 1);
    const FpgaCells xc7 = countCells(fpgaFamily("xc7"), statOf({{"LUT2", 1},
                                                                {"LUT6", 2},
                                                                {"FDRE", 3},
                                                                {"FDCE", 4},
                                                                {"CARRY4", 5},
                                                                {"DSP48E1", 6},
                                                                {"RAMB18E1", 7}}));
    CHECK(xc7.luts == 3);
    CHECK(xc7.flipFlops == 7);
    CHECK(xc7.carries == 5);
    CHECK(xc7.dsps == 6);
    CHECK(xc7.blockRams == 7);
    CHECK_THROWS_WITH(countCells(fpgaFamily("ice40"), statOf({{"SB_MAC16", 1}})),
                      ContainsSubstring("SB_MAC16"));
    CHECK_THROWS_WITH(fpgaFamily("stratix"), ContainsSubstring("ice40, ecp5, xc7"));
}

TEST_CASE("The router says how many cells an array takes; a log without is refused") {
    FpgaRouting routing;
    REQUIRE(readUtilisation("Info: \t         ICESTORM_LC:  9001/ 7680   117%\n", routing));
    CHECK(routing.cells == 9001);
    CHECK(routing.available == 7680);
    CHECK_FALSE(routing.fits());
    CHECK_FALSE(readUtilisation("ERROR: no such device\n", routing));
    routing.fmaxMhz = {50, 40, 60, 45};
    CHECK(routing.medianMhz() == 47.5);
    CHECK(routing.slowestMhz() == 40);
    CHECK(routing.fastestMhz() == 60);
}

TEST_CASE("An array between its pins: placed, routed, and counted without them") {
    const tests::TemporaryFolder folder;
    const Design small = tinyDesign();
    static_cast<void>(writeRunFolder(small, folder.path()));
    const FpgaResult result = synthesiseForFpga(optionsFor(folder.path(), "ice40"), kQuiet);
    REQUIRE(result.arrays.size() == 2);
    CHECK(result.elements.size() == 2);
    const FpgaMapping& slogii = result.arrays.front();
    const FpgaMapping& plain = result.arrays.back();
    CHECK(slogii.name == "slogii");
    CHECK(plain.cells.luts > slogii.cells.luts);
    // A shadow and an active flip-flop for each bit of a weight.
    CHECK(plain.cells.flipFlops - slogii.cells.flipFlops >= 2 * 4 * small.aeCount);
    const Json json = support::readJson(folder / "synth/ice40/fpga.json");
    CHECK(json == fpgaJson(result));
    CHECK(json.at("arrays").at(0).at("luts_to_slogii") == 1.0);
    CHECK_THAT(report::fpgaTables(result),
               ContainsSubstring("slogii") && ContainsSubstring(std::to_string(plain.cells.luts)));
    CHECK(fs::exists(folder / "synth/ice40/logs/slogii.log"));
    CHECK_FALSE(fs::exists(folder / "synth/.ice40.partial"));
    if (!result.notRouted.empty()) {
        CHECK_THAT(result.notRouted, ContainsSubstring("nextpnr-ice40"));
        WARN("skipped: nextpnr-ice40 not found");
        return;
    }
    for (const FpgaMapping& each : result.arrays) {
        REQUIRE(each.routing);
        CHECK(each.routing->fits());
        CHECK(each.routing->fmaxMhz.size() == 3);
        CHECK(each.routing->slowestMhz() > 1);
        // No register is lost between array and pins: one cell holds one.
        CHECK(each.routing->cells >= each.cells.flipFlops + each.pinsRegisters);
    }
}

TEST_CASE("DSP blocks take the multipliers, if they may") {
    const tests::TemporaryFolder folder;
    static_cast<void>(writeRunFolder(tinyDesign(), folder.path()));
    for (const std::string family : {"ecp5", "xc7"}) {
        INFO(family);
        FpgaOptions options = optionsFor(folder.path(), family);
        options.arrays = {"int8_plain"};
        const FpgaResult result = synthesiseForFpga(options, kQuiet);
        REQUIRE(result.arrays.size() == 2);
        CHECK_FALSE(result.arrays.front().withDsps);
        CHECK(result.arrays.front().cells.dsps == 0);
        CHECK(result.arrays.back().withDsps);
        CHECK(result.arrays.back().cells.dsps > 0);
        CHECK(result.arrays.back().cells.luts < result.arrays.front().cells.luts);
        CHECK_FALSE(result.notRouted.empty());
        CHECK(fpgaJson(result).at("arrays").at(0).at("routed").is_null());
    }
}

TEST_CASE("A design of the other target is refused, and an array that is not there") {
    const tests::TemporaryFolder folder;
    static_cast<void>(writeRunFolder(
        designFromSpecFile(fs::path(ASLOG_SOURCE_DIR) / "examples/tiny_3x5.json"), folder.path()));
    CHECK_THROWS_WITH(synthesiseForFpga(optionsFor(folder.path(), "ice40"), kQuiet),
                      ContainsSubstring("\"target\": \"fpga\""));
    const tests::TemporaryFolder other;
    static_cast<void>(writeRunFolder(tinyDesign(), other.path()));
    SynthOptions asic;
    asic.runFolder = other.path();
    asic.technology.name = "osu018";
    CHECK_THROWS_WITH(synthesise(asic, kQuiet), ContainsSubstring("--fpga"));
    FpgaOptions options = optionsFor(other.path(), "ice40");
    options.arrays = {"int9"};
    CHECK_THROWS_WITH(synthesiseForFpga(options, kQuiet), ContainsSubstring("int8_plain"));
}
