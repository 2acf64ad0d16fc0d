`ifdef ASLOG_FPGA
// aslog_lane: with its enable q takes the activations and t what is formed of them, otherwise both
// hold.
`else
// aslog_lane: on a pulse of its clock q takes the activations and t what is formed of them, otherwise
// both hold.
`endif
module lane_properties #(
    parameter integer ActivationBits = 8,
    parameter integer ElementRows    = 1,
    parameter integer OddMultiples   = 1,
    parameter integer MultipleBits   = 10
) (
    input wire                                  lane_clk_i,
    input wire [ElementRows*ActivationBits-1:0] d_i
);

  wire [ElementRows*ActivationBits-1:0] q;
  wire [              MultipleBits-1:0] t;
  aslog_lane u_lane (
`ifdef ASLOG_FPGA
      .clk_i     (1'b1),
`endif
      .lane_clk_i(lane_clk_i),
      .d_i       (d_i),
      .q_o       (q),
      .t_o       (t)
  );

  reg                                  before_clk;
  reg [ElementRows*ActivationBits-1:0] before_d;
  reg [ElementRows*ActivationBits-1:0] before_q;
  reg [              MultipleBits-1:0] before_t;
  always @($global_clock) begin
    before_clk <= lane_clk_i;
    before_d   <= d_i;
    before_q   <= q;
    before_t   <= t;
  end

  // Of each multiple as many bits as it can need.
  wire [ActivationBits+1:0] by_3 = 3 * before_d;
  wire [ActivationBits+2:0] by_5 = 5 * before_d;
  wire [ActivationBits+2:0] by_7 = 7 * before_d;
  wire [ActivationBits:0] sum =
      before_d[ActivationBits-1:0] + (before_d >> (ElementRows - 1) * ActivationBits);
  always @* begin
    assert (q == (before_clk ? before_d : before_q));
    if (OddMultiples == 3) assert (t == (before_clk ? {by_7, by_5, by_3} : before_t));
    else if (OddMultiples == 1) assert (t == (before_clk ? by_3 : before_t));
    else if (ElementRows == 2) assert (t == (before_clk ? sum : before_t));
    else assert (t == 0);
  end

endmodule
