// A library whose delays and energies can be computed by heart, and circuits of its cells.
#pragma once

#include <string>

#include "gates/cell_model.h"
#include "gates/liberty.h"
#include "gates/netlist.h"

namespace aslog::tests {

// ns, fF, V, nW, fJ. INV: delay 0.1 + 0.2 slew + 0.01 load, transition 0.05 + 0.02 load. AND2 is
// fast (0.05), AND2S slow (0.5). DFF: 0.2 behind the clock. The energy of INV depends on nothing
// but the edge; that of the clock of DFF on D and Q. TWO has energies of two supplies.
inline const std::string kSmallLibrary = R"lib(library (small) {
  time_unit : "1ns"; voltage_unit : "1V"; capacitive_load_unit (1, ff); leakage_power_unit : "1nW";
  nom_voltage : 2;
  lu_table_template (delay) { variable_1 : input_net_transition;
    variable_2 : total_output_net_capacitance; index_1 ("0, 1"); index_2 ("0, 10"); }
  cell (INV) {
    cell_leakage_power : 5;
    leakage_power () { when : "A"; value : 7; }
    pin (A) { direction : input; capacitance : 2; }
    pin (Y) { direction : output; function : "!A";
      timing () { related_pin : "A"; timing_sense : negative_unate;
        cell_rise (delay) { values ("0.1, 0.2", "0.3, 0.4"); }
        cell_fall (delay) { values ("0.1, 0.2", "0.3, 0.4"); }
        rise_transition (delay) { values ("0.05, 0.25", "0.05, 0.25"); }
        fall_transition (delay) { values ("0.05, 0.25", "0.05, 0.25"); } }
      internal_power () { related_pin : "A";
        rise_power (scalar) { values ("3"); } fall_power (scalar) { values ("1"); } } } }
  cell (AND2) {
    pin (A) { direction : input; capacitance : 1; } pin (B) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "A & B";
      timing () { related_pin : "A B"; timing_sense : positive_unate;
        cell_rise (scalar) { values ("0.05"); } cell_fall (scalar) { values ("0.05"); }
        rise_transition (scalar) { values ("0"); } fall_transition (scalar) { values ("0"); } }
      internal_power () { related_pin : "A"; when : "B";
        rise_power (scalar) { values ("10"); } fall_power (scalar) { values ("20"); } }
      internal_power () { related_pin : "B";
        rise_power (scalar) { values ("30"); } fall_power (scalar) { values ("40"); } } } }
  cell (TWO) {
    leakage_power () { value : 5; related_pg_pin : VDD; }
    leakage_power () { value : 1; related_pg_pin : VSS; }
    pin (A) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "A";
      timing () { related_pin : "A"; timing_sense : positive_unate;
        cell_rise (scalar) { values ("0.05"); } cell_fall (scalar) { values ("0.05"); }
        rise_transition (scalar) { values ("0"); } fall_transition (scalar) { values ("0"); } }
      internal_power () { related_pin : "A"; related_pg_pin : VDD;
        rise_power (scalar) { values ("12"); } fall_power (scalar) { values ("-2"); } }
      internal_power () { related_pin : "A"; related_pg_pin : VSS;
        rise_power (scalar) { values ("-3"); } fall_power (scalar) { values ("13"); } } } }
  cell (AND2S) {
    pin (A) { direction : input; capacitance : 1; } pin (B) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "A & B";
      timing () { related_pin : "A B"; timing_sense : positive_unate;
        cell_rise (scalar) { values ("0.5"); } cell_fall (scalar) { values ("0.5"); }
        rise_transition (scalar) { values ("0"); } fall_transition (scalar) { values ("0"); } } } }
  cell (DFF) {
    ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin (D) { direction : input; capacitance : 1; }
    pin (CK) { direction : input; clock : true; capacitance : 1;
      internal_power () { when : "D & Q";
        rise_power (scalar) { values ("100"); } fall_power (scalar) { values ("200"); } }
      internal_power () { when : "!D & Q";
        rise_power (scalar) { values ("0.5"); } fall_power (scalar) { values ("0.25"); } }
      internal_power () {
        rise_power (scalar) { values ("8"); } fall_power (scalar) { values ("16"); } } }
    pin (Q) { direction : output; function : "IQ";
      timing () { related_pin : "CK"; timing_type : rising_edge; timing_sense : non_unate;
        cell_rise (scalar) { values ("0.2"); } cell_fall (scalar) { values ("0.2"); }
        rise_transition (scalar) { values ("0"); } fall_transition (scalar) { values ("0"); } }
      internal_power () { related_pin : "CK";
        rise_power (scalar) { values ("1000"); } fall_power (scalar) { values ("2000"); } } } }
})lib";

inline const gates::LibertyFile& smallLiberty() {
    static const gates::LibertyFile library = gates::LibertyFile::parse(kSmallLibrary, "small.lib");
    return library;
}

inline const gates::CellModels& smallModels() {
    static const gates::CellModels models = gates::CellModels::of(smallLiberty());
    return models;
}

}  // namespace aslog::tests
