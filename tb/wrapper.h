// The Verilog around what is under test: one top module `aslog_bench` per model.
#pragma once

#include "tb/compile.h"
#include "tb/device.h"

namespace aslog::tb {

/// The array behind registers that act as the producers of its streams. All of them, and the clock
/// itself, are driven inside the model: then nothing but clocked processes depends on the inputs,
/// which doubles the speed of the simulation. Ports: as the array, with tick_i for clk_i.
[[nodiscard]] ModelSource arrayModel(const Device& device);

/// The units alone, side by side, without a clock of their own:
///   ae    ae_code_i, ae_q_i, ae_t_i -> ae_p_o; element_raw_o (with its own 3q)
///   mu    mu_code_i, mu_q_i -> mu_p_o                         (with bias correction)
///   bce   bce_* -> bce_drain_o                                (with bias correction)
///   pcf   pcf_* -> pcf_y_o
///   mult  mult_a_i, mult_b_i -> mult_p_o                   (the 8-bit yardstick)
/// A baseline device has the element only.
[[nodiscard]] ModelSource unitsModel(const Device& device);

}  // namespace aslog::tb
