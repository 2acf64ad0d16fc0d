// NanGate 45 nm Open Cell Library: cells that yosys does not choose by itself.

module aslog_cell_fa (input a_i, b_i, c_i, output sum_o, carry_o);
  FA_X1 _TECHMAP_REPLACE_ (.A(a_i), .B(b_i), .CI(c_i), .S(sum_o), .CO(carry_o));
endmodule

module aslog_cell_ha (input a_i, b_i, output sum_o, carry_o);
  HA_X1 _TECHMAP_REPLACE_ (.A(a_i), .B(b_i), .S(sum_o), .CO(carry_o));
endmodule

module aslog_clock_gate (input clk_i, en_i, output clk_o);
  CLKGATE_X1 _TECHMAP_REPLACE_ (.CK(clk_i), .E(en_i), .GCK(clk_o));
endmodule

module \$_DLATCH_P_ (input E, D, output Q);
  DLH_X1 _TECHMAP_REPLACE_ (.G(E), .D(D), .Q(Q));
endmodule

module \$_DLATCH_N_ (input E, D, output Q);
  DLL_X1 _TECHMAP_REPLACE_ (.GN(E), .D(D), .Q(Q));
endmodule
