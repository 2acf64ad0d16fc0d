// Proofs hold for the Verilog that is generated, and faults in it are refuted with a
// counterexample.

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "prove/prove.h"
#include "run/run_folder.h"
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
    static_cast<void>(writeRunFolder(design, folder, Replace::all));
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

// The name of a proof in those of its files.
std::string stemOf(std::string proof) {
    std::replace(proof.begin(), proof.end(), '/', '_');
    return proof;
}

struct Fault {
    std::string file;
    std::string from;
    std::string to;
    std::string proof;     // that finds it
    bool isOfCut = false;  // in an array that drops columns
};

}  // namespace

TEST_CASE("Everything is proven in arrays of several shapes, baselines included") {
    // One to three slots and lanes, two and three stages, with and without bias correction.
    for (const std::string spec : {"examples/tiny_3x5.json", "examples/small_4x4.json",
                                   "tests/tb/specs/mutants_a.json", "tests/tb/specs/mutants_b.json",
                                   "tests/tb/specs/mutants_c.json", "tests/tb/specs/fpga.json"}) {
        INFO(spec);
        const tests::TemporaryFolder folder;
        generate(folder.path(), spec);
        const ProveReport report = prove::prove(folder.path(), {}, kQuiet);
        CHECK(report.passed());
        CHECK(report.proofs.size() >= 18);
        for (const auto& proof : report.proofs) {
            INFO(proof.name << " " << proof.reason);
            CHECK(proof.verdict == Verdict::Proven);
        }
        const auto json = support::readJson(folder / "prove" / "prove.json");
        CHECK(json.at("passed") == true);
        CHECK(json.at("proofs").size() == report.proofs.size());
    }
}

