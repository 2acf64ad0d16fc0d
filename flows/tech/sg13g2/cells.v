// IHP SG13G2: cells that yosys does not choose by itself. The library has no adder cells, so they
// are gates, left to technology mapping.

module aslog_cell_fa (input a_i, b_i, c_i, output sum_o, carry_o);
  wire half = a_i ^ b_i;
  assign sum_o = half ^ c_i;
  assign carry_o = (a_i & b_i) | (half & c_i);
endmodule

module aslog_cell_ha (input a_i, b_i, output sum_o, carry_o);
  assign sum_o = a_i ^ b_i;
  assign carry_o = a_i & b_i;
endmodule

module aslog_clock_gate (input clk_i, en_i, output clk_o);
  sg13g2_lgcp_1 _TECHMAP_REPLACE_ (.CLK(clk_i), .GATE(en_i), .GCLK(clk_o));
endmodule

module \$_DLATCH_P_ (input E, D, output Q);
  sg13g2_dlhq_1 _TECHMAP_REPLACE_ (.GATE(E), .D(D), .Q(Q));
endmodule

// The library's only latch for the low phase has a reset.
module \$_DLATCH_N_ (input E, D, output Q);
  sg13g2_dllrq_1 _TECHMAP_REPLACE_ (.GATE_N(E), .D(D), .RESET_B(1'b1), .Q(Q));
endmodule
