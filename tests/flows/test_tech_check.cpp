// A stranger's library: which cells stand for what, what is missing, and a draft of the profile
// that does what the flow takes its cells for.

#include <filesystem>
#include <string>
#include <vector>

#include "flows/library/cells_check.h"
#include "flows/library/tech_check.h"
#include "flows/workspace.h"
#include "gates/cell_model.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog::flows;
using aslog::gates::CellModels;
using aslog::gates::LibertyFile;
using aslog::support::Json;
using Catch::Matchers::ContainsSubstring;

const std::string kHead = R"(library (strange) {
  time_unit : "1ps"; capacitive_load_unit (1, ff); voltage_unit : "1V"; nom_voltage : 0.7;
)";

std::string pin(const std::string& name, const std::string& function = {}) {
    return function.empty() ? "    pin (" + name + ") { direction : input; capacitance : 1; }\n"
                            : "    pin (" + name + ") { direction : output; function : \"" +
                                  function + "\"; max_capacitance : 30; }\n";
}

std::string cell(const std::string& name, double area, const std::string& body) {
    return "  cell (" + name + ") {\n    area : " + std::to_string(area) + ";\n" + body + "  }\n";
}

// The least that aslog can work with.
std::string least() {
    const std::string flipFlop = "clocked_on : \"CK\"; next_state : \"!D\";";
    return cell("NOT", 1, pin("A") + pin("Y", "!A")) + cell("BUF", 2, pin("A") + pin("Y", "A")) +
           cell("NAND", 1.5, pin("A") + pin("B") + pin("Y", "!(A B)")) +
           cell("NOR", 1.5, pin("A") + pin("B") + pin("Y", "!(A+B)")) +
           cell("LAT", 4,
                "    latch (IQ, IQN) { enable : \"G\"; data_in : \"D\"; }\n" + pin("G") + pin("D") +
                    pin("Q", "IQ")) +
           cell("DFN", 5,
                "    ff (IQN, IQNN) { " + flipFlop + " }\n" + pin("CK") + pin("D") +
                    pin("QN", "IQN")) +
           cell("DFRS", 7,
                "    ff (IQ, IQN) { clocked_on : \"CK\"; next_state : \"D\"; clear : \"!RN\"; "
                "preset : \"!SN\"; clear_preset_var1 : L; clear_preset_var2 : L; }\n" +
                    pin("CK") + pin("D") + pin("RN") + pin("SN") + pin("Q", "IQ"));
}

TechCheck checked(const std::string& cells) {
    return checkTechnology(LibertyFile::parse(kHead + cells + "}\n", "strange.lib"));
}

// The draft, driven against the functions of the library.
void checkDraft(const std::string& cells) {
    const aslog::tests::TemporaryFolder folder;
    const LibertyFile liberty = LibertyFile::parse(kHead + cells + "}\n", "strange.lib");
    const TechCheck check = checkTechnology(liberty);
    CHECK(check.missing().empty());
    aslog::support::writeJson(folder / "profile.json", draftProfile(check));
    aslog::support::writeFile(folder / "cells.v", draftCells(check));
    const Technology technology = readTechnology({.name = "draft", .profile = folder.path()});
    CHECK(technology.buffers.size() == check.buffers.size());
    CHECK_NOTHROW(cellsOf(technology, liberty));
    const Workspace workspace(folder / "work");
    const fs::path timing = workspace.temporary("timing.lib");
    const fs::path mapping = workspace.temporary("mapping.lib");
    aslog::support::writeFile(timing, libraryForTiming(liberty));
    aslog::support::writeFile(mapping, libraryForMapping(technology, liberty));
    CHECK_NOTHROW(checkCells(workspace, technology, timing, mapping, CellModels::of(liberty)));
}

std::string cellOf(const TechCheck& check, Role role) {
    return check.cellOf(role) ? check.cellOf(role)->cell : "";
}

}  // namespace

TEST_CASE("A library of the least works: no adders, one latch, no clock gate, inverted states") {
    const TechCheck check = checked(least());
    CHECK(check.missing().empty());
    CHECK(cellOf(check, Role::Inverter) == "NOT");
    CHECK(cellOf(check, Role::FullAdder).empty());
    CHECK(cellOf(check, Role::LatchHigh) == "LAT");
    CHECK(cellOf(check, Role::LatchLow).empty());
    CHECK(cellOf(check, Role::FlipFlop) == "DFN");
    CHECK(cellOf(check, Role::FlipFlopCleared) == "DFRS");
    CHECK(cellOf(check, Role::FlipFlopPreset) == "DFRS");
    const std::string text = techCheckText(check);
    for (const char* words : {"no full adder", "no half adder", "no clock gate", "LAT with an"}) {
        CHECK_THAT(text, ContainsSubstring(words));
    }
    checkDraft(least());
}

