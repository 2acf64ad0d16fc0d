// The simulator of netlists: what it does with clocks and latches, what it refuses, and that many
// instances at once are each instance alone.

#include <cstdint>
#include <string>

#include "gates/simulate/circuit.h"
#include "gates/simulate/interpreter.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using namespace aslog::gates;
using aslog::support::InputError;

constexpr std::uint64_t kHigh = ~std::uint64_t{0};

const CellModels& models() {
    static const LibertyFile file = LibertyFile::parse(R"lib(library (small) {
      cell (INV) { pin (A) { direction : input; } pin (Y) { direction : output; function : "!A"; } }
      cell (AND) { pin (A, B) { direction : input; }
        pin (Y) { direction : output; function : "A B"; } }
      cell (XOR) { pin (A, B) { direction : input; }
        pin (Y) { direction : output; function : "A ^ B"; } }
      cell (DFF) { ff (P, N) { next_state : "D"; clocked_on : "C"; }
        pin (D, C) { direction : input; } pin (Q) { direction : output; function : "P"; } }
      cell (DFFR) { ff (P, N) { next_state : "D"; clocked_on : "C"; clear : "!R"; }
        pin (D, C, R) { direction : input; } pin (Q) { direction : output; function : "P"; } }
      cell (LAT) { latch (P, N) { data_in : "D"; enable : "E"; }
        pin (D, E) { direction : input; } pin (Q) { direction : output; function : "P"; } }
      cell (TRI) { pin (A, E) { direction : input; }
        pin (Y) { direction : output; function : "A"; three_state : "E"; } }
    })lib",
                                                       "small.lib");
    static const CellModels result = CellModels::of(file);
    return result;
}

Circuit circuitOf(const std::string& verilog) {
    return makeCircuit(parseVerilogNetlist(verilog, "test.v"), models());
}

