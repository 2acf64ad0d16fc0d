// A small array from its spec to its power, with the free library of Debian.

#include <cmath>
#include <filesystem>
#include <numeric>
#include <sstream>

#include <fmt/format.h>

#include "examples/networks/example_workload.h"
#include "flows/synth.h"
#include "flows/workspace.h"
#include "power/measure.h"
#include "power/results.h"
#include "power/uniform_power.h"
#include "report/power_picture.h"
#include "report/power_tables.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog;
using namespace aslog::power;
using Catch::Matchers::ContainsSubstring;

const fs::path kLibrary = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";
const std::vector<std::string> kVariants = {"slogii", "int4_booth"};

void quiet(const std::string&) {
}

// Synthesised once for all tests.
const fs::path& runFolder() {
    static const tests::TemporaryFolder folder;
    static const fs::path path = [] {
        fs::path run = folder / "run";
        support::writeFile(folder / "spec.json",
                           R"({"name": "power_4x4", "array": {"rows": 4, "columns": 4}, 
                               "bias_correction": {"enabled": false},
                               "clock": {"target_mhz": 100}})");
        static_cast<void>(writeRunFolder(designFromSpecFile(folder / "spec.json"), run));
        flows::SynthOptions options;
        options.runFolder = run;
        options.jobs = 2;
        static_cast<void>(flows::synthesise(options, quiet));
        return run;
    }();
    return path;
}

PowerResult measured(std::uint64_t seed = 1) {
    static const Workload workload = [] {
        Workload example = examples::exampleWorkload(readDesign(runFolder() / "design.json"), 1);
        example.beats = 240;
        return example;
    }();
    PowerOptions options;
    options.runFolder = runFolder();
    options.variants = kVariants;
    options.seed = seed;
    options.jobs = 2;
    return measurePower(options, workload, quiet);
}

// Internal, switching, leakage and total of the row "Total" of report_power, in W.
std::vector<double> totalOfOpenSta(double activity, double periodNs) {
    const flows::Workspace workspace(runFolder() / "sta");
    std::istringstream lines(workspace.sta(
        "power",
        fmt::format("read_liberty {}\nread_verilog {}\nlink_design aslog_pcf_array\n"
                    "set_delay_calculator lumped_cap\n"
                    "create_clock -name clk -period {} [get_ports clk_i]\n"
                    "set_power_activity -global -activity {} -duty 0.5\n"
                    "report_power -digits 8\n",
                    kLibrary.string(), (runFolder() / "synth/osu018/netlists/slogii.v").string(),
                    periodNs, activity)));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("Total ")) {
            std::istringstream fields(line.substr(6));
            std::vector<double> values(4);
            for (double& value : values) {
                fields >> value;
            }
            return values;
        }
    }
    return {};
}

}  // namespace

TEST_CASE("Arrays that drop columns are measured at work too, and give what is expected of them") {
    const tests::TemporaryFolder folder;
    support::writeFile(folder / "spec.json",
                       R"({"name": "cut", "array": {"rows": 2, "columns": 2},
                           "format": {"levels": [0, 1, 2, 3, 4, 6, 8], "dropped_bits": 3}})");
    const Design design = designFromSpecFile(folder / "spec.json");
    flows::SynthOptions synth;
    synth.runFolder = folder / "run";
    synth.arrays = {"int4_booth_d2", "int4_pair_d2"};
    synth.jobs = 2;
    static_cast<void>(writeRunFolder(design, synth.runFolder));
    static_cast<void>(flows::synthesise(synth, quiet));
    Workload workload = examples::exampleWorkload(design, 1);
    workload.beats = 60;
    PowerOptions options;
    options.runFolder = synth.runFolder;
    options.jobs = 2;
    const PowerResult result = measurePower(options, workload, quiet);
    CHECK(result.arrays.size() == 3);
}

TEST_CASE("Energies of modules and of kinds add up, and no more settles than moves") {
    const PowerResult result = measured();
    REQUIRE(result.arrays.size() == kVariants.size());
    for (const ArrayPower& array : result.arrays) {
        INFO(array.name);
        const Energy energy = array.energy();
        CHECK(std::accumulate(energy.byPlace.begin(), energy.byPlace.end(), 0.0) ==
              Approx(energy.totalFj()));
        CHECK(inclusiveFj(array, energy, 0) + energy.byPlace[array.places.size()] +
                  energy.byPlace[array.places.size() + 1] ==
              Approx(energy.totalFj()));
        CHECK(array.settled().totalFj() < energy.totalFj());
        CHECK(array.toggledNets > array.knownNets / 2);
        CHECK(array.toggledNets <= array.knownNets);
        for (const PowerRun& run : array.runs) {
            CHECK(run.drive.comparisons > 0);
            CHECK(run.drive.countedBeats > 0);
            CHECK(run.drive.countedBeats <= run.drive.countedCycles);
        }
    }
    // An own element and its baseline; each result was compared with the golden element.
    for (const ElementPower& each : result.elementsAlone) {
        CHECK(each.allPairs.fj >= each.allPairs.settledFj);
        CHECK(each.real.fj > 0);
    }
    REQUIRE(result.aeInArray.has_value());
    CHECK(result.aeInArray->real.fj > 0);
    CHECK(result.aeInArray->real.fj < result.elementsAlone.front().real.fj);
    const support::Json json = support::readJson(runFolder() / "synth/osu018/power.json");
    CHECK(json.at("array").at("pj_per_mac").get<double>() ==
          Approx(result.perMacFj(result.arrays.front()) / 1000).epsilon(1e-3));
    CHECK(json.at("baselines").size() == 1);
    CHECK_FALSE(json.at("layers").empty());
    CHECK_THAT(report::powerPicture(result),
               ContainsSubstring("<svg") && ContainsSubstring("int4, strong"));
}

