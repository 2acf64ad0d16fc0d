// PCF unit: turns a drained window sum into an output activation with the parameters of its channel.
// docs/arithmetic.md, sections 6 and 7.
//
//   correct:  t = (raw + window_weight * S) * 2^FractionBits + raw_mu + bias
//   shift:    u = saturate(floor(t / 2^(shift - ScaleBits - GuardBits)))
//   scale:    y = clamp(floor(u * scale / 2^(ScaleBits + GuardBits) + 1/2) + offset)
//
// One register word per step. The sum is shifted before it is scaled, so that the multiplier is as
// narrow as an output, not as a sum.
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
    input  wire                       shift_clk_i,
    input  wire                       scale_clk_i,
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

  localparam integer GuardBits = 2;  // binary places of u behind those of y, at a scale of 1/2
  localparam integer PlacesBits = ScaleBits + GuardBits;  // binary places of u * scale
  localparam integer OffsetBits = OutputBits + 2;
  localparam integer ShiftedBits = OutputBits + 4 + GuardBits;  // of u, signed
  localparam integer ProductBits = ShiftedBits + ScaleBits + 1;  // of u * scale + offset, signed
  localparam integer SumBits = ProductBits - PlacesBits;
  localparam integer AlignedBits = CorrectionBits + PlacesBits - ShiftMin;

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

  // ---- shift: all sums alike, each by its own, then saturate
  wire signed [AlignedBits-1:0] aligned;
  generate
    if (ShiftMin >= PlacesBits) begin : g_right
      assign aligned = t_q[CorrectionBits-1:ShiftMin-PlacesBits];
      wire unused_fraction = &{1'b0, t_q};
    end else begin : g_left
      assign aligned = {t_q, {(PlacesBits - ShiftMin) {1'b0}}};
    end
  endgenerate
  wire signed [AlignedBits-1:0] shifted = aligned >>> shift_q;

  wire [ShiftedBits-1:0] saturated;
  generate
    if (AlignedBits > ShiftedBits) begin : g_saturate
      wire fits = shifted[AlignedBits-1:ShiftedBits-1]
          == {(AlignedBits - ShiftedBits + 1) {shifted[AlignedBits-1]}};
      assign saturated = fits ? shifted[ShiftedBits-1:0]
          : {shifted[AlignedBits-1], {(ShiftedBits - 1) {~shifted[AlignedBits-1]}}};
    end else begin : g_narrow
      assign saturated =
          {{(ShiftedBits - AlignedBits + 1) {shifted[AlignedBits-1]}}, shifted[AlignedBits-2:0]};
    end
  endgenerate

  reg signed [ShiftedBits-1:0] u_q;
  reg        [  ScaleBits-1:0] u_scale_q;
  reg        [ OffsetBits-1:0] u_offset_q;
  always @(posedge shift_clk_i) begin
    u_q        <= saturated;
    u_scale_q  <= scale_q;
    u_offset_q <= offset_q;
  end

  // ---- scale: one sum of the product, the offset and the half that rounds
  wire signed [ProductBits-1:0] u_wide = {{(ProductBits - ShiftedBits) {u_q[ShiftedBits-1]}}, u_q};
  wire signed [ProductBits-1:0] scale_wide = {{(ProductBits - ScaleBits) {1'b0}}, u_scale_q};
  wire signed [ProductBits-1:0] offset_wide =
      {{(ProductBits - OffsetBits - PlacesBits) {u_offset_q[OffsetBits-1]}},
       u_offset_q, 1'b1, {(PlacesBits - 1) {1'b0}}};
  wire signed [ProductBits-1:0] product = u_wide * scale_wide + offset_wide;
  wire signed [SumBits-1:0] sum = product[ProductBits-1:PlacesBits];
  wire unused_places = &{1'b0, product};

  wire below = sum < $signed({{(SumBits - OutputBits) {1'b0}}, clamp_low_i});
  wire above = sum > $signed({{(SumBits - OutputBits) {1'b0}}, clamp_high_i});

  reg [OutputBits-1:0] y_q;
  always @(posedge scale_clk_i)
    y_q <= below ? clamp_low_i : above ? clamp_high_i : sum[OutputBits-1:0];
  assign y_o = y_q;

endmodule
