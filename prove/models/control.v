// aslog_control against a model of the array's stages. A step is a cycle of the root clock; a gated
// clock is 1 in the cycles in which it has a pulse. Stages of the model move on these pulses: a
// pulse into a full stage would lose a beat, one out of an empty stage would double one.
module control_properties #(
    parameter integer TileBeats    = 2,
    parameter integer Pixels       = 2,
    parameter integer SlotBits     = 1,
    parameter integer DrainSteps   = 16,
    parameter integer TreeRegister = 1
) (
    input wire                rst_ni,
    input wire                act_valid_i,
    input wire [SlotBits-1:0] act_slot_i,
    input wire                act_first_i,
    input wire                act_last_i,
    input wire                act_swap_i,
    input wire                wgt_valid_i,
    input wire                par_valid_i,
    input wire                out_ready_i
);

  wire act_ready, wgt_ready, par_ready, out_valid;
  wire lane_clk, swap_clk, tree_clk, acc_clk, drain_clk, correct_clk, shift_clk, scale_clk;
  wire [ TileBeats-1:0] load_clk;
  wire [    Pixels-1:0] slot_clk;
  wire [    Pixels-1:0] read;
  wire [DrainSteps-1:0] drain_select;
  wire lane_valid, lane_first, lane_last, lane_waits, acc_valid, acc_last, drain_busy;
  wire correct_valid, shift_valid, scale_valid, shadow_full, awake;
  wire [    Pixels-1:0] lane_slot;
  wire [    Pixels-1:0] acc_slot;
  wire [ TileBeats-1:0] load_group;

  aslog_control u_control (
      .clk_i          (1'b1),
      .rst_ni         (rst_ni),
      .test_en_i      (1'b0),
      .act_valid_i    (act_valid_i),
      .act_ready_o    (act_ready),
      .act_slot_i     (act_slot_i),
      .act_first_i    (act_first_i),
      .act_last_i     (act_last_i),
      .act_swap_i     (act_swap_i),
      .wgt_valid_i    (wgt_valid_i),
      .wgt_ready_o    (wgt_ready),
      .par_valid_i    (par_valid_i),
      .par_ready_o    (par_ready),
      .out_valid_o    (out_valid),
      .out_ready_i    (out_ready_i),
      .lane_clk_o     (lane_clk),
      .swap_clk_o     (swap_clk),
      .load_clk_o     (load_clk),
      .tree_clk_o     (tree_clk),
      .acc_clk_o      (acc_clk),
      .slot_clk_o     (slot_clk),
      .drain_clk_o    (drain_clk),
      .correct_clk_o  (correct_clk),
      .shift_clk_o    (shift_clk),
      .scale_clk_o    (scale_clk),
      .read_o         (read),
      .drain_select_o (drain_select),
      // the state, made visible for the proof
      .awake_q        (awake),
      .lane_valid_q   (lane_valid),
      .lane_slot_q    (lane_slot),
      .lane_first_q   (lane_first),
      .lane_last_q    (lane_last),
      .lane_waits_q   (lane_waits),
      .acc_valid      (acc_valid),
      .acc_slot       (acc_slot),
      .acc_last       (acc_last),
      .drain_busy_q   (drain_busy),
      .correct_valid_q(correct_valid),
      .shift_valid_q  (shift_valid),
      .scale_valid_q  (scale_valid),
      .shadow_full_q  (shadow_full),
      .load_group     (load_group)
  );

  // ---- the environment: reset first, then at any time; slots that exist
  initial assume (!rst_ni);
  always @* assume (Pixels == 1 || act_slot_i < Pixels);

  wire act_moves = act_valid_i & act_ready;
  wire wgt_moves = wgt_valid_i & wgt_ready;
  wire par_moves = par_valid_i & par_ready;
  wire out_moves = out_valid & out_ready_i;

  // ---- the model: which stage is full, with what
  reg model_awake;    // an edge has come since the reset
  reg [15:0] loaded;  // weight beats in the shadow
  reg lane_unfit;     // the beat in the lane stage has not got its tile
  reg lane_full, tree_full, drain_full, correct_full, shift_full, scale_full;
  reg model_lane_first, model_lane_last, model_tree_first, model_tree_last;
  reg [Pixels-1:0] model_lane_slot, model_tree_slot;
  reg [15:0] step;  // drain steps done of the window in the drain latches

  wire              lane_leaves = TreeRegister != 0 ? tree_clk : acc_clk;
  wire              front_full = TreeRegister != 0 ? tree_full : lane_full & ~lane_unfit;
  wire              front_first = TreeRegister != 0 ? model_tree_first : model_lane_first;
  wire              front_last = TreeRegister != 0 ? model_tree_last : model_lane_last;
  wire [Pixels-1:0] front_slot = TreeRegister != 0 ? model_tree_slot : model_lane_slot;
  wire              window_leaves = correct_clk & (step == DrainSteps - 1);
  wire [Pixels-1:0] slot = Pixels == 1 ? 1'b1 : {{(Pixels - 1) {1'b0}}, 1'b1} << act_slot_i;

  always @($global_clock)
    if (!rst_ni) begin
      model_awake  <= 0;
      loaded       <= 0;
      lane_unfit   <= 0;
      lane_full    <= 0;
      tree_full    <= 0;
      drain_full   <= 0;
      correct_full <= 0;
      shift_full   <= 0;
      scale_full   <= 0;
      step         <= 0;
    end else begin
      model_awake  <= 1;
      loaded       <= swap_clk ? 0 : loaded + wgt_moves;
      lane_unfit   <= ((act_moves & act_swap_i) | lane_unfit) & ~swap_clk;
      lane_full    <= lane_clk | (lane_full & ~lane_leaves);
      tree_full    <= TreeRegister != 0 & (tree_clk | (tree_full & ~acc_clk));
      drain_full   <= drain_clk | (drain_full & ~window_leaves);
      correct_full <= correct_clk | (correct_full & ~shift_clk);
      shift_full   <= shift_clk | (shift_full & ~scale_clk);
      scale_full   <= scale_clk | (scale_full & ~out_moves);
      step         <= window_leaves ? 0 : step + correct_clk;
    end
  always @($global_clock) begin
    if (lane_clk) begin
      model_lane_slot  <= slot;
      model_lane_first <= act_first_i;
      model_lane_last  <= act_last_i;
    end
    if (tree_clk) begin
      model_tree_slot  <= model_lane_slot;
      model_tree_first <= model_lane_first;
      model_tree_last  <= model_lane_last;
    end
  end

  // ---- the state of the module is that of the model: what every proof needs for its induction
  always @*
    if (rst_ni) begin
      state_awake: assert (awake == model_awake);
      state_loaded: assert (loaded <= TileBeats);
      state_step: assert (step < DrainSteps && (drain_full || step == 0));
      state_shadow: assert (shadow_full == (loaded == TileBeats));
      state_load_group: assert (load_group == (loaded == TileBeats ? 1'b1 : 1 << loaded));
      state_lane: assert (lane_valid == lane_full);
      state_lane_waits: assert (lane_waits == lane_unfit && (lane_full || !lane_unfit));
      state_front: assert (acc_valid == front_full);
      state_drain: assert (drain_busy == drain_full);
      state_drain_select: assert (drain_select == 1 << step);
      state_correct: assert (correct_valid == correct_full);
      state_shift: assert (shift_valid == shift_full);
      state_scale: assert (scale_valid == scale_full);
      if (lane_full) begin
        state_lane_beat: assert (lane_slot == model_lane_slot && lane_first == model_lane_first
            && lane_last == model_lane_last);
      end
      if (front_full) begin
        state_front_beat: assert (acc_slot == front_slot && acc_last == front_last
            && read == (front_first ? 0 : front_slot));
      end
    end

`ifdef STREAMS
  wire front_stays = TreeRegister != 0 ? tree_full & model_tree_last & drain_full
      : model_lane_last & drain_full;
  always @*
    if (rst_ni) begin
      act_ready_by_state: assert (act_ready
          == (model_awake && (!lane_full || (!lane_unfit && !front_stays))));
      par_ready_by_state: assert (par_ready == (drain_full
          && (!correct_full || !shift_full || !scale_full || out_ready_i)));
      beat_accepted_once: assert (lane_clk == act_moves);
      lane_not_overwritten: assert (!lane_clk || !lane_full || lane_leaves);
      lane_left_once: assert (!lane_leaves || (lane_full && !lane_unfit));
      tree_not_overwritten: assert (!tree_clk || (TreeRegister != 0 && (!tree_full || acc_clk)));
      beat_added_once: assert (!acc_clk || front_full);
      if (Pixels > 1) slot_of_its_own: assert (slot_clk == ({Pixels{acc_clk}} & front_slot));
      window_ends_with_last: assert (drain_clk == (acc_clk & front_last));
      drain_not_overwritten: assert (!drain_clk || !drain_full || window_leaves);
      parameters_taken_once: assert (correct_clk == par_moves);
      drained_once: assert (!correct_clk || drain_full);
      correct_not_overwritten: assert (!correct_clk || !correct_full || shift_clk);
      shifted_once: assert (!shift_clk || correct_full);
      shift_not_overwritten: assert (!shift_clk || !shift_full || scale_clk);
      scaled_once: assert (!scale_clk || shift_full);
      scale_not_overwritten: assert (!scale_clk || !scale_full || out_moves);
      output_given_once: assert (out_valid == scale_full);
    end
`endif

`ifdef OUTPUTS
  reg waits;
  always @($global_clock) waits <= rst_ni & out_valid & ~out_ready_i;
  always @* begin
    if (rst_ni) begin
      valid_holds: assert (!waits || out_valid);
      data_holds: assert (!out_valid || out_ready_i || !scale_clk);
    end else no_output_in_reset: assert (!out_valid);
  end
`endif

`ifdef WEIGHTS
  always @*
    if (rst_ni) begin
      opens_next_rows: assert (load_clk == (wgt_ready ? 1 << loaded : 0));
      ready_until_full: assert (wgt_ready == (model_awake && loaded < TileBeats));
      full_points_at_0: assert (loaded < TileBeats || load_group[0]);
      swap_when_full: assert (swap_clk
          == (((act_moves & act_swap_i) | lane_unfit) && loaded + wgt_moves == TileBeats));
    end else nothing_moves_in_reset: assert (!wgt_ready && !act_ready && load_clk == 0);
`endif

`ifdef POINTERS
  function one_hot(input [255:0] word);
    one_hot = word != 0 && (word & (word - 1'b1)) == 0;
  endfunction
  always @*
    if (rst_ni) begin
      load_group_one_hot: assert (one_hot(load_group));
      drain_select_one_hot: assert (one_hot(drain_select));
      lane_slot_one_hot: assert (!lane_full || one_hot(lane_slot));
      front_slot_one_hot: assert (!front_full || one_hot(acc_slot));
      read_at_most_one: assert (!front_full || read == 0 || one_hot(read));
      drain_starts_at_0: assert (drain_full || drain_select == 1);
    end
  // What the induction needs beyond the state: the slots of the model are one-hot.
  always @*
    if (rst_ni) begin
      model_lane_one_hot: assert (!lane_full || one_hot(model_lane_slot));
      model_front_one_hot: assert (!front_full || one_hot(front_slot));
    end
`endif

`ifdef PROGRESS
  // All bounds are in cycles in which the streams are served.
  localparam integer AcceptBound = TileBeats > DrainSteps ? TileBeats : DrainSteps;
  localparam integer Stages = TreeRegister != 0 ? 3 : 2;
  localparam integer EmptyBound = TileBeats + Stages * (DrainSteps + 2);

  wire served = par_valid_i & out_ready_i;
  reg [15:0] waited;  // an activation beat waits, everything is served
  reg [15:0] idle;    // no new activations, everything else is served
  reg [15:0] silent;  // something is to come out, nothing does
  wire draining = drain_full | correct_full | shift_full | scale_full;
  always @($global_clock)
    if (!rst_ni) begin
      waited <= 0;
      idle   <= 0;
      silent <= 0;
    end else begin
      waited <= act_valid_i & ~act_ready & wgt_valid_i & served ? waited + 1 : 0;
      idle   <= ~act_valid_i & wgt_valid_i & served ? (idle == EmptyBound ? idle : idle + 1) : 0;
      silent <= draining & served & ~out_moves ? silent + 1 : 0;
    end

  // Cycles that are left at most, for the induction; each served cycle takes one away.
  wire [15:0] drain_left = drain_full ? DrainSteps - step : 0;
  wire        last_full = TreeRegister != 0 ? tree_full & model_tree_last : model_lane_last;
  wire        blocked = lane_full & last_full & drain_full;
  wire [15:0] load_left = lane_unfit ? TileBeats - loaded : 0;
  wire [15:0] accept_left = !model_awake ? 1
      : blocked & drain_left > load_left ? drain_left : load_left;
  wire [15:0] tail = correct_full | drain_full | lane_full | tree_full ? 3
      : shift_full ? 2 : scale_full ? 1 : 0;
  wire [15:0] lane_left = lane_full ? DrainSteps + Stages - 1 : 0;
  wire [15:0] tree_left = tree_full ? DrainSteps + 1 : 0;
  wire [15:0] empty_left = load_left + lane_left + tree_left + drain_left + tail;
  wire        empty = ~(lane_full | tree_full | draining);
  wire [15:0] silent_left = scale_full ? 0 : shift_full ? 1 : correct_full ? 2 : 3;

  always @*
    if (rst_ni) begin
      beat_accepted_in_time: assert (waited <= AcceptBound);
      empty_in_time: assert (idle < EmptyBound || empty);
      output_every_four_cycles: assert (silent <= 3);
      accept_left_shrinks: assert (waited == 0 || waited + accept_left <= AcceptBound);
      empty_left_shrinks: assert (idle + empty_left <= EmptyBound || (idle == EmptyBound && empty));
      silent_left_shrinks: assert (!draining || silent + silent_left <= 3);
    end
`endif

endmodule
