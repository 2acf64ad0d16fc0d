// Netlists that synthesis wrote: they pass the suites, faults of the flow do not, and Icarus sees
// what the simulator sees.

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "examples/networks/fashion_suite.h"
#include "flows/library/technology.h"
#include "flows/synth.h"
#include "gates/cell_model.h"
#include "gates/cell_verilog.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/version.h"
#include "tb/models/netlist_model.h"
#include "tb/models/ports.h"
#include "tb/models/wrapper.h"
#include "tb/mutate/netlist_fault_run.h"
#include "tb/streams/array_bench.h"
#include "tb/streams/random_traffic.h"
#include "tb/verify_netlist.h"
#include "tests/catch.h"
#include "tests/synthesised_run.h"
#include "tests/tb/icarus.h"
#include "tests/tb/run_folders.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog;

const auto kQuiet = [](const std::string&) {};

/// A small array in cells, made once for all cases of this file.
struct Synthesised {
    explicit Synthesised(const std::string& itsTechnology) : technology(itsTechnology) {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
        const char* path = std::getenv("ASLOG_TECH_PATH");
        const auto profile = flows::readTechnology({.name = technology});
        try {
            liberty = flows::findLibrary(profile, {.searchPath = path == nullptr ? "" : path});
        } catch (const support::InputError&) {
            WARN("skipped: library of " << technology << " not found");
            return;
        }
        if (technology == tests::kSynthesisedTechnology) {
            tests::makeSynthesisedRun(folder.path());
            design = readDesign(folder / "design.json");
            return;
        }
        design = tb::test::generateInto(folder.path(), tests::kSynthesisedSpec);
        flows::SynthOptions options;
        options.runFolder = folder.path();
        options.technology = {.name = technology, .liberty = liberty};
        options.jobs = 2;
        (void)flows::synthesise(options, kQuiet);
    }

    [[nodiscard]] fs::path netlist(const std::string& variant) const {
        return folder / "synth" / technology / "netlists" / (variant + ".v");
    }

    std::string technology;
    tests::TemporaryFolder folder;
    std::vector<fs::path> liberty;  // empty: not on this machine
    std::optional<Design> design;
};

const Synthesised& osu018() {
    static const Synthesised result("osu018");
    return result;
}

tb::NetlistReport verifyIn(const Synthesised& run) {
    tb::NetlistOptions options;
    options.technology = run.technology;
    options.liberty = run.liberty;
    options.quick = true;
    options.suites.push_back(examples::fashionSuite());
    return tb::verifyNetlist(run.folder.path(), options, kQuiet);
}

void checkFaults(const Synthesised& run, std::size_t atLeast) {
    const tests::TemporaryFolder work;
    const tb::NetlistFaultReport report =
        tb::runNetlistFaults(run.folder.path(), run.technology, run.liberty, work.path(), kQuiet);
    const bool hasConstants =
        support::readFile(run.netlist("slogii")).find("(1'b") != std::string::npos;
    std::map<std::string, int> kinds;
    for (const tb::NetlistFaultResult& result : report.results) {
        ++kinds[result.kind];
        if (result.foundBy.empty()) {
            FAIL_CHECK("not found: " << result.kind << ", " << result.where);
        }
    }
    CHECK(report.results.size() >= atLeast);
    for (const char* kind :
         {"sum and carry swapped", "a latch is open in the other phase",
          "all latches are open in the other phase", "an output is forced to 0",
          "a fan-out buffer inverts", "an inverter is lost", "a constant is lost",
          "a clock gate's enable is stuck at 0", "a clock gate's enable is stuck at 1"}) {
        INFO(kind);
        // nangate45 has no latch or gate that needs a constant pin, so none can be lost.
        const bool isThere = std::string(kind) != "a constant is lost" || hasConstants;
        CHECK((kinds[kind] > 0) == isThere);
    }
    WARN(report.results.size() << " faults of the flow in " << run.technology << ", "
                               << report.found() << " found; " << report.seconds << " s");
}

}  // namespace

TEST_CASE("Every netlist of a small array passes the suites of its Verilog") {
    const Synthesised& run = osu018();
    if (run.liberty.empty()) {
        SUCCEED();
        return;
    }
    const tb::NetlistReport report = verifyIn(run);
    CHECK(report.passed());
    CHECK(report.mismatches() == 0);
    CHECK(report.designHash == designHash(*run.design));
    CHECK(report.variants.size() == 1 + tb::variantsOf(run.folder.path()).size());
    for (const tb::NetlistVariant& variant : report.variants) {
        INFO(variant.name);
        CHECK(variant.cells > 1000);
        CHECK(variant.sha256.size() == 64);
    }
    for (const tb::SuiteResult& suite : report.suites) {
        INFO(suite.name << ": " << suite.skipped);
        CHECK(suite.passed());
        CHECK((suite.skipped.empty() || suite.name == "fashion_cnn"));
        CHECK((suite.comparisons > 0 || suite.name == "fashion_cnn"));
    }
    const support::Json json =
        support::readJson(run.folder / "verify" / ("netlist_" + run.technology + ".json"));
    CHECK(json.at("passed") == true);
    CHECK(json.at("comparisons") == report.comparisons());
}

