// Models of cells from the text of a library.

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "gates/cell_model.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using namespace aslog::gates;

CellModels modelsOf(const std::string& cells) {
    return CellModels::of(LibertyFile::parse("library (small) {\n" + cells + "}\n", "small.lib"));
}

std::string refusalOf(const CellModels& models, const std::string& cell) {
    try {
        static_cast<void>(models.at(cell));
    } catch (const aslog::support::InputError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("A full adder has two functions of three inputs") {
    const CellModels models = modelsOf(R"lib(cell (FA) {
      pin (A) { direction : input; } pin (B) { direction : input; } pin (CI) { direction : input; }
      pin (CO) { direction : output; function : "((A & B) | (CI & (A | B)))"; }
      pin (S) { direction : output; function : "(CI ^ (A ^ B))"; } } )lib");
    const CellModel& adder = models.at("FA");
    REQUIRE(adder.outputs.size() == 2);
    CHECK_FALSE(adder.state);
    const std::array<std::uint64_t, 3> values = {0xaa, 0xcc, 0xf0};
    CHECK((adder.outputs[0].function.evaluate(values) & 0xff) == 0xe8);
    CHECK((adder.outputs[1].function.evaluate(values) & 0xff) == 0x96);
}

TEST_CASE("Flip-flops and latches have a state, with clear and preset") {
    const CellModels models = modelsOf(R"lib(
      cell (DFFSR) { ff (P, N) { next_state : "D"; clocked_on : "!CK"; clear : "(!R)"; preset : "S'";
                                 clear_preset_var1 : H; }
        pin (D, CK, R, S) { direction : input; }
        pin (Q) { direction : output; function : "P"; } pin (QN) { direction : output; function : "N"; } }
      cell (LATCH) { latch (IQ, IQN) { data_in : "D"; enable : "G"; }
        pin (D, G) { direction : input; } pin (Q) { direction : output; function : "IQ"; } } )lib");
    const CellModel& flop = models.at("DFFSR");
    REQUIRE(flop.state);
    CHECK(flop.state->kind == CellState::Kind::FlipFlop);
    CHECK(flop.state->clear);
    CHECK(flop.state->preset);
    CHECK_FALSE(flop.state->clearWins);
    CHECK(flop.outputs[1].function.mentions(flop.inputs.size() + 1));
    const CellModel& latch = models.at("LATCH");
    REQUIRE(latch.state);
    CHECK(latch.state->kind == CellState::Kind::Latch);
    CHECK(latch.state->clock.mentions(latch.inputIndex("G")));
}

TEST_CASE("A cell that calls the inverse of its data its state still holds its data") {
    const CellModels models = modelsOf(R"lib(
      cell (LATCH) { latch (IQ, IQN) { data_in : "(!D)"; enable : "E"; }
        pin (D, E) { direction : input; } pin (Q) { direction : output; function : "IQN"; } }
      cell (DFFSR) { ff (IQN, IQNN) { next_state : "!D"; clocked_on : "CK"; clear : "!SN";
                                      preset : "!RN"; clear_preset_var1 : L; }
        pin (D, CK, RN, SN) { direction : input; }
        pin (QN) { direction : output; function : "IQN"; } } )lib");
    const CellModel& latch = models.at("LATCH");
    const std::vector<std::uint64_t> values = {0b01, 0b11, 0b10, 0b01};  // D, E, state, inverse
    CHECK((latch.state->data.evaluate(values) & 0b11) == 0b01);
    CHECK((latch.outputs[0].function.evaluate(values) & 0b11) == 0b10);  // Q is the state
    const CellModel& flop = models.at("DFFSR");
    CHECK(flop.state->data.mentions(flop.inputIndex("D")));
    CHECK(flop.state->clear->mentions(flop.inputIndex("RN")));
    CHECK(flop.state->preset->mentions(flop.inputIndex("SN")));
    CHECK_FALSE(flop.state->clearWins);  // both: IQN is 0, what it holds is 1
    CHECK(flop.outputs[0].function.mentions(flop.inputs.size() + 1));  // QN is the inverse
}

TEST_CASE("A clock gate is a latch that is open while the clock is low, and an AND") {
    const CellModels models = modelsOf(R"lib(cell (GATE) {
      clock_gating_integrated_cell : "latch_posedge_precontrol"; statetable ("CK E SE", "IQ") { }
      pin (IQ) { direction : internal; }
      pin (CK) { direction : input; clock_gate_clock_pin : true; }
      pin (E) { direction : input; clock_gate_enable_pin : "true"; }
      pin (SE) { direction : input; clock_gate_test_pin : true; }
      pin (GCK) { direction : output; clock_gate_out_pin : true; state_function : "(IQ & CK)"; } } )lib");
    const CellModel& gate = models.at("GATE");
    REQUIRE(gate.state);
    CHECK(gate.isClockGate);
    // CK, E, SE, state, inverse
    const std::array<std::uint64_t, 5> values = {0b0101, 0b0011, 0, 0b1100, 0b0011};
    CHECK((gate.state->clock.evaluate(values) & 0xf) == 0b1010);
    CHECK((gate.state->data.evaluate(values) & 0xf) == 0b0011);
    CHECK((gate.outputs.front().function.evaluate(values) & 0xf) == 0b0100);
}

TEST_CASE("What has no model is refused by name, with the reason") {
    const CellModels models = modelsOf(R"lib(
      cell (TRI) { pin (A, E) { direction : input; }
        pin (Z) { direction : output; function : "A"; three_state : "!E"; } }
      cell (TABLE) { statetable ("A", "Q") { } pin (A) { direction : input; } }
      cell (BLANK) { pin (A) { direction : input; } pin (Z) { direction : output; } }
      cell (ODD) { pin (A) { direction : input; } pin (Z) { direction : output; function : "A + X"; } }
      cell (NEG) { clock_gating_integrated_cell : "latch_negedge"; pin (A) { direction : input; } }
      cell (FILL) { }
      cell (OK) { pin (A) { direction : input; } pin (Z) { direction : output; function : "A"; } } )lib");
    for (const char* cell : {"TRI", "TABLE", "BLANK", "ODD", "NEG", "FILL", "NONE"}) {
        INFO(cell);
        CHECK(refusalOf(models, cell).find(cell) != std::string::npos);
    }
    CHECK(refusalOf(models, "TRI").find("three states") != std::string::npos);
    CHECK(refusalOf(models, "ODD").find("X is unknown") != std::string::npos);
    CHECK(refusalOf(models, "OK").empty());
    CHECK(models.refused().size() == 6);
}

TEST_CASE("Of real libraries only three-state outputs, keepers and fillers are refused") {
    const char* path = std::getenv("ASLOG_TECH_PATH");
    int read = 0;
    for (const std::string file :
         {"/usr/share/qflow/tech/osu018/osu018_stdcells.lib", "nangate45/nangate45_typ.lib",
          "sky130hd/sky130hd_tt.lib", "sg13g2/sg13g2_stdcell_typ_1p20V_25C.lib"}) {
        const std::filesystem::path full =
            std::filesystem::path(path != nullptr ? path : "") / file;
        if (!std::filesystem::exists(full)) {
            WARN("skipped: " << file << " not found");
            continue;
        }
        ++read;
        const CellModels models = CellModels::of(LibertyFile::read(full));
        CHECK(models.all().size() >= 30);
        for (const auto& [cell, reason] : models.refused()) {
            INFO(file << " " << cell << ": " << reason);
            CHECK((reason.find("three states") != std::string::npos ||
                   reason.find("inout") != std::string::npos || reason == "it has no output"));
        }
    }
    CHECK((read > 0 || path == nullptr));
}
