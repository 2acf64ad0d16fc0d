// The reader of OpenSTA's answers: figures that add up by hand, and answers that it must refuse.

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "flows/timing/sta.h"
#include "flows/workspace.h"
#include "gates/cell_library.h"
#include "support/error.h"
#include "support/file.h"
#include "support/version.h"
#include "tests/catch.h"
#include "tests/flows/tiny_library.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using aslog::flows::Sta;
using aslog::flows::TimedNetlist;
using aslog::flows::Timing;
using aslog::flows::Workspace;
using aslog::gates::CellLibrary;

namespace {

class Bench {
  public:
    Bench()
        : workspace_(folder_ / "work"),
          library_(CellLibrary::parse(aslog::tests::kTinyLibrary, "tiny.lib")) {
        aslog::support::writeFile(folder_ / "tiny.lib", aslog::tests::kTinyLibrary);
    }

    Sta sta() const {
        return {workspace_, folder_ / "tiny.lib", library_, 50,
                aslog::support::dataFolder() / "flows" / "scripts"};
    }

    // One clock of 1 ns; inputs arrive at the edge, outputs may take the whole cycle.
    TimedNetlist netlist(const std::string& verilog) const {
        const fs::path file = workspace_.temporary("top.v");
        aslog::support::writeFile(file, verilog);
        return {file, "", "top", {"clk"}, {}, 1, 0, 0};
    }

    const fs::path& folder() const { return folder_.path(); }

  private:
    aslog::tests::TemporaryFolder folder_;
    Workspace workspace_;
    CellLibrary library_;
};

// A program `sta` that prints a text, first in PATH.
class FakeSta {
  public:
    FakeSta(const fs::path& folder, const std::string& answer) : path_(std::getenv("PATH")) {
        aslog::support::writeFile(folder / "answer", answer);
        const fs::path program = folder / "bin" / "sta";
        aslog::support::writeFile(
            program, fmt::format("#!/bin/sh\ncat '{}'\n", (folder / "answer").string()));
        fs::permissions(program, fs::perms::owner_all);
        ::setenv("PATH", fmt::format("{}:{}", (folder / "bin").string(), path_).c_str(), 1);
    }
    ~FakeSta() { ::setenv("PATH", path_.c_str(), 1); }
    FakeSta(const FakeSta&) = delete;
    FakeSta& operator=(const FakeSta&) = delete;

  private:
    std::string path_;
};

bool isNear(double a, double b) {
    return std::abs(a - b) < 1e-5;
}

const std::string kPath =
    "aslog slack worst 0.25 -0.5\naslog point 0.1 u/_1_/Q\naslog point 0.75 u/_2_/D\n";
const std::string kChecks =
    "aslog limit max_capacitance 9 1 2 30 20 u/_1_/Q\n"
    "aslog limit max_slew 20 1 3 0.3 0.2 u/_2_/D\n"
    "aslog slew_violators 4 5\n";
const std::string kPeriod = "aslog period 0.75\n";
const std::string kDone = "aslog done\n";

Timing analysed(const std::string& answer, bool isFinal) {
    const Bench bench;
    const FakeSta fake(bench.folder(), answer);
    return bench.sta().analyse("fake", bench.netlist(""), isFinal);
}

bool isRefused(const std::string& answer, bool isFinal) {
    try {
        static_cast<void>(analysed(answer, isFinal));
    } catch (const aslog::support::Error&) {
        return true;
    }
    return false;
}

bool slacksAreRefused(const std::string& answer) {
    const Bench bench;
    const FakeSta fake(bench.folder(), answer);
    try {
        static_cast<void>(bench.sta().slacks("fake", {bench.netlist(""), bench.netlist("")}));
    } catch (const aslog::support::Error&) {
        return true;
    }
    return false;
}

// Flip-flop, two inverters, flip-flop; the second inverter drives `more` inverters too.
std::string pathOf(int more) {
    std::string text =
        "module top (clk, d, q);\n  input clk, d;\n  output q;\n"
        "  DFF first (.D(d), .C(clk), .Q(n0));\n  INV a (.A(n0), .Y(n1));\n"
        "  INV b (.A(n1), .Y(n2));\n  DFF last (.D(n2), .C(clk), .Q(q));\n";
    for (int i = 0; i < more; ++i) {
        text += fmt::format("  INV more_{} (.A(n2), .Y());\n", i);
    }
    return text + "endmodule\n";
}

// Flip-flop, `delays` times 0.4 ns, a latch that is open in the first half of the cycle.
std::string latchPath(int delays) {
    std::string text =
        "module top (clk, d, q);\n  input clk, d;\n  output q;\n"
        "  DFF first (.D(d), .C(clk), .Q(n0));\n";
    for (int i = 0; i < delays; ++i) {
        text += fmt::format("  DELAY d{0} (.A(n{0}), .Y(n{1}));\n", i, i + 1);
    }
    return text + fmt::format("  LATCH last (.D(n{}), .E(clk), .Q(q));\nendmodule\n", delays);
}

}  // namespace