TEST_CASE("Every proof refutes a fault in its Verilog, with the values that show it") {
    const Fault faults[] = {
        // no inversion of negative products
        {"aslog_ae.v", "^ {", "^ 0 & {", "ae"},
        {"aslog_mu_ae.v", "^ {", "^ 0 & {", "mu_ae"},
        {"aslog_element.v", "assign t = {2'b00, q_i} +", "assign t = {2'b00, q_i} ^", "ae"},
        {"aslog_lane.v", "t_q <= {2'b00, d_i} +", "t_q <= {2'b00, d_i} |", "lane"},
        {"aslog_multiplier.v", "a * b", "a * b + (a_i == 8'h80 && b_i == 8'h80)", "mult8"},
        // lost carries, signs and holds
        {"aslog_pcf_unit.v", "raw_wide + mu_wide + window_wide + bias_i",
         "raw_wide + (mu_wide ^ bias_i)", "pcf/correct"},
        {"aslog_pcf_unit.v", "shifted = aligned >>>", "shifted = aligned >>", "pcf/shift"},
        {"aslog_pcf_unit.v", "always @(posedge shift_clk_i)", "always @(posedge correct_clk_i)",
         "pcf/shift"},
        {"aslog_pcf_unit.v", "saturated = fits ?", "saturated = 1'b1 ?", "pcf/shift"},
        {"aslog_pcf_unit.v", "{(ProductBits - ShiftedBits) {u_q[ShiftedBits-1]}}",
         "{(ProductBits - ShiftedBits) {1'b0}}", "pcf/scale"},
        {"aslog_pcf_unit.v", "u_offset_q, 1'b1,", "u_offset_q, 1'b0,", "pcf/scale"},
        // beats overwritten, flags of another beat, a full shadow that takes more
        {"aslog_control.v", "lane_en | (lane_valid_q & ~lane_moves)", "lane_en", "control/streams"},
        {"aslog_control.v", "(acc_free | drain_ends)", "1'b1", "control/streams"},
        {"aslog_control.v", "lane_first_q <= act_first_i", "lane_first_q <= act_last_i",
         "control/streams"},
        {"aslog_control.v", "wgt_ready_o = awake_q & ~shadow_full_q", "wgt_ready_o = awake_q",
         "control/weights"},
        {"aslog_control.v", "swap_asked & shadow_full", "swap_asked", "control/weights"},
        {"aslog_control.v", "swap_asked & ~shadow_full", "1'b0", "control/weights"},
        {"aslog_control.v", "{drain_q[DrainSteps-2:0], drain_q[DrainSteps-1]}",
         "{drain_q[DrainSteps-2:0], 1'b0}", "control/pointers"},
        {"aslog_control.v", "scale_en | (scale_valid_q & ~out_ready_i)", "scale_en",
         "control/outputs"},
        {"aslog_control.v", "(~scale_valid_q | out_ready_i)", "1'b1", "control/outputs"},
        {"aslog_stream_register.v", "spare_waits ? spare_q : data_i", "data_i", "stream_register"},
        {"aslog_stream_register.v", "ready_q <= ~valid_q | give | (ready_q & ~take)",
         "ready_q <= 1'b1", "stream_register"},
        {"aslog_stream_register.v", "valid_q <= 1'b0;\n      ready_q <= 1'b0",
         "valid_q <= 1'b0;\n      ready_q <= 1'b1", "stream_register"},
        // correct, but half as fast
        {"aslog_control.v", "(~correct_valid_q | shift_en);", "~correct_valid_q;",
         "control/progress"},
        {"baseline/int8_plain/aslog_ae.v", "{~product[WordBits-1]", "{product[WordBits-1]",
         "int8_plain/ae"},
        {"baseline/int8_dadda/aslog_ae.v", "= ~(q &", "= (q &", "int8_dadda/ae"},
        {"baseline/int4_dadda/aslog_ae.v", "= ~(q &", "= (q &", "int4_dadda/ae"},
        {"baseline/int8_booth/aslog_ae.v", " & ~one", "", "int8_booth/ae"},
        {"baseline/int4_booth/aslog_element.v", "raw_o + addends", "raw_o | addends",
         "int4_booth/ae"},
        {"baseline/int8_recoded/aslog_ae.v", "code == 2'd3", "code == 2'd2", "int8_recoded/ae"},
        {"baseline/int4_recoded/aslog_ae.v", "{1'b0, ~q_i}", "{1'b1, ~q_i}", "int4_recoded/ae"},
        // a row for the other, a carry of the sum, a window sum at another place
        {"baseline/int4_pair/aslog_ae.v", "c0 & ~c1", "c1 & ~c0", "int4_pair/ae"},
        {"baseline/int8_pair/aslog_element.v", "assign t = {1'b0, q_i[ActivationBits-1:0]} +",
         "assign t = {1'b0, q_i[ActivationBits-1:0]} |", "int8_pair/ae"},
        {"baseline/int4_pair/aslog_lane.v", "{1'b0, d_i[ActivationBits-1:0]} +",
         "{1'b0, d_i[ActivationBits-1:0]} ^", "int4_pair/lane"},
        {"baseline/int8_pair/aslog_lane.v", "assign t_o = sum_q", "assign t_o = ~sum_q",
         "int8_pair/lane"},
        {"baseline/int4_pair/aslog_pcf_unit.v", "Place = WindowShift", "Place = 1 + WindowShift",
         "int4_pair/pcf/correct"},
        {"baseline/int8_pair/aslog_pcf_unit.v", "mu_wide + window_wide", "mu_wide - window_wide",
         "int8_pair/pcf/correct"},
        // another multiple, 8 for minus zero, a borrow of 7q
        {"baseline/int4_offset/aslog_ae.v", "digit == 2'd2", "digit != 2'd2", "int4_offset/ae"},
        {"baseline/int8_offset/aslog_ae.v", "& t_i)", "& ~t_i)", "int8_offset/ae"},
        {"baseline/int4_offset/aslog_pcf_unit.v", "Place = WindowShift", "Place = 1 + WindowShift",
         "int4_offset/pcf/correct"},
        {"baseline/int8_offset/aslog_pcf_unit.v", "mu_wide + window_wide", "mu_wide",
         "int8_offset/pcf/correct"},
        {"baseline/int4_odd/aslog_ae.v", "& by_5)", "& by_7)", "int4_odd/ae"},
        {"baseline/int8_odd/aslog_ae.v", "& ~eight", "", "int8_odd/ae"},
        {"baseline/int4_odd/aslog_lane.v", "{d_i, 3'b000} -", "{d_i, 3'b000} ^", "int4_odd/lane"},
        {"baseline/int8_odd/aslog_lane.v", "{by_7_q, by_5_q", "{by_5_q, by_7_q", "int8_odd/lane"},
        // a column more, or a word less, is cut off
        {"aslog_ae.v", "[6:2] ^", "[5:1] ^", "ae", true},
        {"baseline/int4_dadda_d2/aslog_element.v", "raw_o + addends", "addends", "int4_dadda_d2/ae",
         true},
    };
    const tests::TemporaryFolder folder;
    const tests::TemporaryFolder registered;
    const tests::TemporaryFolder even;
    const tests::TemporaryFolder cut;
    std::set<std::string> refuted;
    for (const Fault& fault : faults) {
        INFO(fault.proof << ": " << fault.to);
        const std::string_view name = fault.proof;
        const bool hasStreams = name == "stream_register";
        const bool isPair = name.find("_pair/") != std::string_view::npos;  // takes even rows
        const fs::path run = fault.isOfCut ? cut.path()
                             : hasStreams  ? registered.path()
                             : isPair      ? even.path()
                                           : folder.path();
        generate(run, fault.isOfCut ? "tests/tb/specs/mutants_b.json"
                      : hasStreams  ? "tests/tb/specs/mutants_c.json"
                      : isPair      ? "examples/small_4x4.json"
                                    : "examples/tiny_3x5.json");
        damage(run, fault.file, fault.from, fault.to);
        const ProveReport report = proveOne(run, fault.proof);
        CHECK_FALSE(report.passed());
        REQUIRE(report.proofs.size() == 1);
        const prove::ProofResult& proof = report.proofs.front();
        CHECK(proof.verdict == Verdict::Refuted);
        CHECK_FALSE(proof.inputs.empty());
        CHECK_FALSE(report.changedFiles.empty());
        CHECK(fs::exists(run / "prove" / (stemOf(fault.proof) + ".vcd")));
        const auto json = support::readJson(run / "prove" / "prove.json");
        CHECK_FALSE(json.at("proofs").at(0).at("counterexample").empty());
        refuted.insert(fault.proof);
    }
    for (const char* spec : {"examples/tiny_3x5.json", "examples/small_4x4.json"}) {
        generate(folder.path(), spec);
        for (const auto& proof : prove::prove(folder.path(), {}, kQuiet).proofs) {
            INFO("no fault for " << proof.name);
            CHECK(refuted.contains(proof.name));
        }
    }
}

