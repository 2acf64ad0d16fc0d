// aslog_multiplier: the product of two signed numbers.
module multiplier_properties (
    input wire [7:0] a_i,
    input wire [7:0] b_i
);

  wire [15:0] product;
  aslog_multiplier u_multiplier (
      .a_i(a_i),
      .b_i(b_i),
      .p_o(product)
  );

  wire signed [15:0] expected = $signed(a_i) * $signed(b_i);
  always @* assert (product == expected);

endmodule
