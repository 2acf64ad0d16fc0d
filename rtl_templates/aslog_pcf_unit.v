// PCF unit: turns a drained window sum into an output activation with the parameters of its channel.
// docs/arithmetic.md, sections 6 and 7.
//
//   correct:  t = (raw + window_weight * S) * 2^FractionBits + raw_mu + bias
//   scale:    product = t * scale
//   round:    y = clamp(round(product / 2^shift) + offset)
//
// One register word per step.
module aslog_pcf_unit #(
    parameter integer AccumulatorBits = 24,
    parameter integer UseMu           = 1,   // 1: add mu*S
    parameter integer UseWindowWeight = 0,   // 1: window_weight is 2^WindowShift, otherwise 0
    parameter integer WindowShift     = 0,
    parameter integer MuBits          = 4,   // bits of a mu code
    parameter integer WindowSumBits   = 20,  // bits of S
    parameter integer MuProductBits   = 26,  // bits of raw_mu
    parameter integer FractionBits    = 6,   // fraction bits of t
    parameter integer CorrectionBits  = 32,  // bits of t
    parameter integer ScaleBits       = 6,
    parameter integer ShiftBits       = 4,
    parameter integer ShiftMin        = 12,  // smallest shift, >= 1
    parameter integer OutputBits      = 8
) (
`ifdef ASLOG_FPGA
    input  wire                       clk_i,
`endif
    input  wire                       correct_clk_i,  // the three steps
    input  wire                       scale_clk_i,
    input  wire                       round_clk_i,
    input  wire [AccumulatorBits-1:0] raw_i,          // window sum of the column, unsigned
    input  wire [  WindowSumBits-1:0] window_sum_i,   // S, unsigned
    input  wire [         MuBits-1:0] mu_i,           // code of mu
    input  wire [ CorrectionBits-1:0] bias_i,         // B_c, signed
    input  wire [      ScaleBits-1:0] scale_i,        // M_c, unsigned
    input  wire [      ShiftBits-1:0] shift_i,        // s_c - ShiftMin
    input  wire [     OutputBits+1:0] offset_i,       // o_c, signed
    input  wire [     OutputBits-1:0] clamp_low_i,    // unsigned, constant during a layer
    input  wire [     OutputBits-1:0] clamp_high_i,
    output wire [     OutputBits-1:0] y_o             // output activation, unsigned
);

  localparam integer ProductBits = CorrectionBits + ScaleBits;
  localparam integer OffsetBits = OutputBits + 2;
  localparam integer RoundBits = OutputBits + 3;  // saturated rounded value, signed
  localparam integer Excess = ProductBits - (ShiftMin - 1);  // bits left after the fixed shift

  // ---- correct
  wire [CorrectionBits-1:0] raw_wide;
  assign raw_wide[AccumulatorBits+FractionBits-1:FractionBits] = raw_i;
  assign raw_wide[CorrectionBits-1:AccumulatorBits+FractionBits] =
      {(CorrectionBits - AccumulatorBits - FractionBits) {1'b0}};
  generate
    if (FractionBits > 0) begin : g_fraction
      assign raw_wide[FractionBits-1:0] = {FractionBits{1'b0}};
    end
  endgenerate

  wire [CorrectionBits-1:0] mu_wide;
  generate
    if (UseMu != 0) begin : g_mu
      wire [MuProductBits-1:0] mu_raw;
      aslog_mu_ae u_mu_ae (
          .code_i(mu_i),
          .q_i   (window_sum_i),
          .p_o   (mu_raw)
      );
      if (MuProductBits < CorrectionBits) begin : g_extend
        assign mu_wide = {{(CorrectionBits - MuProductBits) {1'b0}}, mu_raw};
      end else begin : g_modulo
        // All of t is modulo 2^CorrectionBits.
        assign mu_wide = mu_raw[CorrectionBits-1:0];
        wire unused_mu_raw = &{1'b0, mu_raw};
      end
    end else begin : g_no_mu
      assign mu_wide = {CorrectionBits{1'b0}};
      wire unused_mu = &{1'b0, mu_i, window_sum_i};
    end
  endgenerate

  // Modulo 2^CorrectionBits, as all of t.
  wire [CorrectionBits-1:0] window_wide;
  generate
    if (UseWindowWeight != 0) begin : g_window_weight
      localparam integer Place = WindowShift + FractionBits;
      localparam integer Kept =
          WindowSumBits < CorrectionBits - Place ? WindowSumBits : CorrectionBits - Place;
      assign window_wide =
          {{(CorrectionBits - Kept) {1'b0}}, window_sum_i[Kept-1:0]} << Place;
      wire unused_window_sum = &{1'b0, window_sum_i};
    end else begin : g_no_window_weight
      assign window_wide = {CorrectionBits{1'b0}};
    end
  endgenerate

  reg [CorrectionBits-1:0] t_q;
  reg [     ScaleBits-1:0] scale_q;
  reg [     ShiftBits-1:0] shift_q;
  reg [    OffsetBits-1:0] offset_q;
  always @(posedge correct_clk_i) begin
    t_q      <= raw_wide + mu_wide + window_wide + bias_i;
    scale_q  <= scale_i;
    shift_q  <= shift_i;
    offset_q <= offset_i;
  end

  // ---- scale
  reg signed [ProductBits-1:0] product_q;
  reg        [  ShiftBits-1:0] product_shift_q;
  reg        [ OffsetBits-1:0] product_offset_q;
  wire signed [ProductBits-1:0] t_wide = {{ScaleBits{t_q[CorrectionBits-1]}}, t_q};
  wire signed [ProductBits-1:0] scale_wide = {{CorrectionBits{1'b0}}, scale_q};
  always @(posedge scale_clk_i) begin
    product_q        <= t_wide * scale_wide;
    product_shift_q  <= shift_q;
    product_offset_q <= offset_q;
  end

  // ---- round: shift by one less, saturate, then halve upwards
  wire signed [Excess-1:0] fixed_shifted = product_q[ProductBits-1:ShiftMin-1];
  wire signed [Excess-1:0] shifted = fixed_shifted >>> product_shift_q;
  wire unused_fraction = &{1'b0, product_q};

  // One bit more than the rounded value, for the half that is added.
  wire [RoundBits:0] saturated;
  generate
    if (Excess > RoundBits + 1) begin : g_saturate
      wire fits = shifted[Excess-1:RoundBits] == {(Excess - RoundBits) {shifted[Excess-1]}};
      assign saturated = fits ? shifted[RoundBits:0]
          : {shifted[Excess-1], {(RoundBits) {~shifted[Excess-1]}}};
    end else begin : g_narrow
      assign saturated = {{(RoundBits + 2 - Excess) {shifted[Excess-1]}}, shifted[Excess-2:0]};
    end
  endgenerate

  wire [RoundBits+1:0] halved = {saturated[RoundBits], saturated} + {{(RoundBits + 1) {1'b0}}, 1'b1};
  wire unused_half = halved[0];
  wire signed [RoundBits+1:0] sum = $signed({halved[RoundBits+1], halved[RoundBits+1:1]})
      + $signed({{(RoundBits + 2 - OffsetBits) {product_offset_q[OffsetBits-1]}}, product_offset_q});

  wire below = sum < $signed({{(RoundBits + 2 - OutputBits) {1'b0}}, clamp_low_i});
  wire above = sum > $signed({{(RoundBits + 2 - OutputBits) {1'b0}}, clamp_high_i});

  reg [OutputBits-1:0] y_q;
  always @(posedge round_clk_i)
    y_q <= below ? clamp_low_i : above ? clamp_high_i : sum[OutputBits-1:0];
  assign y_o = y_q;

endmodule
