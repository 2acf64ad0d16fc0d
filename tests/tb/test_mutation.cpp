// The bench can fail: every fault put into the Verilog is found, or proven to be none.

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "generator/rtl/file_list.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tb/mutate/equivalence.h"
#include "tb/mutate/mutation_run.h"
#include "tests/catch.h"
#include "tests/tb/run_folders.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using tb::MutantFate;
namespace fs = std::filesystem;

/// A fault that changes nothing which anyone may rely on, though yosys can not prove it.
struct Excuse {
    std::string file;
    std::string text;  // part of its line and the next
    std::string what;  // how the mutant's own text begins
    const char* why;
};

bool covers(const Excuse& excuse, const tb::Mutant& mutant, const std::filesystem::path& rtl) {
    std::istringstream lines(support::readFile(rtl / mutant.file));
    std::string before;
    std::string line;
    for (int i = 0; i <= mutant.line; ++i) {
        before = std::exchange(line, {});
        std::getline(lines, line);
    }
    const std::string text = before + line;
    return excuse.file == mutant.file && text.find(excuse.text) != std::string::npos &&
           mutant.what.starts_with(excuse.what);
}

/// What a suite tells apart no proof may call the same: of the faults found every `step`th.
void checkProofs(const tb::MutationReport& report, const fs::path& folder, std::size_t step) {
    std::vector<tb::MutableFile> files;
    for (const fs::path& file : readFileList(folder / "run" / "rtl" / "files.f")) {
        files.push_back({file.filename().string(), support::readFile(file)});
    }
    std::size_t found = 0;
    for (const tb::MutantResult& result : report.results) {
        if (result.fate == MutantFate::killed && found++ % step == 0) {
            INFO(result.mutant.file << ":" << result.mutant.line << " " << result.mutant.what);
            CHECK(tb::proveEquivalent(files, result.mutant, folder / "proofs").empty());
        }
    }
    CHECK(found > step);
}

void checkMutants(const std::string& spec, std::size_t atLeast,
                  const std::vector<std::string>& kinds, const std::vector<Excuse>& excuses = {},
                  std::size_t step = 0) {
    const tests::TemporaryFolder folder;
    tb::test::generateInto(folder / "run", spec);
    const tb::MutationReport report =
        tb::runMutations(folder / "run", folder / "work", 1, [](const std::string&) {});
    std::map<std::string, int> killedOf;
    std::map<std::string, int> killedOfKind;
    std::set<const Excuse*> used;
    for (const tb::MutantResult& result : report.results) {
        killedOf[result.mutant.file] += result.fate == MutantFate::killed ? 1 : 0;
        killedOfKind[result.mutant.kind] += result.fate == MutantFate::killed ? 1 : 0;
        if (result.fate == MutantFate::alive) {
            const auto excuse = std::ranges::find_if(excuses, [&](const Excuse& each) {
                return covers(each, result.mutant, folder / "run" / "rtl");
            });
            if (excuse == excuses.end()) {
                FAIL_CHECK("alive: " << result.mutant.file << ":" << result.mutant.line << " "
                                     << result.mutant.what);
            } else {
                used.insert(&*excuse);
            }
        }
    }
    for (const Excuse& excuse : excuses) {
        INFO("not needed: " << excuse.file << " " << excuse.text << ": " << excuse.why);
        CHECK(used.contains(&excuse));
    }
    CHECK(report.count(MutantFate::killed) >= atLeast);
    for (const auto& [file, killed] : killedOf) {
        INFO(file);
        CHECK(killed > 0);
    }
    for (const std::string& kind : kinds) {
        INFO(kind);
        CHECK(killedOfKind[kind] > 0);
    }
    if (step > 0) {
        checkProofs(report, folder.path(), step);
    }
    WARN(report.results.size() - report.count(MutantFate::absent)
         << " faults, " << report.count(MutantFate::killed) << " found, "
         << report.count(MutantFate::equivalent) << " proven equivalent; " << report.seconds
         << " s");
}

