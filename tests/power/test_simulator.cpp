// Circuits whose delays, transitions and energies were computed by hand.

#include <numeric>

#include "power/circuit.h"
#include "power/energy.h"
#include "power/simulator.h"
#include "power/uniform_power.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/power/small_library.h"

namespace {

using namespace aslog;
using namespace aslog::power;
using Catch::Matchers::ContainsSubstring;

constexpr double kPeriodNs = 10;

Circuit circuitOf(const std::string& verilog, const std::string& clock = "") {
    const gates::Netlist netlist = gates::parseVerilogNetlist(verilog, "test.v");
    return {flatten(netlist, tests::smallModels()), tests::smallLiberty(), {2, kPeriodNs, clock}};
}

NetId netOf(const Circuit& circuit, const std::string& port) {
    return circuit.netlist().port(port).nets.front();
}

Ticks ticks(double ns) {
    return static_cast<Ticks>(std::lround(ns / kPeriodNs * kTicksPerCycle));
}

const char* const kChain = R"(module chain (a, y);
  input a; output y; wire n5;
  INV u1 (.A(a), .Y(n5));
  INV u2 (.A(n5), .Y(y));
endmodule
)";

// y is 0 but for the time that the inverter takes.
std::string pulse(const std::string& gate) {
    return "module pulse (a, y);\n  input a; output y; wire n5;\n  INV u1 (.A(a), .Y(n5));\n  " +
           gate + " u2 (.A(a), .B(n5), .Y(y));\nendmodule\n";
}

// Transitions of y while a rises and falls once.
std::uint64_t togglesOf(const std::string& verilog, Accounting accounting) {
    const Circuit circuit = circuitOf(verilog);
    Simulator simulator(circuit, accounting, 1);
    simulator.startCounting();
    for (const bool value : {true, false}) {
        simulator.setInput(netOf(circuit, "a"), value);
        simulator.cycle(0);
    }
    simulator.stopCounting();
    return simulator.activity().toggles[netOf(circuit, "y")];
}

}  // namespace

TEST_CASE("Delay and slew of an inverter are those of its tables at slew and load") {
    const Circuit circuit = circuitOf(kChain);
    const NetId middle = circuit.outputNet(circuit.instance(0), 0);
    CHECK(circuit.loadFf(middle) == Approx(2));
    CHECK(circuit.slewNs(middle, gates::Edge::Rise) == Approx(0.05 + 0.02 * 2));
    // Source 0: the only one. The second inverter has no load, but the slew of the first.
    CHECK(circuit.response(circuit.instance(0), 0, true, false).delay == ticks(0.1 + 0.01 * 2));
    CHECK(circuit.response(circuit.instance(1), 0, true, false).delay == ticks(0.1 + 0.2 * 0.09));
    CHECK(circuit.slewNs(netOf(circuit, "y"), gates::Edge::Fall) == Approx(0.05));
}

TEST_CASE("The energy of a chain is that of each transition and half C V squared") {
    const Circuit circuit = circuitOf(kChain);
    Simulator simulator(circuit, Accounting::All, 1);
    simulator.startCounting();
    for (const bool value : {true, false, true}) {
        simulator.setInput(netOf(circuit, "a"), value);
        simulator.cycle(0);
    }
    simulator.stopCounting();
    const Energy energy = energyOf(circuit, simulator.activity());
    // Both inverters: 3 transitions, in all 3 rises (3 fJ) and 3 falls (1 fJ).
    CHECK(energy.byKind[static_cast<std::size_t>(Kind::Logic)] ==
          Approx(3 * 3 + 3 * 1 + 3 * 0.5 * 2 * 4));
    CHECK(energy.byKind[static_cast<std::size_t>(Kind::Inputs)] == Approx(3 * 0.5 * 2 * 4));
    CHECK(energy.switchingFj == Approx(2 * 3 * 0.5 * 2 * 4));
    // The sample is of the first cycle: one inverter has a high input (7 nW), the other not (5 nW);
    // three cycles of 10 ns.
    CHECK(energy.byKind[kLeakage] == Approx(12 * 30 * 1e-3));
    CHECK(std::accumulate(energy.byPlace.begin(), energy.byPlace.end(), 0.0) ==
          Approx(energy.totalFj()));
}

TEST_CASE("A pulse that is longer than the delay of a gate is a glitch, a shorter one is lost") {
    CHECK(togglesOf(pulse("AND2"), Accounting::All) == 2);
    CHECK(togglesOf(pulse("AND2S"), Accounting::All) == 0);
    CHECK(togglesOf(pulse("AND2"), Accounting::Settled) == 0);
    CHECK(togglesOf(kChain, Accounting::Settled) == 2);
}

