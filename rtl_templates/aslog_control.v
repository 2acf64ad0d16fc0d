`ifdef ASLOG_FPGA
// Control of the array: which stage holds a beat, which registers are enabled, which rows load,
// which columns drain.
`else
// Control of the array: which stage holds a beat, which clock runs, which rows load, which
// columns drain. Everything that holds data holds it because its clock does not run.
`endif
module aslog_control #(
    parameter integer TileBeats    = 2,   // weight beats of a tile
    parameter integer Pixels       = 2,   // accumulator slots
    parameter integer SlotBits     = 1,   // bits of act_slot_i
    parameter integer DrainSteps   = 16,  // parameter beats of a drained window
    parameter integer TreeRegister = 1,   // 1: a stage between lane and accumulator
    parameter integer TestEnable   = 0    // 1: test_en_i opens every clock gate
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  test_en_i,
    // activation stream, without its data
    input  wire                  act_valid_i,
    output wire                  act_ready_o,
    input  wire [  SlotBits-1:0] act_slot_i,
    input  wire                  act_first_i,
    input  wire                  act_last_i,
    input  wire                  act_swap_i,
    // weight stream
    input  wire                  wgt_valid_i,
    output wire                  wgt_ready_o,
    // parameter and output streams
    input  wire                  par_valid_i,
    output wire                  par_ready_o,
    output wire                  out_valid_o,
    input  wire                  out_ready_i,
`ifdef ASLOG_FPGA
    // clock enables
`else
    // gated clocks; those that load pulse in the low phase
`endif
    output wire                  lane_clk_o,
    output wire                  swap_clk_o,
    output wire [ TileBeats-1:0] load_clk_o,
    output wire                  tree_clk_o,
    output wire                  acc_clk_o,
    output wire [    Pixels-1:0] slot_clk_o,
    output wire                  drain_clk_o,
    output wire                  correct_clk_o,
    output wire                  shift_clk_o,
    output wire                  scale_clk_o,
    // selects
    output wire [    Pixels-1:0] read_o,         // one-hot slot to add to, 0: start
    output wire [DrainSteps-1:0] drain_select_o  // one-hot drain step
);

  wire test_en = (TestEnable != 0) & test_en_i;

  // Low in reset and until the first edge behind it: nothing moves before the array is awake.
  reg awake_q;
  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) awake_q <= 1'b0;
    else awake_q <= 1'b1;

  // ---- weights: the shadow fills beat by beat, a swap empties it
  wire [TileBeats-1:0] load_group;  // one-hot: next row group
  reg                  shadow_full_q;
  wire                 load = wgt_valid_i & wgt_ready_o;
  wire                 load_ends = load & load_group[TileBeats-1];
  wire                 shadow_full = shadow_full_q | load_ends;  // at the end of this cycle
  wire                 swap;

  assign wgt_ready_o = awake_q & ~shadow_full_q;

  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) shadow_full_q <= 1'b0;
    else shadow_full_q <= shadow_full & ~swap;

  generate
    if (TileBeats == 1) begin : g_one_beat
      assign load_group = 1'b1;
    end else begin : g_beats
      reg [TileBeats-1:0] load_q;
      assign load_group = load_q;
      always @(posedge clk_i or negedge rst_ni)
        if (!rst_ni) load_q <= {{(TileBeats - 1) {1'b0}}, 1'b1};
        else if (load) load_q <= {load_q[TileBeats-2:0], load_q[TileBeats-1]};
    end
  endgenerate

  // ---- stages: lane, tree, accumulator
  reg               lane_valid_q;
  reg  [Pixels-1:0] lane_slot_q;   // one-hot
  reg               lane_first_q;
  reg               lane_last_q;
  reg               lane_waits_q;  // the beat in the lane stage waits for its tile
  wire              lane_moves;    // the lane stage is free at the end of this cycle
  wire              lane_frees;    // the same, as far as registers alone can tell
  wire              lane_en = act_valid_i & act_ready_o;
  wire              swap_asked = (lane_en & act_swap_i) | lane_waits_q;

  assign act_ready_o = awake_q & (~lane_valid_q | lane_frees);
  assign swap        = swap_asked & shadow_full;

  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) lane_waits_q <= 1'b0;
    else lane_waits_q <= swap_asked & ~shadow_full;

  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) lane_valid_q <= 1'b0;
    else lane_valid_q <= lane_en | (lane_valid_q & ~lane_moves);

  integer i;
  reg [Pixels-1:0] slot_one_hot;
  always @* begin
    for (i = 0; i < Pixels; i = i + 1)
      slot_one_hot[i] = (Pixels == 1) | (act_slot_i == i[SlotBits-1:0]);
  end

  always @(posedge lane_clk_o) begin
    lane_slot_q  <= slot_one_hot;
    lane_first_q <= act_first_i;
    lane_last_q  <= act_last_i;
  end

  wire              acc_valid;  // a beat waits before the accumulator
  wire [Pixels-1:0] acc_slot;
  wire              acc_last;
  wire              acc_en;
  wire              acc_free;   // it need not wait for the drain
  generate
    if (TreeRegister != 0) begin : g_tree_stage
      reg               tree_valid_q;
      reg  [Pixels-1:0] tree_slot_q;
      reg  [Pixels-1:0] tree_read_q;
      reg               tree_last_q;
      wire              tree_en = lane_valid_q & lane_moves;
      assign lane_moves = ~lane_waits_q & (~tree_valid_q | acc_en);
      assign lane_frees = ~lane_waits_q & (~tree_valid_q | acc_free);
      always @(posedge clk_i or negedge rst_ni)
        if (!rst_ni) tree_valid_q <= 1'b0;
        else tree_valid_q <= tree_en | (tree_valid_q & ~acc_en);
      always @(posedge tree_clk_o) begin
        tree_slot_q <= lane_slot_q;
        tree_read_q <= lane_slot_q & {Pixels{~lane_first_q}};
        tree_last_q <= lane_last_q;
      end
