// Baseline element "recoded": radix-4 digits fixed offline, with the advantages that SLogII has: a
// code chosen for its decoder, inversions whose constants are folded into the bias. Lower
// digits are -1, 0, 1, 2 in two bits, the top digit -2..2 in three; -128 <= w <= 127 for four digits.
// docs/arithmetic.md, section 8.
//
//   lower digit: 0 -> 0, 1 -> 1, 2 -> 2, 3 -> -1 (word: complement of q)
//   top digit:   {sign, lower code}; sign inverts the word: 1 -> -1, 2 -> -2, code 3 not used
module aslog_ae #(
    parameter integer ActivationBits = 8,
    parameter integer Words          = 4,  // one a digit
    parameter integer WeightBits     = 9   // 2 * Words + 1
) (
    input  wire [               WeightBits-1:0] code_i,
    input  wire [           ActivationBits-1:0] q_i,     // unsigned
    input  wire [           ActivationBits+1:0] t_i,     // 3q, not used
    output wire [Words*(ActivationBits+1)-1:0] p_o      // word i counts 4^i
);

  localparam integer WordBits = ActivationBits + 1;

  wire unused_t = &{1'b0, t_i};
  genvar i;
  generate
    for (i = 0; i < Words; i = i + 1) begin : g_digit
      wire [1:0] code = code_i[2*i+:2];
      wire one = code == 2'd1;
      wire two = code == 2'd2;
      wire [WordBits-1:0] positive =
          ({WordBits{one}} & {1'b0, q_i}) | ({WordBits{two}} & {q_i, 1'b0});
      if (i == Words - 1) begin : g_top
        assign p_o[i*WordBits+:WordBits] = positive ^ {WordBits{code_i[WeightBits-1]}};
      end else begin : g_lower
        wire minus = code == 2'd3;
        assign p_o[i*WordBits+:WordBits] = positive | ({WordBits{minus}} & {1'b0, ~q_i});
      end
    end
  endgenerate

endmodule