TEST_CASE("Adders with inverted outputs, latches of the low phase, test pins at their constants") {
    const std::string cells =
        least() +
        cell("FA", 9,
             pin("X") + pin("Y") + pin("Z") + pin("SN", "!(X^Y^Z)") +
                 pin("CN", "!((X Y)+(X Z)+(Y Z))")) +
        cell("HA", 6, pin("X") + pin("Y") + pin("S", "X^Y") + pin("CN", "!(X Y)")) +
        cell("LATN", 4.5,
             "    latch (IQ, IQN) { enable : \"!GN\"; data_in : \"D\"; clear : \"!RN\"; }\n" +
                 pin("GN") + pin("D") + pin("RN") + pin("QN", "IQN")) +
        cell("GATE", 5,
             "    clock_gating_integrated_cell : latch_posedge_precontrol; dont_use : true;\n"
             "    pin (CK) { direction : input; clock_gate_clock_pin : true; }\n"
             "    pin (EN) { direction : input; clock_gate_enable_pin : true; }\n"
             "    pin (SE) { direction : input; clock_gate_test_pin : true; }\n"
             "    pin (Q) { direction : output; clock_gate_out_pin : true; }\n");
    const TechCheck check = checked(cells);
    CHECK(cellOf(check, Role::FullAdder) == "FA");
    CHECK(check.cellOf(Role::FullAdder)->outputs[0].isInverted);
    CHECK(check.cellOf(Role::HalfAdder)->outputs[1].isInverted);
    CHECK_FALSE(check.cellOf(Role::HalfAdder)->outputs[0].isInverted);
    CHECK(cellOf(check, Role::LatchLow) == "LATN");
    CHECK(check.cellOf(Role::LatchLow)->tied.at("RN"));
    CHECK(cellOf(check, Role::ClockGate) == "GATE");
    CHECK_FALSE(check.cellOf(Role::ClockGate)->tied.at("SE"));
    checkDraft(cells);
}

TEST_CASE("One reset value is made of the other; scan inputs and marked cells are left alone") {
    std::string cells = least();
    cells = cells.substr(0, cells.find("  cell (DFRS)"));
    const auto flipFlop = [](const std::string& name, double area, const std::string& next,
                             const std::string& more) {
        return cell(name, area,
                    "    ff (IQ, IQN) { clocked_on : \"CK\"; next_state : \"" + next +
                        "\"; clear : \"R\"; }\n" + pin("CK") + pin("D") + pin("R") + more +
                        pin("Q", "IQ"));
    };
    cells += flipFlop("DFR", 6, "D", "") +
             flipFlop("SDFR", 5, "(SE SI)+(SE' D)", pin("SE") + pin("SI")) +
             flipFlop("DFR_ISO", 4, "D", "    is_isolation_cell : \"true\";\n") +
             cell("BUFISH", 0.2, pin("A") + pin("Y", "A"));
    const TechCheck check = checked(cells);
    CHECK(cellOf(check, Role::FlipFlopCleared) == "DFR");
    CHECK(check.cellOf(Role::FlipFlopCleared)->isResetHigh);
    CHECK(cellOf(check, Role::FlipFlopPreset).empty());
    CHECK(cellOf(check, Role::Inverter) == "NOT");  // a buffer is none, however small
    CHECK(check.neverUsed == std::vector<std::string>{"DFR_ISO"});
    CHECK_THAT(techCheckText(check), ContainsSubstring("DFR between inverters"));
    checkDraft(cells);
}

TEST_CASE("Of several cells the smallest is taken, and buffers that only delay are not") {
    const std::string strong = pin("A") +
                               "    pin (Y) { direction : output; function : \"A\"; "
                               "max_capacitance : 90; }\n";
    const TechCheck check =
        checked(least() + cell("NOT2", 0.5, pin("A") + pin("Y", "A'")) +
                cell("DELAY", 6, pin("A") + pin("Y", "A")) + cell("BUF3", 4, strong));
    CHECK(cellOf(check, Role::Inverter) == "NOT2");
    REQUIRE(check.buffers.size() == 2);
    CHECK(check.buffers[0].cell == "BUF");
    CHECK(check.buffers[1].cell == "BUF3");
}

TEST_CASE("What is missing is said: latches, flip-flops, areas") {
    CHECK_THAT(techCheckText(checked(cell("NOT", 1, pin("A") + pin("Y", "!A")))),
               ContainsSubstring("a buffer") && ContainsSubstring("a latch") &&
                   ContainsSubstring("a flip-flop") && ContainsSubstring("asynchronous reset"));
    std::string cells = least();
    cells.replace(cells.find("area : 4.0"), 10, "area : 0.0");
    const TechCheck check = checked(cells);
    REQUIRE(check.missing().size() == 1);
    CHECK_THAT(check.missing().front(), ContainsSubstring("the area of LAT"));
}
