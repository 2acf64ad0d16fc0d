// Formal model of aslog_clock_gate: the clock that it makes is its enable, "a pulse in this cycle".
// Which phase of the clock the pulse lies in is not part of the model.
module aslog_clock_gate (
    input  wire clk_i,
    input  wire en_i,
    output wire clk_o
);
  wire unused_clk = clk_i;
  assign clk_o = en_i;
endmodule