TEST_CASE("The proofs of an array for an FPGA refute a register without its enable") {
    const tests::TemporaryFolder folder;
    for (const Fault& fault : {
             Fault{"aslog_lane.v", "if (lane_en_i) q_q", "q_q", "lane"},
             Fault{"aslog_pcf_unit.v", "if (scale_en_i)", "", "pcf/scale"},
             Fault{"aslog_control.v", "lane_en_o    = lane_en;", "lane_en_o    = act_valid_i;",
                   "control/streams"},
             Fault{"aslog_stream_register.v", "(take & (~valid_q | give))", "take",
                   "stream_register"},
         }) {
        INFO(fault.proof);
        generate(folder.path(), "tests/tb/specs/fpga.json");
        damage(folder.path(), fault.file, fault.from, fault.to);
        CHECK(proveOne(folder.path(), fault.proof).proofs.front().verdict == Verdict::Refuted);
    }
}

TEST_CASE("The values of a counterexample are those at which the fault shows") {
    const tests::TemporaryFolder folder;
    generate(folder.path(), "examples/tiny_3x5.json");
    damage(folder.path(), "aslog_ae.v", "^ {", "^ 0 & {");
    const auto inputs = proveOne(folder.path(), "ae").proofs.front().inputs;
    REQUIRE(inputs.size() == 2);
    CHECK(inputs[0].name == "code_i");
    CHECK(std::stoi(inputs[0].value) >= 4);  // a negative code of three bits
    CHECK(inputs[1].name == "q_i");

    generate(folder.path(), "examples/tiny_3x5.json");
    damage(folder.path(), "aslog_pcf_unit.v", "{(ProductBits - ShiftedBits) {u_q[ShiftedBits-1]}}",
           "{(ProductBits - ShiftedBits) {1'b0}}");
    const auto values = proveOne(folder.path(), "pcf/scale").proofs.front().inputs;
    const auto valueOf = [&values](const std::string& name) {
        for (const auto& value : values) {
            if (value.name == name) {
                return std::stoull(value.value);
            }
        }
        FAIL("no value of " << name);
        return 0ULL;
    };
    const Design design = readDesign(folder / "design.json");
    CHECK(valueOf("scale_clk_i") == 1);
    CHECK(valueOf("u_scale_q") > 0);
    CHECK(valueOf("u_q") >> (design.spec.pcf.outputBits + 5) == 1);  // negative
}

TEST_CASE("A proof that does not exist is refused, and the others are named") {
    const tests::TemporaryFolder folder;
    generate(folder.path(), "examples/tiny_3x5.json");
    CHECK_THROWS_AS(proveOne(folder.path(), "control/stream"), support::InputError);
}
