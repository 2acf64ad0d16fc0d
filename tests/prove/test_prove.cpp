// Proofs hold for the Verilog that is generated, and faults in it are refuted with a
// counterexample.

#include <algorithm>
#include <filesystem>
#include <string>

#include "generator/rtl/run_folder.h"
#include "prove/prove.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog;
using prove::ProveReport;
using prove::Verdict;

const auto kQuiet = [](const std::string&) {};

void generate(const fs::path& folder, const std::string& spec) {
    const Design design = designFromSpecFile(fs::path(ASLOG_SOURCE_DIR) / spec);
    static_cast<void>(writeRunFolder(design, folder));
}

// Puts one change into a file of rtl/.
void damage(const fs::path& folder, const std::string& file, const std::string& from,
            const std::string& to) {
    const fs::path path = folder / "rtl" / file;
    std::string text = support::readFile(path);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    support::writeFile(path, text.replace(at, from.size(), to));
}

ProveReport proveOne(const fs::path& folder, const std::string& proof) {
    prove::ProveOptions options;
    options.only = proof;
    return prove::prove(folder, options, kQuiet);
}

struct Fault {
    std::string file;
    std::string from;
    std::string to;
    std::string proof;  // that finds it
};

}  // namespace

TEST_CASE("Arithmetic and control of small arrays are proven") {
    for (const std::string spec : {"examples/tiny_3x5.json", "tests/tb/specs/mutants_b.json"}) {
        INFO(spec);
        const tests::TemporaryFolder folder;
        generate(folder.path(), spec);
        prove::ProveOptions options;
        options.baselines = false;
        const ProveReport report = prove::prove(folder.path(), options, kQuiet);
        CHECK(report.passed());
        CHECK(report.proofs.size() >= 10);
        for (const auto& proof : report.proofs) {
            INFO(proof.name);
            CHECK(proof.verdict == Verdict::Proven);
        }
        const auto json = support::readJson(folder / "prove" / "prove.json");
        CHECK(json.at("passed") == true);
        CHECK(json.at("proofs").size() == report.proofs.size());
    }
}

TEST_CASE("A fault in the Verilog is refuted, with the inputs that show it") {
    const Fault faults[] = {
        {"aslog_ae.v", "^ {", "| {", "ae"},
        {"aslog_pcf_unit.v", "{{(RoundBits + 1) {1'b0}}, 1'b1}", "{(RoundBits + 2) {1'b0}}",
         "pcf/round"},
        {"aslog_control.v", "lane_en | (lane_valid_q & ~lane_moves)", "lane_en", "control/streams"},
        {"aslog_control.v", "wgt_ready_o = ~shadow_full_q", "wgt_ready_o = 1'b1",
         "control/weights"},
        {"aslog_control.v", "{drain_q[DrainSteps-2:0], drain_q[DrainSteps-1]}",
         "{drain_q[DrainSteps-2:0], 1'b0}", "control/pointers"},
        {"aslog_control.v", "round_en | (round_valid_q & ~out_ready_i)", "round_en",
         "control/outputs"},
    };
    for (const Fault& fault : faults) {
        INFO(fault.proof << ": " << fault.to);
        const tests::TemporaryFolder folder;
        generate(folder.path(), "examples/tiny_3x5.json");
        damage(folder.path(), fault.file, fault.from, fault.to);
        const ProveReport report = proveOne(folder.path(), fault.proof);
        CHECK_FALSE(report.passed());
        REQUIRE(report.proofs.size() == 1);
        CHECK(report.proofs.front().verdict == Verdict::Refuted);
        CHECK_FALSE(report.changedFiles.empty());
    }
}

TEST_CASE("A proof that does not exist is refused, and the others are named") {
    const tests::TemporaryFolder folder;
    generate(folder.path(), "examples/tiny_3x5.json");
    CHECK_THROWS_AS(proveOne(folder.path(), "control/stream"), support::InputError);
}
