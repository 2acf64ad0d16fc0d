// One arithmetic element alone, for measuring: forms by itself what a lane would, sums its words.
// With SLogII it is the AE, with a baseline element the multiplier of that kind; the constant of
// the sign (docs/arithmetic.md, sections 3 and 8) is handed on by all alike. Combinational.
module aslog_element #(
    parameter integer ActivationBits = 8,
    parameter integer WeightBits     = 4,
    parameter integer ElementRows    = 1,
    parameter integer UseOddMultiple = 1,
    parameter integer Words          = 1,
    parameter integer WordBits       = 12,
    parameter integer WordShift      = 0,
    parameter integer RawBits        = 12  // bits of raw
) (
    input  wire [    ElementRows*WeightBits-1:0] code_i,
    input  wire [ElementRows*ActivationBits-1:0] q_i,    // unsigned
    output reg  [                   RawBits-1:0] raw_o   // the element's raw, unsigned
);

  wire [ActivationBits+1:0] t;
  generate
    if (UseOddMultiple != 0) begin : g_odd_multiple
      assign t = {2'b00, q_i} + {1'b0, q_i, 1'b0};
    end else if (ElementRows == 2) begin : g_sum
      assign t = {2'b00, q_i[ActivationBits-1:0]} + {2'b00, q_i[ActivationBits+:ActivationBits]};
    end else begin : g_no_multiple
      assign t = {(ActivationBits + 2) {1'b0}};
    end
  endgenerate

  wire [Words*WordBits-1:0] words;
  aslog_ae u_ae (
      .code_i(code_i),
      .q_i   (q_i),
      .t_i   (t),
      .p_o   (words)
  );

  integer k;
  reg [RawBits-1:0] word;
  always @* begin
    raw_o = {RawBits{1'b0}};
    for (k = 0; k < Words; k = k + 1) begin
      word = {RawBits{1'b0}};
      word[k*WordShift+:WordBits] = words[k*WordBits+:WordBits];
      raw_o = raw_o + word;
    end
  end

endmodule
