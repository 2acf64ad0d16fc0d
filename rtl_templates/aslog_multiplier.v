// 8-bit multiplier, the yardstick of the AE: two's complement, written with *.
module aslog_multiplier #(
    parameter integer Bits = 8
) (
    input  wire [  Bits-1:0] a_i,
    input  wire [  Bits-1:0] b_i,
    output wire [2*Bits-1:0] p_o
);

  wire signed [2*Bits-1:0] a = {{Bits{a_i[Bits-1]}}, a_i};
  wire signed [2*Bits-1:0] b = {{Bits{b_i[Bits-1]}}, b_i};
  assign p_o = a * b;

endmodule
