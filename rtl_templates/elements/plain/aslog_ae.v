// Baseline element "plain": a signed multiplier written as most papers mean it, with *.
// The sign bit of the product is inverted, so that the column adds unsigned words:
// raw = w*q + 2^(WordBits-1). docs/arithmetic.md, section 8.
module aslog_ae #(
    parameter integer ActivationBits = 8,
    parameter integer WeightBits     = 8,
    parameter integer WordBits       = 16,  // WeightBits + ActivationBits
    parameter integer DroppedBits    = 0,   // lowest bits of the word that are not there
    parameter integer ElementBits    = 16   // WordBits - DroppedBits
) (
    input  wire [    WeightBits-1:0] code_i,  // w, two's complement
    input  wire [ActivationBits-1:0] q_i,     // unsigned
    input  wire                      t_i,     // not used
    output wire [   ElementBits-1:0] p_o
);

  wire unused_t = t_i;
  wire signed [WordBits-1:0] w = {{(WordBits - WeightBits) {code_i[WeightBits-1]}}, code_i};
  wire signed [WordBits-1:0] q = {{(WordBits - ActivationBits) {1'b0}}, q_i};
  wire signed [WordBits-1:0] product = w * q;
  wire [WordBits-1:0] word = {~product[WordBits-1], product[WordBits-2:0]};
  assign p_o = word[WordBits-1:DroppedBits];
  wire unused_word = &{1'b0, word};

endmodule
