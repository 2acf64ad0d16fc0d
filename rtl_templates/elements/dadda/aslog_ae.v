// Baseline element "dadda": the AND array of a Baugh-Wooley multiplier. Its partial products go
// unsummed into the column's carry-save tree; the one of the sign bit is inverted.
// raw = w*q + (2^ActivationBits-1)*2^(WeightBits-1). docs/arithmetic.md, section 8.
module aslog_ae #(
    parameter integer ActivationBits = 8,
    parameter integer WeightBits     = 8,
    parameter integer DroppedBits    = 0,  // lowest columns of the product that no word has
    parameter integer ElementBits    = 64  // bits of all words
) (
    input  wire [    WeightBits-1:0] code_i,  // w, two's complement
    input  wire [ActivationBits-1:0] q_i,     // unsigned
    input  wire                      t_i,     // not used
    output wire [   ElementBits-1:0] p_o      // word k counts 2^k
);

  localparam integer WordBits = ActivationBits;

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

  wire unused_t = t_i;
  genvar k;
  generate
    for (k = 0; k < WeightBits; k = k + 1) begin : g_word
      localparam integer From = first_bit(k);
      localparam integer Bits = first_bit(k + 1) - From;
      wire [Bits-1:0] q = q_i[WordBits-1-:Bits];
      if (k == WeightBits - 1) begin : g_sign
        assign p_o[From+:Bits] = ~(q & {Bits{code_i[k]}});
      end else begin : g_magnitude
        assign p_o[From+:Bits] = q & {Bits{code_i[k]}};
      end
    end
  endgenerate

endmodule
