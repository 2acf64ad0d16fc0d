// The Verilog bench passes in Icarus, with the bare array and behind AXI4-Stream, and fails where
// something is wrong.

#include <string>
#include <vector>

#include "support/file.h"
#include "support/subprocess.h"
#include "tb/models/device.h"
#include "tb/verilog_bench.h"
#include "tests/catch.h"
#include "tests/tb/run_folders.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

/// The output of the simulation that `list` describes.
std::string simulate(const fs::path& folder, const std::string& list,
                     const std::vector<std::string>& arguments) {
    support::Command compile;
    compile.argv = {"iverilog", "-g2005", "-Wall", "-Wno-timescale", "-o", "bench.vvp", "-f", list};
    compile.folder = folder;
    const support::CapturedResult compiled = support::runCaptured(compile);
    INFO(compiled.output);
    REQUIRE(compiled.result.ok());
    support::Command run;
    run.argv = {"vvp", "-n", "bench.vvp"};
    run.argv.insert(run.argv.end(), arguments.begin(), arguments.end());
    run.folder = folder;
    const support::CapturedResult result = support::runCaptured(run);
    REQUIRE(result.result.ok());
    return result.output;
}

struct Generated {
    explicit Generated(const std::string& spec)
        : design(tb::test::generateInto(folder.path(), spec)),
          bench(tb::writeVerilogBench(tb::makeDevice(design, folder.path()), folder / "rtl",
                                      folder / "bench", 1)) {}

    tests::TemporaryFolder folder;
    Design design;
    tb::VerilogBench bench;
};

void replaceOnce(const fs::path& file, const std::string& from, const std::string& to) {
    std::string text = support::readFile(file);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    support::writeFile(file, text.replace(at, from.size(), to));
}

TEST_CASE("The Verilog bench passes, bare and behind AXI4-Stream, with stalls and without") {
    for (const char* spec : {"tests/tb/specs/mutants_a.json", "tests/tb/specs/mutants_b.json",
                             "tests/tb/specs/mutants_c.json", "tests/tb/specs/fpga.json",
                             "examples/tiny_3x5.json", "examples/small_4x4.json"}) {
        const Generated run(spec);
        INFO(spec << ", " << run.bench.layer);
        CHECK(run.bench.comparisons > 0);
        for (const char* list : {"files.f", "files_axis.f"}) {
            for (const char* stalls : {"+stalls=0", "+stalls=1"}) {
                INFO(list << " " << stalls);
                CHECK_THAT(simulate(run.bench.folder, list, {stalls, "+seed=7"}),
                           StartsWith("passed: " + std::to_string(run.bench.outputBeats)));
            }
        }
    }
}

TEST_CASE("The Verilog bench finds a wrong expectation, a wrong array and one that stands still") {
    const Generated run("tests/tb/specs/mutants_a.json");
    const fs::path outputs = run.bench.folder / "outputs.hex";
    const std::string right = support::readFile(outputs);
    std::string wrong = right;
    wrong[right.find('\n') - 1] ^= 1;
    support::writeFile(outputs, wrong);
    CHECK_THAT(simulate(run.bench.folder, "files.f", {}), ContainsSubstring("FAILED"));
    support::writeFile(outputs, right);
    CHECK_THAT(simulate(run.bench.folder, "files.f", {}), StartsWith("passed"));

    const fs::path shell = run.folder / "rtl" / "aslog_axis.v";
    replaceOnce(shell, "step_q[DrainSteps-1];", "~step_q[DrainSteps-1];");
    CHECK_THAT(simulate(run.bench.folder, "files_axis.f", {}), ContainsSubstring("TLAST is"));
    replaceOnce(shell, "s_axis_act_tuser[SlotBits+1]", "1'b0");
    CHECK_THAT(simulate(run.bench.folder, "files_axis.f", {}), ContainsSubstring("FAILED"));

    replaceOnce(run.folder / "rtl" / "aslog_control.v", "out_valid_o = scale_valid_q",
                "out_valid_o = 1'b0");
    CHECK_THAT(simulate(run.bench.folder, "files.f", {}), ContainsSubstring("FAILED: 0 of"));
}

TEST_CASE("A bench that was changed by hand is replaced by force only") {
    const Generated run("tests/tb/specs/mutants_b.json");
    const tb::Device device = tb::makeDevice(run.design, run.folder.path());
    const auto write = [&](Replace replace) {
        return tb::writeVerilogBench(device, run.folder / "rtl", run.bench.folder, 1, replace);
    };
    CHECK(write(Replace::generated).comparisons == run.bench.comparisons);
    const fs::path file = run.bench.folder / "aslog_tb.v";
    const std::string own = support::readFile(file);
    support::writeFile(file, own + "// mine\n");
    CHECK_THROWS_WITH(write(Replace::generated),
                      ContainsSubstring("aslog_tb.v") && ContainsSubstring("--force"));
    CHECK(support::readFile(file) != own);
    CHECK_NOTHROW(write(Replace::all));
    CHECK(support::readFile(file) == own);
}

// docs/integration.md, "Clock gate and latch".
TEST_CASE("Clock gate and latch may be replaced by forms that mean the same, by no other") {
    struct Form {
        const char* what;
        const char* file;
        const char* body;
        bool works;
    };
    const std::string gate = "module aslog_clock_gate (input clk_i, input en_i, output clk_o);\n";
    const std::string latch =
        "module aslog_latch #(parameter integer Width = 1) (input en_i, input [Width-1:0] d_i, "
        "output reg [Width-1:0] q_o);\n";
    const Form forms[] = {
        {"vendor's model with a blocking latch", "aslog_clock_gate.v",
         "reg q; always @(clk_i or en_i) if (!clk_i) q = en_i; assign clk_o = clk_i & q;", true},
        {"a latch without the delayed enable", "aslog_latch.v", "always @* if (en_i) q_o = d_i;",
         true},
        {"a gate without a latch", "aslog_clock_gate.v", "assign clk_o = clk_i & en_i;", false},
        {"a flip-flop instead of the latch", "aslog_clock_gate.v",
         "reg q; always @(negedge clk_i) q <= en_i; assign clk_o = clk_i & q;", false},
        {"a flip-flop instead of a latch of weights", "aslog_latch.v",
         "always @(posedge en_i) q_o <= d_i;", false},
    };
    for (const char* spec : {"tests/tb/specs/mutants_a.json", "examples/tiny_3x5.json"}) {
        const Generated run(spec);
        for (const Form& form : forms) {
            INFO(spec << ": " << form.what);
            const fs::path file = run.folder / "rtl" / form.file;
            const std::string own = support::readFile(file);
            const bool isGate = std::string(form.file) == "aslog_clock_gate.v";
            support::writeFile(file, (isGate ? gate : latch) + form.body + "\nendmodule\n");
            const std::string said = simulate(run.bench.folder, "files.f", {});
            CHECK((said.rfind("passed", 0) == 0) == form.works);
            support::writeFile(file, own);
        }
    }
}

}  // namespace
