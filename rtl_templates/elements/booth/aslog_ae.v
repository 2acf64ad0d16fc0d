// Baseline element "booth": radix-4 Booth. Each digit of -2..2 makes one partial product, inverted
// if the digit's sign bit is set; the constants of the inversions are folded into the bias, as for
// SLogII. raw = w*q + sum of (2^(ActivationBits+1)-1)*4^i over the inverted digits.
// docs/arithmetic.md, section 8.
module aslog_ae #(
    parameter integer ActivationBits = 8,
    parameter integer WeightBits     = 8  // even
) (
    input  wire [                       WeightBits-1:0] code_i,  // w, two's complement
    input  wire [                   ActivationBits-1:0] q_i,     // unsigned
    input  wire [                   ActivationBits+1:0] t_i,     // 3q, not used
    output wire [WeightBits/2*(ActivationBits+1)-1:0] p_o      // word i counts 4^i
);

  localparam integer WordBits = ActivationBits + 1;

  wire unused_t = &{1'b0, t_i};
  wire [WeightBits:0] w = {code_i, 1'b0};
  genvar i;
  generate
    for (i = 0; i < WeightBits / 2; i = i + 1) begin : g_digit
      wire one = w[2*i+1] ^ w[2*i];
      wire two = (w[2*i+2] ^ w[2*i+1]) & ~one;
      wire [WordBits-1:0] magnitude =
          ({WordBits{one}} & {1'b0, q_i}) | ({WordBits{two}} & {q_i, 1'b0});
      assign p_o[i*WordBits+:WordBits] = magnitude ^ {WordBits{w[2*i+2]}};
    end
  endgenerate

endmodule
