// Tables and energies of a library, as they are in ns, fF and fJ.

#include <stdexcept>

#include "gates/cell_tables.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using namespace aslog::gates;
using Catch::Matchers::ContainsSubstring;

std::string libraryWith(const std::string& text) {
    return R"lib(library (small) { time_unit : "10ps"; voltage_unit : "1V"; leakage_power_unit : "1uW";
      capacitive_load_unit (1, pf);
      power_lut_template (by_load) { variable_1 : total_output_net_capacitance;
        variable_2 : input_transition_time; index_1 ("1, 2"); index_2 ("1, 2, 3"); }
      power_lut_template (odd) { variable_1 : normalized_voltage; index_1 ("1, 2"); }
    )lib" + text +
           "}\n";
}

CellTables tablesOf(const std::string& cell) {
    const LibertyFile library = LibertyFile::parse(libraryWith(cell), "small.lib");
    const CellModels models = CellModels::of(library);
    return readCellTables(library, {&models.at("INV")}).at("INV");
}

}  // namespace

TEST_CASE("A table is bilinear, and goes on beyond its points as its last piece does") {
    const LookupTable table({1, 2, 4}, {10, 20}, {0, 1, 2, 5, 10, 11});
    CHECK(table.at(1, 10) == Approx(0));
    CHECK(table.at(2, 15) == Approx(3.5));
    CHECK(table.at(1.5, 15) == Approx(2));
    CHECK(table.at(3, 20) == Approx(8));
    CHECK(table.at(0, 10) == Approx(-2));
    CHECK(table.at(6, 10) == Approx(18));
    CHECK(table.at(2, 40) == Approx(11));
    CHECK(LookupTable({}, {0, 1}, {5, 7}).at(99, 0.5) == Approx(6));
    CHECK(LookupTable(4).at(1, 1) == Approx(4));
}

TEST_CASE("A table without a value for each point, or whose points do not ascend, is refused") {
    CHECK_THROWS_AS(LookupTable({1, 2}, {1}, {1, 2, 3}), std::invalid_argument);
    CHECK_THROWS_AS(LookupTable({2, 1}, {}, {1, 2}), std::invalid_argument);
}

TEST_CASE("Energies, loads and leakage have the units of the library, whatever axis comes first") {
    const CellTables cell = tablesOf(R"lib(cell (INV) {
      cell_leakage_power : 2; leakage_power () { when : "A & !Y"; value : 3; }
      pin (A) { direction : input; capacitance : 0.001; rise_capacitance : 0.001;
        fall_capacitance : 0.002; }
      pin (Y) { direction : output; function : "!A";
        internal_power () { related_pin : "A"; when : "A";
          rise_power (by_load) { values ("0.1, 0.2, 0.3", "0.4, 0.5, 0.6"); } } } })lib");
    CHECK(cell.inputs.front().capacitanceFf == Approx(2));
    CHECK(cell.leakageNw.value() == Approx(2000));
    CHECK(cell.leakageStates.front().powerNw == Approx(3000));
    const InternalEnergy& energy = cell.outputs.front().energies.front();
    CHECK(energy.input == 0);
    REQUIRE(energy.when);
    // Slew 2 units of 10 ps, load 2 pF: the second row, the second column; pJ are 1000 fJ.
    CHECK(energy.energy[1].at(0.02, 2000) == Approx(500));
    CHECK(energy.energy[1].at(0.03, 1000) == Approx(300));
    CHECK(energy.energy[0].at(0.03, 1000) == Approx(0));
}

TEST_CASE("A table over something else is refused with cell and pin") {
    CHECK_THROWS_WITH(tablesOf(R"lib(cell (INV) { pin (A) { direction : input; }
      pin (Y) { direction : output; function : "!A";
        internal_power () { rise_power (odd) { values ("1, 2"); } } } })lib"),
                      ContainsSubstring("INV, pin Y") && ContainsSubstring("normalized_voltage"));
}