const std::vector<std::string> kEveryKind = {"expression", "handshake", "clock enable", "reset"};

// Behind stream registers, which are empty in reset whatever the control says.
const Excuse kAwake = {"aslog_control.v", "awake_q <= 1'b0", "reset without a clock edge",
                       "until the first edge no stream register has a beat or room for one"};
const Excuse kNoColumn = {"aslog_pcf_array.v", "drained[c*AccumulatorBits+:AccumulatorBits] =", "",
                          "the sum of a column that is not there: its output means nothing"};

TEST_CASE("Every fault in three stages with three slots is found or proven equivalent") {
    checkMutants("tests/tb/specs/mutants_a.json", 500, kEveryKind);
}

TEST_CASE("Every fault in two stages with one slot is found or proven equivalent", "[long]") {
    checkMutants("tests/tb/specs/mutants_b.json", 350, kEveryKind);
}

TEST_CASE("Every fault behind registered streams is found or proven equivalent", "[long]") {
    checkMutants("tests/tb/specs/mutants_c.json", 350, kEveryKind, {kAwake, kNoColumn});
}

TEST_CASE("Every fault of an array for an FPGA is found or proven equivalent", "[long]") {
    checkMutants("tests/tb/specs/fpga.json", 350, {"expression", "handshake", "reset"}, {kNoColumn},
                 100);
}

TEST_CASE("A fault is one change of the text") {
    const std::vector<tb::MutableFile> files = {
        {"m.v",
         "module m (input wire a_i, input wire b_i, output wire c_o);\n"
         "  // a & b\n"
         "  localparam integer Width = 2 + 3;\n"
         "  assign c_o = a_i & b_i[Width+1];\n"
         "endmodule\n"}};
    const tb::MutationPlan plan = tb::planMutants(files);
    REQUIRE(plan.mutants.size() == 3);  // | for &, inverted, 0
    CHECK(plan.mutants.front().line == 4);
    CHECK(tb::withMutant(files.front(), plan.mutants.front())
              .find("assign c_o = a_i | b_i[Width+1];") != std::string::npos);
    CHECK(plan.files.front().text.find("aslog_bench.mutant_q == 16'd3") != std::string::npos);
}

TEST_CASE("Handshakes, clock enables and resets have faults of their own") {
    const std::vector<tb::MutableFile> files = {
        {"m.v",
         "module m (input wire clk_i, input wire rst_ni, input wire a_valid_i,\n"
         "          output wire a_ready_o, output reg b_q);\n"
         "  assign a_ready_o = b_q;\n"
         "  always @(posedge clk_i or negedge rst_ni)\n"
         "    if (!rst_ni) b_q <= 1'b0;\n"
         "    else b_q <= a_valid_i;\n"
         "  gate u_gate (.en_i (b_q));\n"
         "endmodule\n"}};
    std::map<std::string, std::vector<std::string>> faults;
    for (const tb::Mutant& mutant : tb::planMutants(files).mutants) {
        if (mutant.kind != "expression") {
            faults[mutant.kind].push_back(tb::withMutant(files.front(), mutant));
        }
    }
    REQUIRE(faults["handshake"].size() == 2);
    CHECK(faults["handshake"][0].find("a_ready_o = (b_q) & a_valid_i;") != std::string::npos);
    CHECK(faults["handshake"][1].find("a_ready_o = 1'b1;") != std::string::npos);
    REQUIRE(faults["clock enable"].size() == 1);
    CHECK(faults["clock enable"][0].find(".en_i (1'b1)") != std::string::npos);
    REQUIRE(faults["reset"].size() == 2);
    CHECK(faults["reset"][0].find("negedge 1'b1") != std::string::npos);
    CHECK(faults["reset"][1].find("if (!rst_ni) b_q <= b_q;") != std::string::npos);
}

}  // namespace
