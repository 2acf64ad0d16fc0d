// Baseline element "pair": two rows at once. A code is c = 2^(WeightBits-1) - w; its bit plane k of
// both rows chooses 0, q0, q1 or q0 + q1, which the lane formed once for all columns. No sign, no
// digit, no inversion: a word is the complement of its choice, as inverting gates give it, and
// raw = K - c0*q0 - c1*q1. The PCF unit adds 2^(WeightBits-1) * S. docs/arithmetic.md, section 8.
module aslog_ae #(
    parameter integer ActivationBits = 8,
    parameter integer WeightBits     = 4
) (
    input  wire [                  2*WeightBits-1:0] code_i,  // of both rows
    input  wire [              2*ActivationBits-1:0] q_i,     // unsigned, of both rows
    input  wire [                ActivationBits+1:0] t_i,     // q0 + q1
    output wire [WeightBits*(ActivationBits+1)-1:0] p_o      // word k counts 2^k
);

  localparam integer WordBits = ActivationBits + 1;

  wire [WordBits-1:0] q0 = {1'b0, q_i[ActivationBits-1:0]};
  wire [WordBits-1:0] q1 = {1'b0, q_i[ActivationBits+:ActivationBits]};
  wire unused_t = t_i[ActivationBits+1];
  genvar k;
  generate
    for (k = 0; k < WeightBits; k = k + 1) begin : g_plane
      wire c0 = code_i[k];
      wire c1 = code_i[WeightBits+k];
      assign p_o[k*WordBits+:WordBits] =
          ~(({WordBits{c0 & ~c1}} & q0) | ({WordBits{~c0 & c1}} & q1)
          | ({WordBits{c0 & c1}} & t_i[WordBits-1:0]));
    end
  endgenerate

endmodule
