// Loads that outputs may drive before their edges are too slow.
#include <optional>
#include <string>

#include <fmt/format.h>

#include "gates/slew_load.h"
#include "tests/catch.h"

using namespace aslog::gates;

namespace {

// A transition time of 0.1 ns + 1/10 of the input's + 1 ns/pF. Inputs allow 0.5 ns, one 0.3 ns.
std::string libraryWith(const std::string& limitOfOutput, const std::string& limitOfInputs) {
    constexpr const char* kBuffer = R"(
  cell ({0}) {{
    pin (A) {{ direction : input; capacitance : 0.001; {1} }}
    pin (Y) {{ direction : output; function : "A"; max_capacitance : 1; {2}
      timing () {{ related_pin : "A"; timing_sense : positive_unate;
        cell_rise (t) {{ values ("0, 0", "0, 0"); }}
        cell_fall (t) {{ values ("0, 0", "0, 0"); }}
        rise_transition (t) {{ values ("0.1, 1.1", "0.2, 1.2"); }}
        fall_transition (t) {{ values ("0.05, 0.55", "0.15, 0.65"); }} }} }} }})";
    const std::string limit = "max_transition : ";
    const std::string inputs = limitOfInputs.empty() ? "" : limit + limitOfInputs + ";";
    const std::string output = limitOfOutput.empty() ? "" : limit + limitOfOutput + ";";
    return R"(library (small) {
  time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW";
  capacitive_load_unit (1, pf);
  lu_table_template (t) {
    variable_1 : input_net_transition; variable_2 : total_output_net_capacitance;
    index_1 ("0, 1"); index_2 ("0, 1"); })" +
           fmt::format(kBuffer, "BUF", inputs, output) + fmt::format(kBuffer, "ODD", inputs, "") +
           fmt::format(kBuffer, "LOW", inputs.empty() ? "" : "max_transition : 0.3;", "") + "}";
}

std::optional<double> loadOf(const std::string& text, const std::string& cell) {
    const LibertyFile file = LibertyFile::parse(text, "small.lib");
    CellLibrary library = CellLibrary::of(file);
    limitLoadsBySlew(library, file);
    return library.find(cell)->pins.at("Y").slewLoadFf;
}

}  // namespace

// 0.1 + 0.5/10 + load = 0.5 ns: the slower edge decides.
TEST_CASE("a load is limited by the slews that most inputs allow") {
    CHECK(loadOf(libraryWith("", "0.5"), "BUF").value() == Approx(350).epsilon(1e-4));
    CHECK(loadOf(libraryWith("7.65", "0.5"), "BUF").value() == Approx(350).epsilon(1e-4));
}

TEST_CASE("an output's own limit of slews counts if it is the smaller one") {
    const std::string text = libraryWith("0.4", "0.5");
    CHECK(loadOf(text, "BUF").value() == Approx(260).epsilon(1e-4));
    CHECK(loadOf(text, "ODD").value() == Approx(350).epsilon(1e-4));
}

TEST_CASE("an output that is too slow without a load is not limited") {
    CHECK_FALSE(loadOf(libraryWith("0.1", "0.5"), "BUF").has_value());
}

TEST_CASE("a library without limits of slews limits no load by them") {
    CHECK_FALSE(loadOf(libraryWith("", ""), "BUF").has_value());
}
