// Fan-out buffers: limits kept, nothing disconnected, clocks left alone; and the array with two
// columns that stands for the whole one.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "flows/mapping/repeated_ports.h"
#include "flows/timing/fanout.h"
#include "flows/timing/representative.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using aslog::flows::bufferFanout;
using aslog::flows::FanoutRules;
using aslog::flows::InputLoads;
using aslog::flows::Load;
using aslog::gates::Bit;
using aslog::gates::Cell;
using aslog::gates::CellLibrary;
using aslog::gates::LibraryCell;
using aslog::gates::Module;
using aslog::gates::Netlist;

const std::string kLibrary = R"(library (small) {
  capacitive_load_unit (1, ff);
  cell (INV) {
    area : 0.5;
    pin (A) { direction : input; capacitance : 2; }
    pin (Y) { direction : output; max_capacitance : 20; }
  }
  cell (BUF2) {
    area : 1;
    pin (A) { direction : input; capacitance : 1; }
    pin (Z) { direction : output; max_capacitance : 40; }
  }
  cell (BUF8) {
    area : 3;
    pin (A) { direction : input; capacitance : 3; }
    pin (Z) { direction : output; max_capacitance : 160; }
  }
  cell (DFF) {
    area : 4;
    ff (IQ, IQN) { clocked_on : "C"; next_state : "D"; }
    pin (C) { direction : input; clock : true; capacitance : 1; }
    pin (D) { direction : input; capacitance : 1; }
    pin (Q) { direction : output; max_capacitance : 20; }
  }
}
)";

// The same with wires of 1 fF for each sink.
std::string libraryWithWires() {
    const std::string end = "  cell (INV)";
    std::string text = kLibrary;
    return text.insert(text.find(end),
                       "  default_wire_load : \"w\";\n  wire_load (\"w\") { capacitance : 1; "
                       "slope : 1; fanout_length (1, 1); }\n");
}

FanoutRules rules() {
    FanoutRules result;
    result.buffers = {{"BUF2", "A", "Z"}, {"BUF8", "A", "Z"}};
    result.defaultMaxLoadFf = 20;
    return result;
}

// An inverter drives `count` inverters in each of `columns` instances; a flip-flop in each of them
// is on the clock.
Netlist netlistWith(int columns, int count) {
    Netlist netlist;
    netlist.top = "top";
    Module& column = netlist.modules["column"];
    column.ports = {{"d", false, {2}}, {"clk", false, {3}}, {"q", true, {4}}};
    for (int i = 0; i < count; ++i) {
        column.cells.push_back(
            {fmt::format("load_{}", i), "INV", {{"A", {2}}, {"Y", {10 + i}}}, {}});
    }
    column.cells.push_back({"state", "DFF", {{"C", {3}}, {"D", {10}}, {"Q", {4}}}, {}});
    Module& top = netlist.modules["top"];
    top.ports = {{"a", false, {2}}, {"clk", false, {3}}};
    top.cells.push_back({"driver", "INV", {{"A", {2}}, {"Y", {4}}}, {}});
    for (int i = 0; i < columns; ++i) {
        top.cells.push_back({fmt::format("column_{}", i),
                             "column",
                             {{"d", {4}}, {"clk", {3}}, {"q", {100 + i}}},
                             {}});
    }
    return netlist;
}

// Of all nets of the top module that a cell drives, the largest load as a share of the limit, wires
// included.
double worstShare(const Netlist& netlist, const CellLibrary& library, const InputLoads& loads) {
    std::map<Bit, Load> load;
    std::map<Bit, double> limit;
    for (const Cell& cell : netlist.modules.at("top").cells) {
        for (const auto& [pin, bits] : cell.connections) {
            const LibraryCell* found = library.find(cell.type);
            if (found != nullptr && found->pins.at(pin).isOutput) {
                limit[bits.front()] = *found->pins.at(pin).maxCapacitanceFf;
            } else if (found != nullptr) {
                load[bits.front()] += {found->pins.at(pin).capacitanceFf, 1};
            } else if (pin == "d") {
                load[bits.front()] += loads.at("column").at("d").front().load;
            }
        }
    }
    double worst = 0;
    for (const auto& [bit, most] : limit) {
        worst = std::max(worst, load[bit].totalFf(library.wireLoad()) / most);
    }
    return worst;
}