TEST_CASE("Netlists of another library, of another design or without a synthesis are refused") {
    const Synthesised& run = osu018();
    if (run.liberty.empty()) {
        SUCCEED();
        return;
    }
    const tests::TemporaryFolder folder;
    tb::NetlistOptions options;
    options.technology = run.technology;
    options.liberty = {folder / "other.lib"};
    support::writeFile(options.liberty.front(), support::readFile(run.liberty.front()) + "\n");
    CHECK_THROWS_AS(tb::verifyNetlist(run.folder.path(), options, kQuiet), support::InputError);

    (void)tb::test::generateInto(folder.path(), "examples/small_4x4.json");
    options.liberty = run.liberty;
    CHECK_THROWS_AS(tb::verifyNetlist(folder.path(), options, kQuiet), support::InputError);
    const fs::path area = folder / "synth" / run.technology / "area.json";
    support::writeFile(area,
                       support::readFile(run.folder / "synth" / run.technology / "area.json"));
    CHECK_THROWS_AS(tb::verifyNetlist(folder.path(), options, kQuiet), support::InputError);
}

TEST_CASE("Every fault of the flow is found by the suites of the array") {
    const Synthesised& run = osu018();
    if (run.liberty.empty()) {
        SUCCEED();
        return;
    }
    checkFaults(run, 40);
}

TEST_CASE("Every fault of the flow is found where clock gates are cells", "[long]") {
    const Synthesised run("nangate45");
    if (run.liberty.empty()) {
        SUCCEED();
        return;
    }
    CHECK(verifyIn(run).passed());
    checkFaults(run, 40);
}

TEST_CASE("Icarus sees what the simulator of netlists sees, cell by cell") {
    const Synthesised& run = osu018();
    if (run.liberty.empty()) {
        SUCCEED();
        return;
    }
    const tests::TemporaryFolder folder;
    const tb::Device device = tb::makeDevice(*run.design, run.folder.path());
    const gates::CellModels models = gates::CellModels::of(gates::LibertyFile::read(run.liberty));
    const gates::Netlist netlist = gates::readVerilogNetlist(run.netlist("slogii"));
    tb::ModelSource source = tb::arrayModel(device);
    const tb::NetlistModel compiled =
        tb::compileNetlist(netlist, models, source.ports, "array", folder / "build");

    tb::SuiteResult result;
    tb::Recorder recorder(result);
    std::vector<tb::RecordedStep> recording;
    tb::Random random(1);
    tb::Model model(compiled.compiled.sharedObject, compiled.compiled.ports, {});
    model.recordTo(&recording);
    tb::ArrayBench bench(device, model, recorder);
    tb::TrafficGenerator generator(device, random);
    for (int i = 0; i < 12; ++i) {
        const tb::Traffic traffic = generator.make(generator.drawOptions(60));
        bench.run(traffic, i % 2 == 0 ? tb::noStalls() : tb::randomStalls(random), random);
    }
    CHECK(result.comparisons > 0);
    CHECK(result.mismatches == 0);

    source.files = {folder / "cells.v", run.netlist("slogii")};
    support::writeFile(source.files.front(),
                       gates::toVerilog(models, gates::libraryCells(netlist)));
    const auto outputs = tb::test::replayInIcarus(source, recording, folder / "icarus");
    REQUIRE(outputs.size() == recording.size());
    const std::size_t valid = tb::firstWord(source.ports.outputs, "out_valid_o");
    const std::size_t data = tb::firstWord(source.ports.outputs, "out_data_o");
    std::size_t differences = 0;
    std::size_t compared = 0;
    // Behind the reset: every handshake in every cycle, data while it is valid.
    for (std::size_t step = 5; step < recording.size(); ++step) {
        const bool isValid = recording[step].outputs[valid] != 0;
        for (std::size_t word = 0; word < recording[step].outputs.size(); ++word) {
            if (isValid || word < data) {
                ++compared;
                differences += outputs[step].ones[word] == recording[step].outputs[word] ? 0 : 1;
            }
        }
    }
    CHECK(compared > 5000);
    CHECK(differences == 0);
}
