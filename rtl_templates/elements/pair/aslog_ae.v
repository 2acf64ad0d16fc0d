// Baseline element "pair": two rows at once. A code is c = 2^(WeightBits-1) - w; its bit plane k of
// both rows chooses 0, q0, q1 or q0 + q1, which the lane formed once for all columns. No sign, no
// digit, no inversion: a word is the complement of its choice, as inverting gates give it, and
// raw = K - c0*q0 - c1*q1. The PCF unit adds 2^(WeightBits-1) * S. docs/arithmetic.md, section 8.
module aslog_ae #(
    parameter integer ActivationBits = 8,
    parameter integer WeightBits     = 4,
    parameter integer DroppedBits    = 0,  // lowest columns of the product that no word has
    parameter integer ElementBits    = 36  // bits of all words
) (
    input  wire [    2*WeightBits-1:0] code_i,  // of both rows
    input  wire [2*ActivationBits-1:0] q_i,     // unsigned, of both rows
    input  wire [    ActivationBits:0] t_i,     // q0 + q1
    output wire [     ElementBits-1:0] p_o      // word k counts 2^k
);

  localparam integer WordBits = ActivationBits + 1;

  // Where word n begins: its bits below column DroppedBits are not there.
  function integer first_bit;
    input integer n;
    integer j;
    begin
      first_bit = 0;
      for (j = 0; j < n; j = j + 1)
        first_bit = first_bit + WordBits - (j < DroppedBits ? DroppedBits - j : 0);
    end
  endfunction

  wire [WordBits-1:0] q0 = {1'b0, q_i[ActivationBits-1:0]};
  wire [WordBits-1:0] q1 = {1'b0, q_i[ActivationBits+:ActivationBits]};
  genvar k;
  generate
    for (k = 0; k < WeightBits; k = k + 1) begin : g_plane
      localparam integer From = first_bit(k);
      localparam integer Bits = first_bit(k + 1) - From;
      wire c0 = code_i[k];
      wire c1 = code_i[WeightBits+k];
      assign p_o[From+:Bits] =
          ~(({Bits{c0 & ~c1}} & q0[WordBits-1-:Bits]) | ({Bits{~c0 & c1}} & q1[WordBits-1-:Bits])
          | ({Bits{c0 & c1}} & t_i[WordBits-1-:Bits]));
    end
  endgenerate

endmodule
