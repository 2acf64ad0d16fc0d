// Clock gate: an integrated clock gating cell, or a latch and an AND where the library has none.
//
// The enable is taken while the clock is low, so a pulse of clk_o is never cut short.
// Technology profiles map this module to the library's cell (flows/tech/<name>/cells.v).
module aslog_clock_gate (
    input  wire clk_i,  // clock; give ~clk to gate the low phase
    input  wire en_i,   // enable, stable before clk_i rises
    output wire clk_o   // clk_i in enabled cycles, low otherwise
);

  reg en_q;

  // The latch is meant.
  // verilator lint_off SYNCASYNCNET
  // verilator lint_off LATCH
  // verilator lint_off COMBDLY
  always @* if (!clk_i) en_q <= en_i;
  // verilator lint_on COMBDLY
  // verilator lint_on LATCH

  assign clk_o = clk_i & en_q;

endmodule