// The cells that a net reaches, buffers passed through.
std::set<std::string> reached(const Module& module, Bit from) {
    std::set<std::string> result;
    for (const Cell& cell : module.cells) {
        for (const auto& [pin, bits] : cell.connections) {
            if (bits.front() != from || pin == "Z" || pin == "Y" || pin == "q") {
                continue;
            }
            if (cell.name.starts_with(aslog::flows::kFanoutPrefix)) {
                result.merge(reached(module, cell.connection("Z")->front()));
            } else {
                result.insert(cell.name);
            }
        }
    }
    return result;
}

}  // namespace

TEST_CASE("Every driver stays within its limit, and every load stays connected") {
    const bool hasWires = GENERATE(false, true);
    const CellLibrary library =
        CellLibrary::parse(hasWires ? libraryWithWires() : kLibrary, "small.lib");
    for (const int columns : {1, 2, 3, 7, 16, 64, 200}) {
        for (const double ratio : {0.9, 0.5, 0.3}) {
            INFO(columns << " columns, ratio " << ratio);
            Netlist netlist = netlistWith(columns, 3);
            FanoutRules limits = rules();
            limits.crossingRatio = ratio;
            const InputLoads loads = bufferFanout(netlist, library, limits);
            CHECK(loads.at("column").at("d").front().load.pinsFf == 6);
            CHECK(worstShare(netlist, library, loads) <= ratio + 1e-9);
            CHECK(reached(netlist.modules.at("top"), 4).size() ==
                  static_cast<std::size_t>(columns));
        }
    }
}

TEST_CASE("A light net gets no buffer, and a clock never does") {
    const CellLibrary library = CellLibrary::parse(kLibrary, "small.lib");
    Netlist light = netlistWith(2, 3);
    const std::size_t cells = light.modules.at("top").cells.size();
    static_cast<void>(bufferFanout(light, library, rules()));
    CHECK(light.modules.at("top").cells.size() == cells);

    Netlist heavy = netlistWith(200, 1);
    const InputLoads loads = bufferFanout(heavy, library, rules());
    CHECK(heavy.modules.at("top").cells.size() > 201);
    CHECK(reached(heavy.modules.at("top"), 3).size() == 200);
    for (const Cell& cell : heavy.modules.at("top").cells) {
        CHECK((cell.connection("clk") == nullptr || cell.connection("clk")->front() == 3));
    }
    CHECK(aslog::flows::idealInputs(loads, heavy.modules.at("top"), "top") ==
          std::vector<std::string>{"clk"});
}

TEST_CASE("A load inside a module that no buffer could drive is split there") {
    const CellLibrary library = CellLibrary::parse(kLibrary, "small.lib");
    Netlist netlist = netlistWith(2, 300);
    const InputLoads loads = bufferFanout(netlist, library, rules());
    CHECK(loads.at("column").at("d").front().load.pinsFf < 160);
    CHECK(reached(netlist.modules.at("column"), 2).size() == 300);
}

TEST_CASE("Wires alone can be too much") {
    // 9 sinks of 2 fF are within 0.9 of 20 fF, 9 fF of wires are too much.
    Netlist without = netlistWith(3, 3);
    Netlist with = without;
    const std::size_t cells = with.modules.at("top").cells.size();
    static_cast<void>(bufferFanout(without, CellLibrary::parse(kLibrary, "small.lib"), rules()));
    static_cast<void>(
        bufferFanout(with, CellLibrary::parse(libraryWithWires(), "small.lib"), rules()));
    CHECK(without.modules.at("top").cells.size() == cells);
    CHECK(with.modules.at("top").cells.size() > cells);
}

