// OSU standard cells: cells that yosys does not choose by itself. The library has no clock gate;
// aslog_clock_gate stays what it is, a latch and an AND.

module aslog_cell_fa (input a_i, b_i, c_i, output sum_o, carry_o);
  FAX1 _TECHMAP_REPLACE_ (.A(a_i), .B(b_i), .C(c_i), .YS(sum_o), .YC(carry_o));
endmodule

module aslog_cell_ha (input a_i, b_i, output sum_o, carry_o);
  HAX1 _TECHMAP_REPLACE_ (.A(a_i), .B(b_i), .YS(sum_o), .YC(carry_o));
endmodule

module \$_DLATCH_P_ (input E, D, output Q);
  LATCH _TECHMAP_REPLACE_ (.CLK(E), .D(D), .Q(Q));
endmodule

module \$_DLATCH_N_ (input E, D, output Q);
  wire enable;
  INVX1 u_invert (.A(E), .Y(enable));
  LATCH _TECHMAP_REPLACE_ (.CLK(enable), .D(D), .Q(Q));
endmodule