TEST_CASE("A whole answer is read") {
    const Timing timing =
        analysed("OpenSTA 9\n" + kPath + "Warning: x\n" + kChecks + kPeriod + kDone, true);
    CHECK(timing.slack.worstNs == 0.25);
    CHECK(timing.slack.negativeNs == -0.5);
    REQUIRE(timing.path.size() == 2);
    CHECK(timing.path.back().pin == "u/_2_/D");
    CHECK(timing.path.back().arrivalNs == 0.75);
    CHECK(timing.minPeriodNs == 0.75);
    CHECK(timing.checks.capacitanceFf.violations == 1);
    CHECK(timing.checks.capacitanceFf.idealViolations == 2);
    CHECK(timing.checks.capacitanceFf.worst == 30);
    CHECK(timing.checks.capacitanceFf.limit == 20);
    CHECK(timing.checks.slewNs.pin == "u/_2_/D");
    CHECK_FALSE(isRefused(kPath + kDone, false));
}

TEST_CASE("Strange, cut-off, missing and repeated lines of an answer are refused") {
    const std::vector<std::string> notFinal = {
        "",
        kPath,                                        // cut off
        kPath + "aslog don",                          // in the last line
        kDone,                                        // nothing said
        "aslog slack worst 0.25 0\n" + kDone,         // no path
        "aslog slack worst 0.25\n" + kPath + kDone,   // two slacks
        kPath + kDone + kDone,                        // two ends
        kPath + kDone + "aslog point 0.8 u/_3_/D\n",  // more after the end
        "aslog slack worst nan 0\naslog point 1 a\n" + kDone,
        "aslog slack worst inf 0\naslog point 1 a\n" + kDone,
        "aslog slack worst 0.25 0 7\naslog point 1 a\n" + kDone,
        "aslog slack worst\naslog point 1 a\n" + kDone,
        "aslog slack worst 0.25 0\naslog point a 1\n" + kDone,
        kPath + "aslog points 1 a\n" + kDone,  // unknown
        kPath + kPeriod + kDone,               // not asked for
        "Error: top.v line 3, syntax error\n",
    };
    for (const std::string& answer : notFinal) {
        INFO(answer);
        CHECK(isRefused(answer, false));
    }
    const std::string slew = "aslog limit max_slew 20 1 3 0.3 0.2 a\n";
    const std::string load = "aslog limit max_capacitance 9 1 2 30 20 a\n";
    const std::string count = "aslog slew_violators 4 5\n";
    REQUIRE_FALSE(isRefused(kPath + load + slew + count + kPeriod + kDone, true));
    for (const std::string& checks :
         {slew + count, load + count, load + slew, load + load + slew + count,
          load + slew + "aslog limit max_fanout 1 0 0 1 1 a\n" + count,
          load + slew + "aslog slew_violators 6 5\n", load + slew + "aslog slew_violators 3 5\n",
          load + slew + count + count, load + "aslog limit max_slew 20 1 3 0.3 a\n" + count}) {
        INFO(checks);
        CHECK(isRefused(kPath + checks + kPeriod + kDone, true));
    }
    CHECK(isRefused(kPath + kChecks + kDone, true));
    CHECK(isRefused(kPath + kChecks + kPeriod + kPeriod + kDone, true));
}