TEST_CASE("A load that can not be split gets a buffer that is strong enough for it") {
    // 15 inverters in each column are 30 fF and 15 fF of wires: more than BUF2 may drive.
    const CellLibrary library = CellLibrary::parse(libraryWithWires(), "small.lib");
    Netlist netlist = netlistWith(4, 15);
    const InputLoads loads = bufferFanout(netlist, library, rules());
    CHECK(loads.at("column").at("d").front().load.sinks == 15);
    int buffers = 0;
    for (const Cell& cell : netlist.modules.at("top").cells) {
        const std::vector<Bit>* output = cell.connection("Z");
        if (output == nullptr) {
            continue;
        }
        Load load;
        for (const Cell& other : netlist.modules.at("top").cells) {
            for (const auto& [pin, bits] : other.connections) {
                if (bits.front() == output->front() && pin == "d") {
                    load += loads.at("column").at("d").front().load;
                } else if (bits.front() == output->front() && pin == "A") {
                    load += {library.find(other.type)->pins.at("A").capacitanceFf, 1};
                }
            }
        }
        CHECK(load.totalFf(library.wireLoad()) <=
              *library.find(cell.type)->pins.at("Z").maxCapacitanceFf);
        ++buffers;
    }
    CHECK(buffers > 0);
}

TEST_CASE("An output may drive what its load and its edges allow") {
    FanoutRules rules;
    rules.defaultMaxLoadFf = 50;
    LibraryPin pin;
    CHECK(maxLoadFf(pin, rules) == 50);
    pin.maxCapacitanceFf = 80;
    CHECK(maxLoadFf(pin, rules) == 80);
    pin.slewLoadFf = 90;
    CHECK(maxLoadFf(pin, rules) == 80);
    pin.slewLoadFf = 70;
    CHECK(maxLoadFf(pin, rules) == 70);
}

TEST_CASE("A driver whose net leaves its module keeps room for what the parent adds") {
    const CellLibrary library = CellLibrary::parse(libraryWithWires(), "small.lib");
    Netlist netlist;
    netlist.top = "top";
    Module& part = netlist.modules["part"];
    part.ports = {{"a", false, {2}}, {"q", true, {3}}};
    part.cells.push_back({"driver", "INV", {{"A", {2}}, {"Y", {3}}}, {}});
    for (int i = 0; i < 6; ++i) {  // 12 fF and 6 fF of wires: the limit is 20 fF
        part.cells.push_back({fmt::format("in_{}", i), "INV", {{"A", {3}}, {"Y", {10 + i}}}, {}});
    }
    Module& top = netlist.modules["top"];
    top.ports = {{"a", false, {2}}};
    top.cells.push_back({"u", "part", {{"a", {2}}, {"q", {3}}}, {}});
    for (int i = 0; i < 40; ++i) {
        top.cells.push_back({fmt::format("out_{}", i), "INV", {{"A", {3}}, {"Y", {10 + i}}}, {}});
    }
    static_cast<void>(bufferFanout(netlist, library, rules()));
    double loadFf = 0;
    for (const auto& [name, bit] : {std::pair<std::string, Bit>("part", 3), {"top", 3}}) {
        for (const Cell& cell : netlist.modules.at(name).cells) {
            const std::vector<Bit>* input = cell.connection("A");
            if (input != nullptr && input->front() == bit) {
                loadFf += library.find(cell.type)->pins.at("A").capacitanceFf + 1;
            }
        }
    }
    CHECK(loadFf > 0);
    CHECK(loadFf <= 20);
    CHECK(reached(netlist.modules.at("top"), 3).size() == 40);
}

TEST_CASE("The loads behind two outputs of one driver keep its limit together") {
    const CellLibrary library = CellLibrary::parse(kLibrary, "small.lib");
    Netlist netlist;
    netlist.top = "top";
    Module& part = netlist.modules["part"];
    part.ports = {{"a", false, {2}}, {"y", true, {3}}, {"z", true, {3}}};
    part.cells.push_back({"driver", "INV", {{"A", {2}}, {"Y", {3}}}, {}});
    Module& top = netlist.modules["top"];
    top.ports = {{"a", false, {2}}};
    top.cells.push_back({"u", "part", {{"a", {2}}, {"y", {3}}, {"z", {4}}}, {}});
    for (int i = 0; i < 8; ++i) {  // 16 fF each; the limit is 20 fF
        for (const Bit net : {3, 4}) {
            top.cells.push_back({fmt::format("on_{}_{}", net, i),
                                 "INV",
                                 {{"A", {net}}, {"Y", {10 + 2 * i + net}}},
                                 {}});
        }
    }
    static_cast<void>(bufferFanout(netlist, library, rules()));
    double loadFf = 0;
    for (const Cell& cell : netlist.modules.at("top").cells) {
        const std::vector<Bit>* input = cell.connection("A");
        if (input != nullptr && (input->front() == 3 || input->front() == 4)) {
            loadFf += library.find(cell.type)->pins.at("A").capacitanceFf;
        }
    }
    CHECK(loadFf > 0);
    CHECK(loadFf <= 20);
    CHECK(reached(netlist.modules.at("top"), 3).size() == 8 + 1);  // and u, which drives
    CHECK(reached(netlist.modules.at("top"), 4).size() == 8 + 1);
}

