// Baseline element "dadda": the AND array of a Baugh-Wooley multiplier. Its partial products go
// unsummed into the column's carry-save tree; the one of the sign bit is inverted.
// raw = w*q + (2^ActivationBits-1)*2^(WeightBits-1). docs/arithmetic.md, section 8.
module aslog_ae #(
    parameter integer ActivationBits = 8,
    parameter integer WeightBits     = 8
) (
    input  wire [               WeightBits-1:0] code_i,  // w, two's complement
    input  wire [           ActivationBits-1:0] q_i,     // unsigned
    input  wire [           ActivationBits+1:0] t_i,     // 3q, not used
    output wire [WeightBits*ActivationBits-1:0] p_o      // word k counts 2^k
);

  wire unused_t = &{1'b0, t_i};
  genvar k;
  generate
    for (k = 0; k < WeightBits; k = k + 1) begin : g_word
      if (k == WeightBits - 1) begin : g_sign
        assign p_o[k*ActivationBits+:ActivationBits] = ~(q_i & {ActivationBits{code_i[k]}});
      end else begin : g_magnitude
        assign p_o[k*ActivationBits+:ActivationBits] = q_i & {ActivationBits{code_i[k]}};
      end
    end
  endgenerate

endmodule
