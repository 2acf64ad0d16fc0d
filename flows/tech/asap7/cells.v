// ASAP7: the cells that yosys is to take, with inverted outputs of adders and flip-flops. yosys 0.23 by
// itself takes the clear of DFFASRHQN for its preset (flows/library/cells_check.cpp shows it).

module aslog_cell_fa (input a_i, b_i, c_i, output sum_o, carry_o);
  wire sum_o_n;
  wire carry_o_n;
  FAx1_ASAP7_75t_R _TECHMAP_REPLACE_ (.A(a_i), .B(b_i), .CI(c_i), .SN(sum_o_n), .CON(carry_o_n));
  INVx1_ASAP7_75t_R u_sum_o_n (.A(sum_o_n), .Y(sum_o));
  INVx1_ASAP7_75t_R u_carry_o_n (.A(carry_o_n), .Y(carry_o));
endmodule

module aslog_cell_ha (input a_i, b_i, output sum_o, carry_o);
  wire sum_o_n;
  wire carry_o_n;
  HAxp5_ASAP7_75t_R _TECHMAP_REPLACE_ (.A(a_i), .B(b_i), .SN(sum_o_n), .CON(carry_o_n));
  INVx1_ASAP7_75t_R u_sum_o_n (.A(sum_o_n), .Y(sum_o));
  INVx1_ASAP7_75t_R u_carry_o_n (.A(carry_o_n), .Y(carry_o));
endmodule

module aslog_clock_gate (input clk_i, en_i, output clk_o);
  ICGx1_ASAP7_75t_R _TECHMAP_REPLACE_ (.CLK(clk_i), .ENA(en_i), .SE(1'b0), .GCLK(clk_o));
endmodule

module \$_DLATCH_P_ (input E, D, output Q);
  DHLx1_ASAP7_75t_R _TECHMAP_REPLACE_ (.CLK(E), .D(D), .Q(Q));
endmodule

module \$_DLATCH_N_ (input E, D, output Q);
  DLLx1_ASAP7_75t_R _TECHMAP_REPLACE_ (.CLK(E), .D(D), .Q(Q));
endmodule

module \$_DFF_P_ (input C, D, output Q);
  wire Q_n;
  DFFHQNx1_ASAP7_75t_R _TECHMAP_REPLACE_ (.CLK(C), .D(D), .QN(Q_n));
  INVx1_ASAP7_75t_R u_Q_n (.A(Q_n), .Y(Q));
endmodule

module \$_DFF_PN0_ (input C, D, R, output Q);
  wire Q_n;
  DFFASRHQNx1_ASAP7_75t_R _TECHMAP_REPLACE_ (.CLK(C), .D(D), .RESETN(R), .SETN(1'b1), .QN(Q_n));
  INVx1_ASAP7_75t_R u_Q_n (.A(Q_n), .Y(Q));
endmodule

module \$_DFF_PN1_ (input C, D, R, output Q);
  wire Q_n;
  DFFASRHQNx1_ASAP7_75t_R _TECHMAP_REPLACE_ (.CLK(C), .D(D), .SETN(R), .RESETN(1'b1), .QN(Q_n));
  INVx1_ASAP7_75t_R u_Q_n (.A(Q_n), .Y(Q));
endmodule
