// Baseline element "offset": digits of base 4 of the code c = 2^(WeightBits-1) - w, 0 ... 3 each, of
// which the lane forms 3q once for all columns. No sign: a word is the complement of its choice, as
// inverting gates give it, and raw = K - c*q. The PCF unit adds 2^(WeightBits-1) * S.
// docs/arithmetic.md, section 8.
module aslog_ae #(
    parameter integer ActivationBits = 8,
    parameter integer WeightBits     = 4,  // even
    parameter integer DroppedBits    = 0,  // lowest columns of the product that no word has
    parameter integer ElementBits    = 20  // bits of all words
) (
    input  wire [    WeightBits-1:0] code_i,  // c
    input  wire [ActivationBits-1:0] q_i,     // unsigned
    input  wire [ActivationBits+1:0] t_i,     // 3q
    output wire [   ElementBits-1:0] p_o      // word k counts 4^k
);

  localparam integer WordBits = ActivationBits + 2;

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

  genvar k;
  generate
    for (k = 0; k < WeightBits / 2; k = k + 1) begin : g_digit
      localparam integer From = first_bit(k);
      localparam integer Bits = first_bit(k + 1) - From;
      wire [1:0] digit = code_i[2*k+:2];
      wire [WordBits-1:0] word =
          ~(({WordBits{digit == 2'd1}} & {2'b00, q_i}) | ({WordBits{digit == 2'd2}} & {1'b0, q_i, 1'b0})
          | ({WordBits{digit == 2'd3}} & t_i));
      assign p_o[From+:Bits] = word[WordBits-1-:Bits];
      wire unused_word = &{1'b0, word};
    end
  endgenerate

endmodule
