// GlobalFoundries gf180mcu_fd_sc_mcu7t5v0: cells that yosys does not choose by itself.

module aslog_cell_fa (input a_i, b_i, c_i, output sum_o, carry_o);
  gf180mcu_fd_sc_mcu7t5v0__addf_1 _TECHMAP_REPLACE_ (
      .A(a_i), .B(b_i), .CI(c_i), .S(sum_o), .CO(carry_o)
  );
endmodule

module aslog_cell_ha (input a_i, b_i, output sum_o, carry_o);
  gf180mcu_fd_sc_mcu7t5v0__addh_1 _TECHMAP_REPLACE_ (.A(a_i), .B(b_i), .S(sum_o), .CO(carry_o));
endmodule

module aslog_clock_gate (input clk_i, en_i, output clk_o);
  gf180mcu_fd_sc_mcu7t5v0__icgtp_1 _TECHMAP_REPLACE_ (.CLK(clk_i), .E(en_i), .TE(1'b0), .Q(clk_o));
endmodule

module \$_DLATCH_P_ (input E, D, output Q);
  gf180mcu_fd_sc_mcu7t5v0__latq_1 _TECHMAP_REPLACE_ (.E(E), .D(D), .Q(Q));
endmodule

// The library has no latch that is open while its enable is low.
module \$_DLATCH_N_ (input E, D, output Q);
  wire enable;
  gf180mcu_fd_sc_mcu7t5v0__inv_1 u_inverter (.I(E), .ZN(enable));
  gf180mcu_fd_sc_mcu7t5v0__latq_1 _TECHMAP_REPLACE_ (.E(enable), .D(D), .Q(Q));
endmodule
