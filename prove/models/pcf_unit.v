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
    input wire                       scale_clk_i,
    input wire                       round_clk_i,
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

  localparam integer ProductBits = CorrectionBits + ScaleBits;
  // Wide enough for the largest intermediate of section 7 without any overflow.
  localparam integer WideBits = ProductBits + OutputBits + 4;

  wire signed [CorrectionBits-1:0] t;
  wire        [     ScaleBits-1:0] scale;
  wire        [     ShiftBits-1:0] shift;
  wire signed [    OutputBits+1:0] offset;
  wire signed [   ProductBits-1:0] product;
  wire        [     ShiftBits-1:0] product_shift;
  wire signed [    OutputBits+1:0] product_offset;
  wire        [    OutputBits-1:0] y;
  aslog_pcf_unit u_pcf_unit (
`ifdef ASLOG_FPGA
      .clk_i           (1'b1),
`endif
      .correct_clk_i   (correct_clk_i),
      .scale_clk_i     (scale_clk_i),
      .round_clk_i     (round_clk_i),
      .raw_i           (raw_i),
      .window_sum_i    (window_sum_i),
      .mu_i            (mu_i),
      .bias_i          (bias_i),
      .scale_i         (scale_i),
      .shift_i         (shift_i),
      .offset_i        (offset_i),
      .clamp_low_i     (clamp_low_i),
      .clamp_high_i    (clamp_high_i),
      .y_o             (y),
      // registers, made visible for the proof
      .t_q             (t),
      .scale_q         (scale),
      .shift_q         (shift),
      .offset_q        (offset),
      .product_q       (product),
      .product_shift_q (product_shift),
      .product_offset_q(product_offset)
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

`ifdef SCALE
  // product = t * M, exact: T + bits(M) bits hold every product.
  wire signed [ScaleBits:0] m = {1'b0, scale};
  wire signed [ProductBits:0] product_expected = t * m;

  reg                    was_clocked;
  reg [ProductBits:0] product_next;
  reg [ProductBits-1:0] product_held;
  reg [ShiftBits-1:0] shift_next, shift_held;
  reg [OutputBits+1:0] offset_next, offset_held;
  always @($global_clock) begin
    was_clocked  <= scale_clk_i;
    product_next <= product_expected;
    product_held <= product;
    shift_next   <= shift;
    shift_held   <= product_shift;
    offset_next  <= offset;
    offset_held  <= product_offset;
  end
  always @* begin
    assert ({product[ProductBits-1], product} == (was_clocked ? product_next
        : {product_held[ProductBits-1], product_held}));
    assert (product_shift == (was_clocked ? shift_next : shift_held));
    assert (product_offset == (was_clocked ? offset_next : offset_held));
  end
`endif

`ifdef ROUND
  // v = floor(product / 2^s + 1/2), y = clamp(v + o, low, high), without the saturation of v.
  wire [15:0] s = product_shift + ShiftMin;
  wire signed [WideBits-1:0] wide = product;
  wire signed [WideBits-1:0] half = {{(WideBits - 1) {1'b0}}, 1'b1} << (s - 1);
  wire signed [WideBits-1:0] v = (wide + half) >>> s;
  wire signed [WideBits-1:0] sum = v + product_offset;
  wire signed [WideBits-1:0] low = {{(WideBits - OutputBits) {1'b0}}, clamp_low_i};
  wire signed [WideBits-1:0] high = {{(WideBits - OutputBits) {1'b0}}, clamp_high_i};
  wire signed [WideBits-1:0] y_expected = sum < low ? low : sum > high ? high : sum;

  reg                was_clocked;
  reg                was_legal;
  reg [WideBits-1:0] y_next;
  reg [OutputBits-1:0] y_held;
  always @($global_clock) begin
    was_clocked <= round_clk_i;
    was_legal   <= s <= ShiftMax && clamp_low_i <= clamp_high_i;
    y_next      <= y_expected;
    y_held      <= y;
  end
  always @*
    if (!was_clocked) assert (y == y_held);
    else if (was_legal) assert (y == y_next);
`endif

endmodule