TEST_CASE("The energy of an output is that of the input that moved it, under its condition") {
    const Circuit circuit = circuitOf(
        "module gate (a, b, y);\n  input a; input b; output y;\n  AND2 u (.A(a), .B(b), .Y(y));\n"
        "endmodule\n");
    Simulator simulator(circuit, Accounting::All, 1);
    simulator.startCounting();
    const auto step = [&](const char* port, bool value) {
        simulator.setInput(netOf(circuit, port), value);
        simulator.cycle(0);
    };
    const NetId y = netOf(circuit, "y");
    step("b", true);
    step("a", true);  // rises by A while B: 10
    CHECK(simulator.activity().outputFj[y] == Approx(10));
    step("b", false);  // falls by B: 40
    CHECK(simulator.activity().outputFj[y] == Approx(50));
    step("b", true);   // 30
    step("a", false);  // 20
    CHECK(simulator.activity().outputFj[y] == Approx(100));
}

TEST_CASE("A flip-flop that divides the clock takes energy by the state before each edge") {
    const Circuit circuit = circuitOf(
        "module divider (clk, q);\n  input clk; output q; wire n5;\n"
        "  DFF f (.D(n5), .CK(clk), .Q(q));\n  INV i (.A(q), .Y(n5));\nendmodule\n",
        "clk");
    for (const std::uint64_t seed : {1, 2, 3, 4}) {
        Simulator simulator(circuit, Accounting::All, seed);
        simulator.startCounting();
        for (int i = 0; i < 8; ++i) {
            simulator.cycle(0.2);
        }
        simulator.stopCounting();
        CHECK(simulator.activity().toggles[netOf(circuit, "q")] == 8);
        CHECK(simulator.activity().toggles[netOf(circuit, "clk")] == 16);
        // Clock rises with D = !Q: 8 or 0.5, falls with the new Q: 16 or 0.25, four times each;
        // Q rises and falls four times each.
        CHECK(simulator.activity().hiddenFj[0] == Approx(4 * (8 + 0.5 + 16 + 0.25)));
        CHECK(simulator.activity().outputFj[netOf(circuit, "q")] == Approx(4 * 3000));
        CHECK(simulator.activity().highTicks[netOf(circuit, "q")] == 4 * kTicksPerCycle);
        const Energy energy = energyOf(circuit, simulator.activity());
        // The clock's net: one pin of 1 fF.
        CHECK(energy.byKind[static_cast<std::size_t>(Kind::Clock)] == Approx(16 * 0.5 * 1 * 4));
        CHECK(simulator.unsettled() == 0);
    }
}

TEST_CASE("Uniform activity weighs conditions by their likelihood and inputs alike") {
    const Circuit circuit = circuitOf(
        "module gate (a, b, y);\n  input a; input b; output y; wire n5;\n"
        "  AND2 u (.A(a), .B(b), .Y(n5));\n  INV i (.A(n5), .Y(y));\nendmodule\n");
    const InstancePower power = uniformPower(circuit, 0.5).front();
    // A: mean 15, under a condition that holds half of the time; B: mean 35.
    CHECK(power.internalFj == Approx(0.5 * (0.5 * 15 + 1 * 35) / 1.5));
    CHECK(power.switchingFj == Approx(0.5 * 0.5 * 2 * 4));
}

TEST_CASE("Energies and leakage of several supplies add up") {
    const Circuit circuit = circuitOf(
        "module gate (a, y);\n  input a; output y;\n  TWO u (.A(a), .Y(y));\nendmodule\n");
    const InstancePower power = uniformPower(circuit, 0.5).front();
    // Of both edges, 5 of one supply and 5 of the other.
    CHECK(power.internalFj == Approx(0.5 * (5 + 5)));
    CHECK(power.leakageNw == Approx(6));
    Simulator simulator(circuit, Accounting::All, 1);
    simulator.startCounting();
    const NetId y = netOf(circuit, "y");
    simulator.setInput(netOf(circuit, "a"), true);
    simulator.cycle(0);
    CHECK(simulator.activity().outputFj[y] == Approx(12 - 3));
    simulator.setInput(netOf(circuit, "a"), false);
    simulator.cycle(0);
    CHECK(simulator.activity().outputFj[y] == Approx(12 - 3 - 2 + 13));
}

TEST_CASE("Logic that chases its own tail is refused") {
    const Circuit circuit =
        circuitOf("module ring (y);\n  output y;\n  INV u (.A(y), .Y(y));\nendmodule\n");
    CHECK_THROWS_WITH(Simulator(circuit, Accounting::All, 1), ContainsSubstring("does not settle"));
}
