// Baseline element "odd": one word a digit of base 16, a sign and a magnitude. Every magnitude is a
// power of two times q, 3q, 5q or 7q, which the lane forms once for all columns. The constants of
// the inversions are folded into the bias, as for SLogII. docs/arithmetic.md, section 8.
//
//   top digit:    {sign, magnitude}, three bits of magnitude in int4, four and at most 8 in int8
//   lower digit:  {sign, three bits of magnitude}; minus zero stands for 8
module aslog_ae #(
    parameter integer ActivationBits = 8,
    parameter integer Words          = 1,  // one a digit
    parameter integer WeightBits     = 4,
    parameter integer DroppedBits    = 0,  // lowest columns of the product that no word has
    parameter integer ElementBits    = 11  // bits of all words
) (
    input  wire [      WeightBits-1:0] code_i,
    input  wire [  ActivationBits-1:0] q_i,     // unsigned
    input  wire [3*ActivationBits+7:0] t_i,     // {7q, 5q, 3q}
    output wire [     ElementBits-1:0] p_o      // word k counts 16^k
);

  localparam integer WordBits = ActivationBits + 3;

  // Where word n begins: its bits below column DroppedBits are not there.
  function integer first_bit;
    input integer n;
    integer j;
    begin
      first_bit = 0;
      for (j = 0; j < n; j = j + 1)
        first_bit = first_bit + WordBits - (4 * j < DroppedBits ? DroppedBits - 4 * j : 0);
    end
  endfunction

  wire [ActivationBits+1:0] by_3 = t_i[ActivationBits+1:0];
  wire [ActivationBits+2:0] by_5 = t_i[ActivationBits+2+:ActivationBits+3];
  wire [ActivationBits+2:0] by_7 = t_i[2*ActivationBits+5+:ActivationBits+3];
  genvar k;
  generate
    for (k = 0; k < Words; k = k + 1) begin : g_digit
      localparam integer From = first_bit(k);
      localparam integer Bits = first_bit(k + 1) - From;
      wire [2:0] magnitude = code_i[4*k+:3];
      wire negative;
      wire eight;
      if (k < Words - 1) begin : g_lower
        assign eight = code_i[4*k+:4] == 4'b1000;
        assign negative = code_i[4*k+3] & ~eight;
      end else if (Words > 1) begin : g_top_to_8
        assign eight = code_i[4*k+3];
        assign negative = code_i[4*k+4];
      end else begin : g_top_to_7
        assign eight = 1'b0;
        assign negative = code_i[4*k+3];
      end
      wire [WordBits-1:0] product =
          ({WordBits{magnitude == 3'd1}} & {3'b000, q_i})
          | ({WordBits{magnitude == 3'd2}} & {2'b00, q_i, 1'b0})
          | ({WordBits{magnitude == 3'd3}} & {1'b0, by_3})
          | ({WordBits{magnitude == 3'd4}} & {1'b0, q_i, 2'b00})
          | ({WordBits{magnitude == 3'd5}} & by_5)
          | ({WordBits{magnitude == 3'd6}} & {by_3, 1'b0})
          | ({WordBits{magnitude == 3'd7}} & by_7)
          | ({WordBits{eight}} & {q_i, 3'b000});
      assign p_o[From+:Bits] = product[WordBits-1-:Bits] ^ {Bits{negative}};
      wire unused_product = &{1'b0, product};
    end
  endgenerate

endmodule
