// aslog_pcf_unit, step by step, against docs/arithmetic.md, sections 6 and 7. The values of the
// registers are free, so each step is shown for every value that it can get; the step before is
// what makes that value. Each step's registers change on a pulse of their own clock only.
module pcf_properties #(
    parameter integer AccumulatorBits = 24,
    parameter integer UseMu           = 1,
    parameter integer UseWindowWeight = 0,
    parameter integer WindowShift     = 0,
    parameter integer MuBits          = 4,
    parameter integer WindowSumBits   = 20,
    parameter integer MuProductBits   = 26,
    parameter integer FractionBits    = 6,
    parameter integer CorrectionBits  = 32,
    parameter integer ScaleBits       = 6,
    parameter integer ShiftBits       = 4,
    parameter integer ShiftMin        = 12,
    parameter integer ShiftMax        = 27,
    parameter integer OutputBits      = 8
) (
    input wire                       correct_clk_i,
    input wire                       shift_clk_i,
    input wire                       scale_clk_i,
    input wire [AccumulatorBits-1:0] raw_i,
    input wire [  WindowSumBits-1:0] window_sum_i,
    input wire [         MuBits-1:0] mu_i,
    input wire [ CorrectionBits-1:0] bias_i,
    input wire [      ScaleBits-1:0] scale_i,
    input wire [      ShiftBits-1:0] shift_i,
    input wire [     OutputBits+1:0] offset_i,
    input wire [     OutputBits-1:0] clamp_low_i,
    input wire [     OutputBits-1:0] clamp_high_i
);

  localparam integer PlacesBits = ScaleBits + 2;
  localparam integer ShiftedBits = OutputBits + 6;
  // Wide enough for the largest intermediate of section 7 without any overflow.
  localparam integer WideBits = CorrectionBits + PlacesBits + OutputBits + 8;

  wire signed [CorrectionBits-1:0] t;
  wire        [     ScaleBits-1:0] scale;
  wire        [     ShiftBits-1:0] shift;
  wire signed [    OutputBits+1:0] offset;
  wire signed [   ShiftedBits-1:0] u;
  wire        [     ScaleBits-1:0] u_scale;
  wire signed [    OutputBits+1:0] u_offset;
  wire        [    OutputBits-1:0] y;
  aslog_pcf_unit u_pcf_unit (
`ifdef ASLOG_FPGA
      .clk_i        (1'b1),
`endif
      .correct_clk_i(correct_clk_i),
      .shift_clk_i  (shift_clk_i),
      .scale_clk_i  (scale_clk_i),
      .raw_i        (raw_i),
      .window_sum_i (window_sum_i),
      .mu_i         (mu_i),
      .bias_i       (bias_i),
      .scale_i      (scale_i),
      .shift_i      (shift_i),
      .offset_i     (offset_i),
      .clamp_low_i  (clamp_low_i),
      .clamp_high_i (clamp_high_i),
      .y_o          (y),
      // registers, made visible for the proof
      .t_q          (t),
      .scale_q      (scale),
      .shift_q      (shift),
      .offset_q     (offset),
      .u_q          (u),
      .u_scale_q    (u_scale),
      .u_offset_q   (u_offset)
  );