TEST_CASE("Two outputs of one driver are one net, and so is an input that is passed through") {
    Netlist netlist;
    netlist.top = "top";
    Module& part = netlist.modules["part"];
    part.ports = {{"a", false, {2}}, {"same", true, {2}}, {"y", true, {3}}, {"z", true, {3}}};
    part.cells.push_back({"i", "INV", {{"A", {2}}, {"Y", {3}}}, {}});
    Module& top = netlist.modules["top"];
    top.ports = {{"a", false, {2}}, {"q", true, {8}}};
    top.cells = {{"u", "part", {{"a", {2}}, {"same", {4}}, {"y", {5}}, {"z", {6}}}, {}},
                 {"v", "part", {{"a", {4}}, {"same", {7}}, {"y", {8}}, {"z", {9}}}, {}},
                 {"on_same", "INV", {{"A", {7}}, {"Y", {20}}}, {}},
                 {"on_z", "INV", {{"A", {6}}, {"Y", {21}}}, {}},
                 {"on_other_z", "INV", {{"A", {9}}, {"Y", {22}}}, {}}};
    aslog::flows::joinRepeatedPorts(netlist);
    const auto netOf = [&top](std::size_t cell, const char* pin) {
        return top.cells[cell].connection(pin)->front();
    };
    CHECK(netOf(1, "a") == 2);
    CHECK(netOf(2, "A") == 2);
    CHECK(netOf(3, "A") == netOf(0, "y"));
    CHECK(netOf(4, "A") == netOf(1, "y"));
    CHECK(top.port("q")->bits.front() == netOf(1, "y"));
    // Every net has one driver.
    std::set<Bit> driven = {2};
    for (const auto& [cell, pins] :
         {std::pair<std::size_t, std::vector<const char*>>(0, {"same", "y", "z"}),
          {1, {"same", "y", "z"}}}) {
        for (const char* pin : pins) {
            CHECK(driven.insert(netOf(cell, pin)).second);
        }
    }
}

TEST_CASE("A buffer that the library lacks is an error") {
    const CellLibrary library = CellLibrary::parse(kLibrary, "small.lib");
    Netlist netlist = netlistWith(2, 3);
    FanoutRules limits = rules();
    limits.buffers.push_back({"BUF99", "A", "Z"});
    CHECK_THROWS_AS(bufferFanout(netlist, library, limits), aslog::support::InputError);
}

TEST_CASE("Two columns stand for all: the others leave exactly their load") {
    const CellLibrary library = CellLibrary::parse(kLibrary, "small.lib");
    Netlist netlist = netlistWith(16, 3);
    netlist.modules.at("column").kind = "column";
    const InputLoads loads = bufferFanout(netlist, library, rules());
    const auto small = aslog::flows::representativeOf(netlist, loads, "column");
    CHECK(small.columns == 16);
    const CellLibrary loadCells = CellLibrary::parse(small.loadLibrary, "loads.lib");
    double load = 0;
    int pins = 0;
    int columns = 0;
    for (const Cell& cell : small.netlist.modules.at("top").cells) {
        if (const LibraryCell* found = loadCells.find(cell.type)) {
            for (const auto& [name, pin] : found->pins) {
                load += pin.capacitanceFf;
                ++pins;
            }
        }
        columns += cell.type == "column" ? 1 : 0;
    }
    CHECK(columns == 2);
    CHECK(std::abs(load - 14 * 6) < 1e-6);
    CHECK(pins == 14 * 3);  // wire-load models count them
}
