// SkyWater sky130_fd_sc_hd: cells that yosys does not choose by itself.

module aslog_cell_fa (input a_i, b_i, c_i, output sum_o, carry_o);
  sky130_fd_sc_hd__fa_1 _TECHMAP_REPLACE_ (
      .A(a_i), .B(b_i), .CIN(c_i), .SUM(sum_o), .COUT(carry_o)
  );
endmodule

module aslog_cell_ha (input a_i, b_i, output sum_o, carry_o);
  sky130_fd_sc_hd__ha_1 _TECHMAP_REPLACE_ (.A(a_i), .B(b_i), .SUM(sum_o), .COUT(carry_o));
endmodule

module aslog_clock_gate (input clk_i, en_i, output clk_o);
  sky130_fd_sc_hd__dlclkp_1 _TECHMAP_REPLACE_ (.CLK(clk_i), .GATE(en_i), .GCLK(clk_o));
endmodule

module \$_DLATCH_P_ (input E, D, output Q);
  sky130_fd_sc_hd__dlxtp_1 _TECHMAP_REPLACE_ (.GATE(E), .D(D), .Q(Q));
endmodule

module \$_DLATCH_N_ (input E, D, output Q);
  sky130_fd_sc_hd__dlxtn_1 _TECHMAP_REPLACE_ (.GATE_N(E), .D(D), .Q(Q));
endmodule