std::string refusalOf(const std::string& verilog) {
    try {
        static_cast<void>(circuitOf(verilog));
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Flip-flops of one clock take what was there before, all at once") {
    const Circuit circuit = circuitOf(
        "module top (c, d, q);\n  input c;\n  input d;\n  output q;\n  wire n9;\n"
        "  DFF a (.D(d), .C(c), .Q(n9));\n  DFF b (.D(n9), .C(c), .Q(q));\nendmodule\n");
    Interpreter run(circuit);
    run.apply();
    run.set("d", 0, kHigh);  // arrives behind the edge
    run.set("c", 0, kHigh);
    run.apply();
    CHECK(run.get("q", 0) == 0);
    for (const std::uint64_t expected : {std::uint64_t{0}, kHigh}) {
        run.set("c", 0, 0);
        run.apply();
        run.set("c", 0, kHigh);
        run.apply();
        CHECK(run.get("q", 0) == expected);
    }
}

TEST_CASE(
    "A gated clock: the latch holds while the clock is high, the flip-flop follows its pulses") {
    const Circuit circuit = circuitOf(
        "module top (c, e, d, q);\n  input c;\n  input e;\n  input d;\n  output q;\n"
        "  wire n7;\n  wire n8;\n  wire n9;\n  INV i (.A(c), .Y(n7));\n"
        "  LAT l (.D(e), .E(n7), .Q(n8));\n  AND g (.A(c), .B(n8), .Y(n9));\n"
        "  DFF f (.D(d), .C(n9), .Q(q));\nendmodule\n");
    REQUIRE(circuit.clockInputs.size() == 1);
    Interpreter run(circuit);
    run.apply();
    const auto step = [&run](std::uint64_t c, std::uint64_t e, std::uint64_t d) {
        run.set("c", 0, c);
        run.set("e", 0, e);
        run.set("d", 0, d);
        run.apply();
        return run.get("q", 0);
    };
    step(0, 0, kHigh);
    CHECK(step(kHigh, kHigh, kHigh) == 0);  // the enable came too late
    step(0, kHigh, kHigh);
    CHECK(step(kHigh, 0, kHigh) == kHigh);  // and goes away too late
    step(0, 0, 0);
    CHECK(step(kHigh, 0, 0) == kHigh);
}

TEST_CASE("A latch in front of a clock that is open in the wrong phase is a fault that is named") {
    const Circuit circuit = circuitOf(
        "module top (c, e, d, q);\n  input c;\n  input e;\n  input d;\n  output q;\n"
        "  wire n8;\n  wire n9;\n  LAT l (.D(e), .E(c), .Q(n8));\n"
        "  AND g (.A(c), .B(n8), .Y(n9));\n  DFF f (.D(d), .C(n9), .Q(q));\nendmodule\n");
    Interpreter run(circuit);
    run.apply();
    run.set("c", 0, kHigh);
    run.set("e", 0, kHigh);
    CHECK_THROWS_WITH(run.apply(), "the clock of f changes with its data");
}

TEST_CASE("Clear acts without a clock, and holds against it") {
    const Circuit circuit = circuitOf(
        "module top (c, d, r, q);\n  input c;\n  input d;\n  input r;\n  output q;\n"
        "  DFFR f (.D(d), .C(c), .R(r), .Q(q));\nendmodule\n");
    Interpreter run(circuit);
    run.setStates(kHigh);
    run.set("r", 0, kHigh);
    run.set("d", 0, kHigh);
    run.apply();
    CHECK(run.get("q", 0) == kHigh);
    run.set("r", 0, 0);
    run.apply();
    CHECK(run.get("q", 0) == 0);
    run.set("c", 0, kHigh);
    run.apply();
    CHECK(run.get("q", 0) == 0);
}

TEST_CASE("Instances are evaluated at once, each with its own inputs and outputs") {
    const std::string child =
        "module child (a, b, y);\n  input a;\n  input b;\n  output y;\n"
        "  XOR x (.A(a), .B(b), .Y(y));\nendmodule\n\n";
    std::string pins;
    for (int i = 0; i < 70; ++i) {  // more than a word
        pins += "  child u" + std::to_string(i) + " (.a(a[" + std::to_string(i) +
                "]), .b(b), .y(y[" + std::to_string(i) + "]));\n";
    }
    const Circuit circuit = circuitOf(child +
                                      "module top (a, b, y);\n  input [69:0] a;\n  input b;\n"
                                      "  output [69:0] y;\n" +
                                      pins + "endmodule\n");
    REQUIRE(circuit.groups.size() == 2);
    CHECK(circuit.groups[1].instances == 70);
    CHECK(circuit.cells == 70);
    Interpreter run(circuit);
    run.set("b", 0, kHigh);
    for (std::size_t i = 0; i < 70; ++i) {
        run.set("a", i, i % 3 == 0 ? kHigh : 0);
    }
    run.apply();
    for (std::size_t i = 0; i < 70; ++i) {
        INFO(i);
        CHECK(run.get("y", i) == (i % 3 == 0 ? 0 : kHigh));
    }
}

TEST_CASE("Instances that follow each other are evaluated one by one") {
    const Circuit circuit = circuitOf(
        "module child (a, y);\n  input a;\n  output y;\n  INV x (.A(a), .Y(y));\nendmodule\n\n"
        "module top (a, y);\n  input a;\n  output y;\n  wire n9;\n"
        "  child u0 (.a(a), .y(n9));\n  child u1 (.a(n9), .y(y));\nendmodule\n");
    CHECK(circuit.groups.size() == 1);
    Interpreter run(circuit);
    run.set("a", 0, kHigh);
    run.apply();
    CHECK(run.get("y", 0) == kHigh);
}

TEST_CASE("After a falling edge only what it may change is evaluated") {
    // The latch of the high phase is closed then, and so is all behind it.
    const Circuit circuit = circuitOf(
        "module top (c, d, y, z);\n  input c;\n  input d;\n  output y;\n  output z;\n"
        "  wire n6;\n  wire n7;\n  wire n8;\n  INV i (.A(c), .Y(n6));\n"
        "  LAT high (.D(d), .E(c), .Q(n7));\n  INV a (.A(n7), .Y(y));\n"
        "  LAT low (.D(d), .E(n6), .Q(n8));\n  INV b (.A(n8), .Y(z));\nendmodule\n");
    std::string names;
    for (const std::size_t step : circuit.settleAfterFall) {
        names += circuit.steps[step].name + " ";
    }
    CHECK(contains(names, "low "));
    CHECK(contains(names, "b.Y"));
    CHECK_FALSE(contains(names, "high"));
    CHECK_FALSE(contains(names, "a.Y"));
}

TEST_CASE("What can not be simulated is refused by name") {
    const std::string head =
        "module top (a, y);\n  input a;\n  output y;\n  wire n8;\n  wire n9;\n";
    CHECK(contains(refusalOf(head + "  AND p (.A(a), .B(n9), .Y(n8));\n"
                                    "  INV q (.A(n8), .Y(n9));\n  INV r (.A(n9), .Y(y));\n"
                                    "endmodule\n"),
                   "loop"));
    CHECK(
        contains(refusalOf(head + "  INV p (.A(a), .Y(y));\n  INV q (.A(a), .Y(y));\nendmodule\n"),
                 "two drivers: p and q"));
    CHECK(contains(refusalOf(head + "  INV p (.A(n9), .Y(y));\nendmodule\n"), "has no driver"));
    CHECK(contains(refusalOf(head + "  AND p (.A(a), .Y(y));\nendmodule\n"),
                   "the input B of p (AND) is not connected"));
    CHECK(
        contains(refusalOf(head + "  TRI p (.A(a), .E(a), .Y(y));\nendmodule\n"), "three states"));
    CHECK(contains(refusalOf(head + "  NONE p (.A(a), .Y(y));\nendmodule\n"), "no cell NONE"));
}
