// Arithmetic element: raw = sign ? ~(L*q) : L*q, without a multiplier and without a
// carry. docs/arithmetic.md, sections 2 and 3. Combinational.
//
//   code    level                         source  final shift
//   3'd0    1 = 1*2^0                          q  0
//   3'd1    2 = 1*2^1                          q  1
//   3'd2    4 = 1*2^2                         4q  0
//   3'd3    8 = 1*2^3                         4q  1
//   3'd4    16 = 1*2^4                       16q  0
//   3'd5    32 = 1*2^5                       16q  1
//   3'd6    0                               none
//   3'd7    64 = 1*2^6                       32q  1
module aslog_mu_ae (
    input  wire [ 3:0] code_i,  // {sign, source (2), final shift (1)}
    input  wire [19:0] q_i,     // operand, unsigned
    output wire [25:0] p_o      // raw
);

  wire sign = code_i[3];
  wire [1:0] source = code_i[2:1];
  wire [0:0] final_shift = code_i[0:0];

  wire select_0 = source == 2'd0;  // q
  wire select_1 = source == 2'd1;  // 4q
  wire select_2 = source == 2'd2;  // 16q
  wire select_3 = (source == 2'd3) & (final_shift != 1'd0);  // 32q; none for zero

  wire [24:0] selected =
      ({25{select_0}} & {5'd0, q_i})
    | ({25{select_1}} & {3'd0, q_i, 2'd0})
    | ({25{select_2}} & {1'd0, q_i, 4'd0})
    | ({25{select_3}} & {q_i, 5'd0});

  wire [25:0] shifted_1 = final_shift[0] ? {selected, 1'd0} : {1'd0, selected};

  assign p_o = shifted_1 ^ {26{sign}};

endmodule