`ifdef ASLOG_FPGA
      assign tree_clk_o = tree_en;
`else
      aslog_clock_gate u_tree_clk (
          .clk_i(clk_i),
          .en_i (tree_en | test_en),
          .clk_o(tree_clk_o)
      );
`endif
      assign acc_valid = tree_valid_q;
      assign acc_slot  = tree_slot_q;
      assign acc_last  = tree_last_q;
      assign read_o    = tree_read_q;
    end else begin : g_no_tree_stage
      assign lane_moves = acc_en;
      assign lane_frees = ~lane_waits_q & acc_free;
      assign tree_clk_o = 1'b0;
      assign acc_valid  = lane_valid_q & ~lane_waits_q;
      assign acc_slot   = lane_slot_q;
      assign acc_last   = lane_last_q;
      assign read_o     = lane_slot_q & {Pixels{~lane_first_q}};
    end
  endgenerate

  // ---- drain: a finished window needs the drain words free
  reg                   drain_busy_q;
  wire                  correct_en;
  wire                  drain_ends = correct_en & drain_select_o[DrainSteps-1];
  wire                  drain_en = acc_en & acc_last;

  assign acc_free = ~acc_last | ~drain_busy_q;
  assign acc_en   = acc_valid & (acc_free | drain_ends);

  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) drain_busy_q <= 1'b0;
    else drain_busy_q <= drain_en | (drain_busy_q & ~drain_ends);

  generate
    if (DrainSteps == 1) begin : g_one_step
      assign drain_select_o = 1'b1;
    end else begin : g_steps
      reg [DrainSteps-1:0] drain_q;
      assign drain_select_o = drain_q;
      always @(posedge clk_i or negedge rst_ni)
        if (!rst_ni) drain_q <= {{(DrainSteps - 1) {1'b0}}, 1'b1};
        else if (correct_en) drain_q <= {drain_q[DrainSteps-2:0], drain_q[DrainSteps-1]};
    end
  endgenerate

  // ---- PCF steps: correct, shift, scale
  reg  correct_valid_q;
  reg  shift_valid_q;
  reg  scale_valid_q;
  wire scale_en = shift_valid_q & (~scale_valid_q | out_ready_i);
  wire shift_en = correct_valid_q & (~shift_valid_q | scale_en);

  assign par_ready_o = drain_busy_q & (~correct_valid_q | shift_en);
  assign correct_en  = par_valid_i & par_ready_o;
  assign out_valid_o = scale_valid_q;

  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) begin
      correct_valid_q <= 1'b0;
      shift_valid_q   <= 1'b0;
      scale_valid_q   <= 1'b0;
    end else begin
      correct_valid_q <= correct_en | (correct_valid_q & ~shift_en);
      shift_valid_q   <= shift_en | (shift_valid_q & ~scale_en);
      scale_valid_q   <= scale_en | (scale_valid_q & ~out_ready_i);
    end

`ifdef ASLOG_FPGA
  // ---- enables
  assign lane_clk_o    = lane_en;
  assign swap_clk_o    = swap;
  assign load_clk_o    = load_group & {TileBeats{wgt_ready_o}};
  assign acc_clk_o     = acc_en;
  assign slot_clk_o    = acc_slot & {Pixels{acc_en}};
  assign drain_clk_o   = drain_en;
  assign correct_clk_o = correct_en;
  assign shift_clk_o   = shift_en;
  assign scale_clk_o   = scale_en;
  wire unused_test_en = test_en;
