// A library whose delays are added up in the head. INV: 0.01 ns for each fF that it drives. DFF:
// 0.2 ns from clock to output, setup 0.05 ns. LATCH: open while E is high, 0.1 ns, setup 0.05 ns.
// DELAY: 0.4 ns. Wires: 1 fF for one sink, 4 fF for three, 2 fF for each sink more.
#pragma once

#include <string>

namespace aslog::tests {

inline const std::string kTinyLibrary = R"(library (tiny) {
  delay_model : table_lookup;
  time_unit : "1ns";
  voltage_unit : "1V";
  current_unit : "1mA";
  capacitive_load_unit (1, ff);
  input_threshold_pct_rise : 50;
  input_threshold_pct_fall : 50;
  output_threshold_pct_rise : 50;
  output_threshold_pct_fall : 50;
  slew_lower_threshold_pct_rise : 20;
  slew_lower_threshold_pct_fall : 20;
  slew_upper_threshold_pct_rise : 80;
  slew_upper_threshold_pct_fall : 80;
  default_max_transition : 0.5;
  default_wire_load : "w";
  wire_load ("w") {
    capacitance : 0.5;
    resistance : 0;
    slope : 4;
    fanout_length (1, 2);
    fanout_length (3, 8);
  }
  lu_table_template (by_load) { variable_1 : total_output_net_capacitance; index_1 ("0, 100"); }
  cell (INV) {
    area : 1;
    pin (A) { direction : input; capacitance : 2; }
    pin (Y) {
      direction : output; function : "!A"; max_capacitance : 15;
      timing () {
        related_pin : "A"; timing_sense : negative_unate;
        cell_rise (by_load) { values ("0, 1"); }
        cell_fall (by_load) { values ("0, 1"); }
        rise_transition (by_load) { values ("0, 4"); }
        fall_transition (by_load) { values ("0, 4"); }
      }
    }
  }
  cell (DELAY) {
    area : 1;
    pin (A) { direction : input; capacitance : 2; }
    pin (Y) {
      direction : output; function : "A"; max_capacitance : 100;
      timing () {
        related_pin : "A"; timing_sense : positive_unate;
        cell_rise (scalar) { values ("0.4"); }
        cell_fall (scalar) { values ("0.4"); }
        rise_transition (scalar) { values ("0"); }
        fall_transition (scalar) { values ("0"); }
      }
    }
  }
  cell (DFF) {
    area : 4;
    ff (IQ, IQN) { clocked_on : "C"; next_state : "D"; }
    pin (C) { direction : input; clock : true; capacitance : 1; }
    pin (D) {
      direction : input; capacitance : 3;
      timing () {
        related_pin : "C"; timing_type : setup_rising;
        rise_constraint (scalar) { values ("0.05"); }
        fall_constraint (scalar) { values ("0.05"); }
      }
    }
    pin (Q) {
      direction : output; function : "IQ"; max_capacitance : 40;
      timing () {
        related_pin : "C"; timing_type : rising_edge;
        cell_rise (scalar) { values ("0.2"); }
        cell_fall (scalar) { values ("0.2"); }
        rise_transition (scalar) { values ("0"); }
        fall_transition (scalar) { values ("0"); }
      }
    }
  }
  cell (LATCH) {
    area : 3;
    latch (IQ, IQN) { enable : "E"; data_in : "D"; }
    pin (E) { direction : input; clock : true; capacitance : 1; }
    pin (D) {
      direction : input; capacitance : 3;
      timing () {
        related_pin : "E"; timing_type : setup_falling;
        rise_constraint (scalar) { values ("0.05"); }
        fall_constraint (scalar) { values ("0.05"); }
      }
    }
    pin (Q) {
      direction : output; function : "IQ"; max_capacitance : 40;
      timing () {
        related_pin : "E"; timing_type : rising_edge;
        cell_rise (scalar) { values ("0.1"); }
        cell_fall (scalar) { values ("0.1"); }
        rise_transition (scalar) { values ("0"); }
        fall_transition (scalar) { values ("0"); }
      }
      timing () {
        related_pin : "D"; timing_sense : positive_unate;
        cell_rise (scalar) { values ("0.1"); }
        cell_fall (scalar) { values ("0.1"); }
        rise_transition (scalar) { values ("0"); }
        fall_transition (scalar) { values ("0"); }
      }
    }
  }
}
)";

}  // namespace aslog::tests