`ifdef CORRECT
  // t = (raw + window weight * S) * 2^f + raw_mu + B modulo 2^T; raw_mu is what the proof mu_ae is
  // about.
  wire [CorrectionBits-1:0] raw_mu;
  generate
    if (UseMu != 0) begin : g_mu
      wire [MuProductBits-1:0] product_of_mu;
      aslog_mu_ae u_mu_ae (
          .code_i(mu_i),
          .q_i   (window_sum_i),
          .p_o   (product_of_mu)
      );
      assign raw_mu = product_of_mu;
    end else begin : g_no_mu
      assign raw_mu = 0;
    end
  endgenerate
  wire [CorrectionBits-1:0] wide_raw = raw_i;
  wire [CorrectionBits-1:0] wide_sum = UseWindowWeight != 0 ? window_sum_i : 0;
  wire [CorrectionBits-1:0] scaled_raw = (wide_raw + (wide_sum << WindowShift)) << FractionBits;
  wire [CorrectionBits-1:0] t_expected = scaled_raw + raw_mu + bias_i;

  reg                      was_clocked;
  reg [CorrectionBits-1:0] t_next, t_held;
  reg [ScaleBits-1:0] scale_next, scale_held;
  reg [ShiftBits-1:0] shift_next, shift_held;
  reg [OutputBits+1:0] offset_next, offset_held;
  always @($global_clock) begin
    was_clocked <= correct_clk_i;
    t_next      <= t_expected;
    t_held      <= t;
    scale_next  <= scale_i;
    scale_held  <= scale;
    shift_next  <= shift_i;
    shift_held  <= shift;
    offset_next <= offset_i;
    offset_held <= offset;
  end
  always @* begin
    assert (t == (was_clocked ? t_next : t_held));
    assert (scale == (was_clocked ? scale_next : scale_held));
    assert (shift == (was_clocked ? shift_next : shift_held));
    assert (offset == (was_clocked ? offset_next : offset_held));
  end
`endif

`ifdef SHIFT
  // u = floor(t * 2^(m+2) / 2^s), saturated.
  wire [15:0] s = shift + ShiftMin;
  wire signed [WideBits-1:0] wide = t;
  wire signed [WideBits-1:0] shifted = (wide <<< PlacesBits) >>> s;
  wire signed [WideBits-1:0] u_high = {{(WideBits - ShiftedBits + 1) {1'b0}}, {(ShiftedBits - 1) {1'b1}}};
  wire signed [WideBits-1:0] u_low = -u_high - 1;
  wire signed [WideBits-1:0] u_expected = shifted < u_low ? u_low : shifted > u_high ? u_high : shifted;

  reg                   was_clocked;
  reg                   was_legal;
  reg [ShiftedBits-1:0] u_next, u_held;
  reg [ScaleBits-1:0] scale_next, scale_held;
  reg [OutputBits+1:0] offset_next, offset_held;
  always @($global_clock) begin
    was_clocked <= shift_clk_i;
    was_legal   <= s <= ShiftMax;
    u_next      <= u_expected;
    u_held      <= u;
    scale_next  <= scale;
    scale_held  <= u_scale;
    offset_next <= offset;
    offset_held <= u_offset;
  end
  always @* begin
    if (!was_clocked) assert (u == u_held);
    else if (was_legal) assert (u == u_next);
    assert (u_scale == (was_clocked ? scale_next : scale_held));
    assert (u_offset == (was_clocked ? offset_next : offset_held));
  end
`endif

`ifdef SCALE
  // v = floor(u * M / 2^(m+2) + 1/2), y = clamp(v + o, low, high).
  wire signed [WideBits-1:0] m = {{(WideBits - ScaleBits) {1'b0}}, u_scale};
  wire signed [WideBits-1:0] half = {{(WideBits - 1) {1'b0}}, 1'b1} << (PlacesBits - 1);
  wire signed [WideBits-1:0] v = (u * m + half) >>> PlacesBits;
  wire signed [WideBits-1:0] sum = v + u_offset;
  wire signed [WideBits-1:0] low = {{(WideBits - OutputBits) {1'b0}}, clamp_low_i};
  wire signed [WideBits-1:0] high = {{(WideBits - OutputBits) {1'b0}}, clamp_high_i};
  wire signed [WideBits-1:0] y_expected = sum < low ? low : sum > high ? high : sum;

  reg                was_clocked;
  reg                was_legal;
  reg [WideBits-1:0] y_next;
  reg [OutputBits-1:0] y_held;
  always @($global_clock) begin
    was_clocked <= scale_clk_i;
    was_legal   <= clamp_low_i <= clamp_high_i;
    y_next      <= y_expected;
    y_held      <= y;
  end
  always @*
    if (!was_clocked) assert (y == y_held);
    else if (was_legal) assert (y == y_next);
`endif

endmodule