`else
  // ---- clocks
  aslog_clock_gate u_lane_clk (
      .clk_i(clk_i),
      .en_i (lane_en | test_en),
      .clk_o(lane_clk_o)
  );
  aslog_clock_gate u_swap_clk (
      .clk_i(clk_i),
      .en_i (swap | test_en),
      .clk_o(swap_clk_o)
  );
  aslog_clock_gate u_acc_clk (
      .clk_i(clk_i),
      .en_i (acc_en | test_en),
      .clk_o(acc_clk_o)
  );
  aslog_clock_gate u_drain_clk (
      .clk_i(clk_i),
      .en_i (drain_en | test_en),
      .clk_o(drain_clk_o)
  );
  aslog_clock_gate u_correct_clk (
      .clk_i(clk_i),
      .en_i (correct_en | test_en),
      .clk_o(correct_clk_o)
  );
  aslog_clock_gate u_shift_clk (
      .clk_i(clk_i),
      .en_i (shift_en | test_en),
      .clk_o(shift_clk_o)
  );
  aslog_clock_gate u_scale_clk (
      .clk_i(clk_i),
      .en_i (scale_en | test_en),
      .clk_o(scale_clk_o)
  );

  genvar g;
  generate
    // The latches of the next row group are open in every low phase until their beat has moved; what
    // they hold counts from then on. So a beat need be stable at its rising edge only.
    for (g = 0; g < TileBeats; g = g + 1) begin : g_load
      aslog_clock_gate u_load_clk (
          .clk_i(~clk_i),
          .en_i ((wgt_ready_o & load_group[g]) | test_en),
          .clk_o(load_clk_o[g])
      );
    end
    if (Pixels == 1) begin : g_no_slot_clk
      assign slot_clk_o = 1'b0;
      wire unused_slot = acc_slot[0];
    end else begin : g_slot
      for (g = 0; g < Pixels; g = g + 1) begin : g_clk
        aslog_clock_gate u_slot_clk (
            .clk_i(clk_i),
            .en_i ((acc_en & acc_slot[g]) | test_en),
            .clk_o(slot_clk_o[g])
        );
      end
    end
  endgenerate
`endif

endmodule
