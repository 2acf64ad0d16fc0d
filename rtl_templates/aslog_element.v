// One arithmetic element alone, for measuring: forms by itself what a lane would, sums its words.
// With SLogII it is the AE, with a baseline element the multiplier of that kind; the constant of
// the sign (docs/arithmetic.md, sections 3 and 8) is handed on by all alike. Combinational.
module aslog_element #(
    parameter integer ActivationBits = 8,
    parameter integer WeightBits     = 4,
    parameter integer ElementRows    = 1,
    parameter integer OddMultiples   = 1,
    parameter integer MultipleBits   = 10,
    parameter integer Words          = 1,
    parameter integer WordBits       = 12,  // bits of a whole word
    parameter integer WordShift      = 0,
    parameter integer DroppedBits    = 0,   // lowest columns that no word has
    parameter integer ElementBits    = 12,  // bits of all words
    parameter integer RawBits        = 12   // bits of raw, in units of 2^DroppedBits
) (
    input  wire [    ElementRows*WeightBits-1:0] code_i,
    input  wire [ElementRows*ActivationBits-1:0] q_i,    // unsigned
    output reg  [                   RawBits-1:0] raw_o   // the element's raw, unsigned
);

  wire [MultipleBits-1:0] t;
  generate
    if (OddMultiples == 3) begin : g_three_multiples
      wire [ActivationBits+1:0] by_3 = {2'b00, q_i} + {1'b0, q_i, 1'b0};
      wire [ActivationBits+2:0] by_5 = {3'b000, q_i} + {1'b0, q_i, 2'b00};
      wire [ActivationBits+2:0] by_7 = {q_i, 3'b000} - {3'b000, q_i};
      assign t = {by_7, by_5, by_3};
    end else if (OddMultiples == 1) begin : g_odd_multiple
      assign t = {2'b00, q_i} + {1'b0, q_i, 1'b0};
    end else if (ElementRows == 2) begin : g_sum
      assign t = {1'b0, q_i[ActivationBits-1:0]} + {1'b0, q_i[ActivationBits+:ActivationBits]};
    end else begin : g_no_multiple
      assign t = {MultipleBits{1'b0}};
    end
  endgenerate

  wire [ElementBits-1:0] words;
  aslog_ae u_ae (
      .code_i(code_i),
      .q_i   (q_i),
      .t_i   (t),
      .p_o   (words)
  );

  // Where word n begins: its bits below column DroppedBits are not there.
  function integer start_of;
    input integer n;
    integer j;
    begin
      start_of = 0;
      for (j = 0; j < n; j = j + 1)
        start_of = start_of + WordBits
            - (j * WordShift < DroppedBits ? DroppedBits - j * WordShift : 0);
    end
  endfunction

  wire [Words*RawBits-1:0] addends;
  genvar k;
  generate
    for (k = 0; k < Words; k = k + 1) begin : g_word
      localparam integer From = start_of(k);
      localparam integer Bits = start_of(k + 1) - From;
      localparam integer Place = k * WordShift + WordBits - Bits - DroppedBits;
      reg [RawBits-1:0] word;
      always @* begin
        word = {RawBits{1'b0}};
        word[Place+:Bits] = words[From+:Bits];
      end
      assign addends[k*RawBits+:RawBits] = word;
    end
  endgenerate

  integer i;
  always @* begin
    raw_o = {RawBits{1'b0}};
    for (i = 0; i < Words; i = i + 1) raw_o = raw_o + addends[i*RawBits+:RawBits];
  end

endmodule
