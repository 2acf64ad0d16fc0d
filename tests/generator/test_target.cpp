// One template, two targets: what an FPGA's array is made of.

#include <regex>
#include <sstream>
#include <string>

#include "generator/rtl/emit_rtl.h"
#include "generator/rtl/target.h"
#include "support/error.h"
#include "tests/catch.h"

using namespace aslog;
using Catch::Matchers::ContainsSubstring;

namespace {

Design fpgaDesign() {
    return designFromSpecFile(std::string(ASLOG_SOURCE_DIR) + "/tests/tb/specs/fpga.json");
}

}  // namespace

TEST_CASE("An array for an FPGA has one clock, no latch and no clock gate") {
    static const std::regex edge(R"(posedge (\w+))");
    int edges = 0;
    int files = 0;
    for (const RtlFile& file : emitRtl(fpgaDesign())) {
        if (!file.path.ends_with(".v")) {
            continue;
        }
        INFO(file.path);
        ++files;
        CHECK_THAT(file.text, !ContainsSubstring("_clk") && !ContainsSubstring("atch") &&
                                  !ContainsSubstring("gated") && !ContainsSubstring("`"));
        for (std::sregex_iterator match(file.text.begin(), file.text.end(), edge), end;
             match != end; ++match, ++edges) {
            const std::string clock = (*match)[1];
            CHECK((clock == "clk_i" || clock == "aclk"));
        }
    }
    CHECK(edges > 15);
    CHECK(files > 15);
}

TEST_CASE("Files that an array for an FPGA does not need are not there") {
    for (const RtlFile& file : emitRtl(fpgaDesign())) {
        CHECK_THAT(file.path,
                   !ContainsSubstring("aslog_latch.v") && !ContainsSubstring("aslog_clock_gate.v"));
        if (file.path.ends_with("files.f") || file.path.ends_with(".core")) {
            CHECK_THAT(file.text, !ContainsSubstring("aslog_latch.v") &&
                                      !ContainsSubstring("aslog_clock_gate.v"));
        }
        if (file.path.ends_with(".sdc")) {
            CHECK_THAT(file.text, !ContainsSubstring("gating"));
        }
    }
}

TEST_CASE("A gated clock becomes an enable, and what stands behind it stays in its column") {
    const std::string verilog =
        "    input  wire       add_clk_i,  // adds\n"
        "    output wire [1:0] sum_o       // the sum\n"
        "  always @(posedge add_clk_i) sum_q <= next;\n"
        "  always @(posedge clk_i or negedge rst_ni) x_q <= 1'b0;\n"
        "      .add_clk_i (add_clk[1]),\n"
        "      .sum_o     (sum)\n";
    CHECK(forTarget(verilog, false, "x.v") == verilog);
    CHECK(forTarget(verilog, true, "x.v") ==
          "    input  wire       add_en_i,   // adds\n"
          "    output wire [1:0] sum_o       // the sum\n"
          "  always @(posedge clk_i) if (add_en_i) sum_q <= next;\n"
          "  always @(posedge clk_i or negedge rst_ni) x_q <= 1'b0;\n"
          "      .add_en_i  (add_en[1]),\n"
          "      .sum_o     (sum)\n");
}

TEST_CASE("A template's lines are those of its target, other conditions stay") {
    const std::string verilog =
        "a\n`ifdef ASLOG_FPGA\nb\n`else\nc\n`endif\n`ifdef OTHER\nd\n`else\ne\n`endif\n";
    CHECK(forTarget(verilog, true, "x.v") == "a\nb\n`ifdef OTHER\nd\n`else\ne\n`endif\n");
    CHECK(forTarget(verilog, false, "x.v") == "a\nc\n`ifdef OTHER\nd\n`else\ne\n`endif\n");
    for (const char* wrong : {"`else\n", "`endif\n", "`ifdef ASLOG_FPGA\na\n"}) {
        CHECK_THROWS_AS(forTarget(wrong, true, "x.v"), support::Error);
    }
}
