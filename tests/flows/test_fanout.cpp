// Fan-out buffers: limits kept, nothing disconnected, clocks left alone; and the array with two
// columns that stands for the whole one.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "flows/fanout.h"
#include "flows/representative.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using aslog::flows::bufferFanout;
using aslog::flows::FanoutRules;
using aslog::flows::InputLoads;
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

// Of all nets of the top module that a cell drives, the largest load as a share of the limit.
double worstShare(const Netlist& netlist, const CellLibrary& library, const InputLoads& loads) {
    std::map<Bit, double> load;
    std::map<Bit, double> limit;
    for (const Cell& cell : netlist.modules.at("top").cells) {
        for (const auto& [pin, bits] : cell.connections) {
            const LibraryCell* found = library.find(cell.type);
            if (found != nullptr && found->pins.at(pin).isOutput) {
                limit[bits.front()] = *found->pins.at(pin).maxCapacitanceFf;
            } else if (found != nullptr) {
                load[bits.front()] += found->pins.at(pin).capacitanceFf;
            } else if (pin == "d") {
                load[bits.front()] += loads.at("column").at("d").front().load.pinsFf;
            }
        }
    }
    double worst = 0;
    for (const auto& [bit, most] : limit) {
        worst = std::max(worst, load[bit] / most);
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
    const CellLibrary library = CellLibrary::parse(kLibrary, "small.lib");
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