TEST_CASE("Baselines that miss the clock are left out by name, unless they are asked for") {
    const tests::TemporaryFolder folder;
    fs::copy(runFolder(), folder / "run", fs::copy_options::recursive);
    const fs::path timing = folder / "run" / "synth/osu018/timing.json";
    support::Json json = support::readJson(timing);
    std::vector<std::string> missed;
    for (support::Json& baseline : json.at("baselines")) {
        if (baseline.at("name") != "int4_booth") {
            baseline["meets_clock"] = false;
            missed.push_back(baseline.at("name"));
        }
    }
    REQUIRE(missed.size() > 1);
    support::writeJson(timing, json);
    Workload workload = examples::exampleWorkload(readDesign(runFolder() / "design.json"), 1);
    workload.beats = 40;
    PowerOptions options;
    options.runFolder = folder / "run";
    options.jobs = 2;
    const PowerResult result = measurePower(options, workload, quiet);
    REQUIRE(result.arrays.size() == 2);
    CHECK(result.arrays.back().name == "int4_booth");
    CHECK(std::ranges::is_permutation(result.missedClock, missed));
    CHECK_THAT(report::powerTables(result),
               ContainsSubstring("not measured, for they miss the clock: "));
    CHECK(powerJson(result).at("missed_clock").size() == missed.size());

    options.variants = {"slogii", missed.front()};
    CHECK(measurePower(options, workload, quiet).arrays.size() == 2);
}

TEST_CASE("States at power-on hardly matter once the array computes") {
    const PowerResult one = measured(1);
    const PowerResult two = measured(2);
    CHECK(one.arrays.front().energy().totalFj() ==
          Approx(two.arrays.front().energy().totalFj()).epsilon(1e-3));
}

TEST_CASE("Switching power and leakage are those of OpenSTA when all nets toggle alike") {
    const gates::LibertyFile library = gates::LibertyFile::read(kLibrary);
    const gates::CellModels models = gates::CellModels::of(library);
    constexpr double kPeriodNs = 10;
    constexpr double kActivity = 0.2;
    const Circuit circuit(
        flatten(gates::readVerilogNetlist(runFolder() / "synth/osu018/netlists/slogii.v"), models),
        library, {1.8, kPeriodNs, "clk_i"});
    double switchingFj = 0;
    double leakageNw = 0;
    for (const InstancePower& power : uniformPower(circuit, kActivity)) {
        switchingFj += power.switchingFj;
        leakageNw += power.leakageNw;
    }
    const std::vector<double> expected = totalOfOpenSta(kActivity, kPeriodNs);
    REQUIRE(expected.size() == 4);
    // Loads are of the larger of both edges here, of each edge there. Of internal power version
    // 2.0.17 has another opinion: docs/flows.md, "Power".
    CHECK(switchingFj * 1e-6 / kPeriodNs == Approx(expected[1]).epsilon(0.05));
    CHECK(leakageNw * 1e-9 == Approx(expected[2]).epsilon(0.05));
}

// The last test: it damages the netlist.
TEST_CASE("A netlist that computes something else is noticed, and so is one of another library") {
    const fs::path file = runFolder() / "synth/osu018/netlists/slogii.v";
    std::string text = support::readFile(file);
    const std::size_t at = text.find("XOR2X1");
    REQUIRE(at != std::string::npos);
    text.replace(at, 6, "AND2X2");
    support::writeFile(file, text);
    CHECK_THROWS_WITH(measured(), ContainsSubstring("wrong output") ||
                                      ContainsSubstring("stands still") ||
                                      ContainsSubstring("is right"));
    support::Json area = support::readJson(runFolder() / "synth/osu018/area.json");
    area["library"]["sha256"] = "0";
    support::writeJson(runFolder() / "synth/osu018/area.json", area);
    CHECK_THROWS_WITH(measured(), ContainsSubstring("is not the library of"));
}
