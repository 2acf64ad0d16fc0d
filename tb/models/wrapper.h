// The Verilog around what is under test: one top module `aslog_bench` per model.
#pragma once

#include "tb/models/compile.h"
#include "tb/models/device.h"

namespace aslog::tb {

/// `seen`: the pulses of the gated clocks inside the array are counted (clock_ticks.h). A netlist
/// has no nets of these names.
enum class Internals { hidden, seen };

/// The array behind registers that act as the producers of its streams. All of them, and the clock
/// itself, are driven inside the model: then nothing but clocked processes depends on the inputs,
/// which doubles the speed of the simulation. Ports: as the array, with tick_i for clk_i, and
/// late_i: the inputs change at the falling edge (Arrival in adapter/model_api.h). A baseline has
/// its element beside the array, with the ports of unitsModel().
[[nodiscard]] ModelSource arrayModel(const Device& device, Internals internals = Internals::hidden);

/// As arrayModel(), with an input mutant_i of so many bits that the Verilog reads as
/// aslog_bench.mutant_q, with its internals seen, and with element and multiplier beside the array.
[[nodiscard]] ModelSource mutantModel(const Device& device, int mutantBits);

/// The units alone, side by side, without a clock of their own:
///   ae    ae_code_i, ae_q_i, ae_t_i -> ae_p_o; element_raw_o (with its own 3q)
///   mu    mu_code_i, mu_q_i -> mu_p_o                         (with bias correction)
///   bce   bce_* -> bce_drain_o                                (with bias correction)
///   pcf   pcf_* -> pcf_y_o
///   mult  mult_a_i, mult_b_i -> mult_p_o                   (the 8-bit yardstick)
[[nodiscard]] ModelSource unitsModel(const Device& device);

}  // namespace aslog::tb