TEST_CASE("Every netlist of a batch has its slack or says that it has no path") {
    const std::string first = "aslog slack 0 0.1 0\n";
    const std::string second = "aslog slack 1 -0.2 -3\n";
    const Bench bench;
    const std::vector<TimedNetlist> two = {bench.netlist(""), bench.netlist("")};
    {
        const FakeSta fake(bench.folder(), second + first + kDone);
        const auto slacks = bench.sta().slacks("fake", two);
        CHECK(slacks[0].worstNs == 0.1);
        CHECK(slacks[1].negativeNs == -3);
    }
    {
        const FakeSta fake(bench.folder(), first + "aslog no_path 1\n" + kDone);
        CHECK(bench.sta().slacks("fake", two)[1].worstNs ==
              std::numeric_limits<double>::infinity());
    }
    for (const std::string& answer :
         {first + kDone, first + second, first + first + second + kDone,
          first + second + "aslog slack 2 0 0\n" + kDone, first + "aslog no_path 0\n" + kDone,
          first + "aslog slack x 0 0\n" + kDone, first + "aslog slack 1 0\n" + kDone}) {
        INFO(answer);
        CHECK(slacksAreRefused(answer));
    }
}

TEST_CASE("A real path adds up from the numbers of the Liberty file, wires included") {
    const Bench bench;
    for (const int more : {0, 1, 2, 3, 6}) {
        INFO(more);
        const Timing timing = bench.sta().analyse("path", bench.netlist(pathOf(more)), true);
        // Between 1 and 3 sinks 1.5 fF a sink, beyond them 2 fF.
        const int sinks = 1 + more;
        const double wireFf = sinks <= 3 ? 1 + 1.5 * (sinks - 1) : 4 + 2 * (sinks - 3);
        const double loadFf = 3 + 2 * more + wireFf;
        const double arrivalNs = 0.2 + 0.01 * (2 + 1) + 0.01 * loadFf;
        CHECK(isNear(timing.path.back().arrivalNs, arrivalNs));
        CHECK(isNear(timing.slack.worstNs, 1 - 0.05 - arrivalNs));
        CHECK(timing.path.back().pin == "last/D");
        CHECK(std::abs(timing.minPeriodNs - (arrivalNs + 0.05)) < 0.001);

        const auto& load = timing.checks.capacitanceFf;
        CHECK(isNear(load.worst, loadFf));
        CHECK(load.limit == 15);
        CHECK(load.pin == "b/Y");
        CHECK(load.violations == (loadFf > 15 ? 1 : 0));
        const auto& slew = timing.checks.slewNs;
        CHECK(isNear(slew.worst, 0.04 * loadFf));
        CHECK(slew.violations == (0.04 * loadFf > 0.5 ? 2 + more : 0));
    }
}

TEST_CASE("The load on a clock is counted apart") {
    const Bench bench;
    std::string text =
        "module top (clk, d, q);\n  input clk, d;\n  output [9:0] q;\n  INV g (.A(clk), .Y(c));\n";
    for (int i = 0; i < 10; ++i) {
        text += fmt::format("  DFF f{0} (.D(d), .C(c), .Q(q[{0}]));\n", i);
    }
    const Timing timing = bench.sta().analyse("clock", bench.netlist(text + "endmodule\n"), true);
    CHECK(timing.checks.capacitanceFf.violations == 0);
    CHECK(timing.checks.capacitanceFf.idealViolations == 1);
    CHECK(timing.checks.capacitanceFf.limit == 40);
}

TEST_CASE("A latch may borrow until it closes; beyond that its slack is negative") {
    const Bench bench;
    // Launched and opened by one edge: 0.2 ns are borrowed, and given on to the output.
    const TimedNetlist open = bench.netlist(latchPath(0));
    CHECK(isNear(bench.sta().analyse("open", open, false).slack.worstNs, 1 - 0.2 - 0.1));
    // 0.6 ns: the latch closes at 0.5 and wants its data 0.05 before, whatever time is left behind.
    TimedNetlist closed = bench.netlist(latchPath(1));
    closed.departureNs = -10;
    const Timing timing = bench.sta().analyse("closed", closed, false);
    CHECK(isNear(timing.slack.worstNs, 0.5 - 0.05 - 0.6));
    CHECK(timing.slack.negativeNs < -0.1);
    CHECK(timing.path.back().pin == "last/D");
    CHECK(isNear(bench.sta().slacks("closed", {closed}).front().worstNs, 0.5 - 0.05 - 0.6));
}
