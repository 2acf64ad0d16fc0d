// A word of transparent latches.
//
// A latch opens at the very edge at which flip-flops sample what it feeds, and closes at the edge at
// which its data may change. In hardware that is a matter of hold times; a simulator without delays
// is told by the non-blocking copy of the enable, which comes behind everything that samples.
module aslog_latch #(
    parameter integer Width = 1  // bits, >= 1
) (
    input  wire             en_i,  // transparent while high; a gated clock
    input  wire [Width-1:0] d_i,
    output reg  [Width-1:0] q_o
);

  reg open;

  // The latch is meant.
  // verilator lint_off LATCH
  // verilator lint_off COMBDLY
  always @(en_i) open <= en_i;
  always @* if (open) q_o = d_i;
  // verilator lint_on COMBDLY
  // verilator lint_on LATCH

endmodule
