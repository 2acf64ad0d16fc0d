// Baseline element "booth": radix-4 Booth. Each digit of -2..2 makes one partial product, inverted
// if the digit's sign bit is set; the constants of the inversions are folded into the bias, as for
// SLogII. raw = w*q + sum of (2^(ActivationBits+1)-1)*4^i over the inverted digits.
// docs/arithmetic.md, section 8.
module aslog_ae #(
    parameter integer ActivationBits = 8,
    parameter integer WeightBits     = 8,  // even
    parameter integer DroppedBits    = 0,  // lowest columns of the product that no word has
    parameter integer ElementBits    = 36  // bits of all words
) (
    input  wire [    WeightBits-1:0] code_i,  // w, two's complement
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
  wire [WeightBits:0] w = {code_i, 1'b0};
  genvar k;
  generate
    for (k = 0; k < WeightBits / 2; k = k + 1) begin : g_digit
      localparam integer From = first_bit(k);
      localparam integer Bits = first_bit(k + 1) - From;
      wire one = w[2*k+1] ^ w[2*k];
      wire two = (w[2*k+2] ^ w[2*k+1]) & ~one;
      wire [WordBits-1:0] magnitude =
          ({WordBits{one}} & {1'b0, q_i}) | ({WordBits{two}} & {q_i, 1'b0});
      wire [WordBits-1:0] word = magnitude ^ {WordBits{w[2*k+2]}};
      assign p_o[From+:Bits] = word[WordBits-1-:Bits];
      wire unused_word = &{1'b0, word};
    end
  endgenerate

endmodule
