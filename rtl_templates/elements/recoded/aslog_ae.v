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
    parameter integer WeightBits     = 9,  // 2 * Words + 1
    parameter integer DroppedBits    = 0,  // lowest columns of the product that no word has
    parameter integer ElementBits    = 36  // bits of all words
) (
    input  wire [    WeightBits-1:0] code_i,
    input  wire [ActivationBits-1:0] q_i,     // unsigned
    input  wire                      t_i,     // not used
    output wire [   ElementBits-1:0] p_o      // word k counts 4^k
);

  localparam integer WordBits = ActivationBits + 1;

  // Where word n begins: its bits below column DroppedBits are not there.
  function integer first_bit;
    input integer n;
    integer j;
    begin
      first_bit = 0;
      for (j = 0; j < n; j = j + 1)
        first_bit = first_bit + WordBits - (2 * j < DroppedBits ? DroppedBits - 2 * j : 0);
    end
  endfunction

  wire unused_t = t_i;
  genvar k;
  generate
    for (k = 0; k < Words; k = k + 1) begin : g_digit
      localparam integer From = first_bit(k);
      localparam integer Bits = first_bit(k + 1) - From;
      wire [1:0] code = code_i[2*k+:2];
      wire one = code == 2'd1;
      wire two = code == 2'd2;
      wire [WordBits-1:0] positive =
          ({WordBits{one}} & {1'b0, q_i}) | ({WordBits{two}} & {q_i, 1'b0});
      wire [WordBits-1:0] word;
      if (k == Words - 1) begin : g_top
        assign word = positive ^ {WordBits{code_i[WeightBits-1]}};
      end else begin : g_lower
        wire minus = code == 2'd3;
        assign word = positive | ({WordBits{minus}} & {1'b0, ~q_i});
      end
      assign p_o[From+:Bits] = word[WordBits-1-:Bits];
      wire unused_word = &{1'b0, word};
    end
  endgenerate

endmodule
