// A word of transparent latches.
//
// Non-blocking, so that in event-driven simulation a latch that closes never sees what another one,
// opening at the same clock edge, lets through.
module aslog_latch #(
    parameter integer Width = 1  // bits, >= 1
) (
    input  wire             en_i,  // transparent while high; a gated clock
    input  wire [Width-1:0] d_i,
    output reg  [Width-1:0] q_o
);

  // The latch is meant.
  // verilator lint_off LATCH
  // verilator lint_off COMBDLY
  always @* if (en_i) q_o <= d_i;
  // verilator lint_on COMBDLY
  // verilator lint_on LATCH

endmodule
