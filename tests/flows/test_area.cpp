// Areas of a netlist made by hand, with cells of a known size.

#include <string>

#include "flows/area.h"
#include "flows/timing/fanout.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using namespace aslog::gates;
using aslog::flows::areaOf;
using aslog::flows::AreaReport;

const CellLibrary& library() {
    static const CellLibrary cells = CellLibrary::parse(R"(library (small) {
  capacitive_load_unit (1, ff);
  cell (INV) { area : 1; pin (A) { direction : input; } pin (Y) { direction : output; } }
  cell (DFF) {
    area : 10;
    ff (IQ, IQN) { clocked_on : "C"; next_state : "D"; }
    pin (C) { direction : input; clock : true; }
    pin (D) { direction : input; }
    pin (Q) { direction : output; }
  }
  cell (FREE) { area : 0; pin (A) { direction : input; } }
})",
                                                        "small.lib");
    return cells;
}

Cell cell(const std::string& name, const std::string& type) {
    return {name, type, {}, {}};
}

// Two lanes of one kind with different contents, one of them twice, and a unit that holds a lane.
Netlist sample() {
    Netlist netlist;
    netlist.top = "top";
    netlist.modules["lane"] = {"lane", {}, {cell("a", "INV"), cell("b", "DFF")}};
    netlist.modules["lane_2"] = {"lane", {}, {cell("a", "INV"), cell("b", "INV")}};
    netlist.modules["unit"] = {"unit", {}, {cell("u_lane", "lane_2"), cell("a", "INV")}};
    netlist.modules["top"] = {
        "top",
        {},
        {cell("l0", "lane"), cell("l1", "lane"), cell("l2", "lane_2"), cell("u", "unit"),
         cell("a", "INV"), cell(std::string(aslog::flows::kFanoutPrefix) + "1", "INV")}};
    return netlist;
}

}  // namespace

TEST_CASE("Areas are summed by kind, whatever the modules are called and wherever they stand") {
    const AreaReport area = areaOf(sample(), library());
    // Two lanes of 11, two of 2, an inverter in the unit, one in the top, a buffer.
    CHECK(area.totalUm2 == 2 * 11 + 2 * 2 + 1 + 1 + 1);
    CHECK(area.fanoutUm2 == 1);
    CHECK(area.fanoutCells == 1);
    CHECK(area.sequentialUm2 == 20);
    CHECK(area.cells == 11);
    CHECK(area.areaOf("lane") == 26);
    CHECK(area.ownOf("lane") == 26);
    CHECK(area.areaOf("lane_2") == 0);
    CHECK(area.areaOf("unit") == 3);
    CHECK(area.ownOf("unit") == 1);
    CHECK(area.areaOf("top") == 28);
    REQUIRE(area.modules.size() == 5);
    CHECK(area.modules[1].name == "lane");
    CHECK(area.modules[1].instances == 2);
    CHECK(area.modules[1].eachUm2 == 11);
    CHECK(area.modules[1].ownSequentialUm2 == 20);
    CHECK(area.modules[2].name == "lane_2");
    CHECK(area.modules[2].kind == "lane");
    CHECK(area.modules[4].name == "lane_2");
    CHECK(area.modules[4].depth == 2);
}

TEST_CASE("A cell that the library does not know, or gives no area, is an error") {
    for (const std::string type : {"NONE", "FREE"}) {
        Netlist netlist = sample();
        netlist.modules["lane_2"].cells.push_back(cell("x", type));
        CHECK_THROWS_AS(areaOf(netlist, library()), aslog::support::Error);
    }
}
