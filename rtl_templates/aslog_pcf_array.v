// PCF array: Rows x Columns arithmetic elements, window sum, PCF units, four ready/valid streams.
// The dataflow and the streams are described in docs/architecture.md.
module aslog_pcf_array #(
    parameter integer Rows              = 16,
    parameter integer Columns           = 16,
    parameter integer Pixels            = 2,   // accumulator slots per column
    parameter integer SlotBits          = 1,   // bits of act_slot_i
    parameter integer WeightRows        = 8,   // rows loaded by one weight beat
    parameter integer TileBeats         = 2,   // ceil(Rows / WeightRows)
    parameter integer Lanes             = 1,   // PCF units
    parameter integer DrainSteps        = 16,  // ceil(Columns / Lanes)
    parameter integer TreeRegister      = 1,   // 1: three stages, 0: two
    parameter integer RegisteredStreams = 0,   // 1: a register at each stream
    parameter integer TestEnable        = 0,   // 1: test_en_i opens every clock gate
    parameter integer ActivationBits    = 8,
    parameter integer OddMultiples      = 1,   // of q that elements use: 0: none; 1: 3q; 3: 3q, 5q, 7q
    parameter integer MultipleBits      = 10,  // bits of what a lane forms
    parameter integer WeightBits        = 4,
    parameter integer ElementRows       = 1,   // rows that an element serves; divides Rows
    parameter integer Words             = 1,   // words per element
    parameter integer WordBits          = 12,
    parameter integer WordShift         = 0,
    parameter integer DroppedBits       = 0,   // lowest columns of a product that no word has
    parameter integer ElementBits       = 12,  // bits of all words of an element
    parameter integer SumBits           = 16,  // bits of a column's tree
    parameter integer AccumulatorBits   = 24,
    parameter integer UseMu             = 1,   // bias correction: mu*S is added
    parameter integer UseWindowWeight   = 0,   // 2^WindowShift * S is added to each column's sum
    parameter integer WindowShift       = 0,
    parameter integer MuBits            = 4,
    parameter integer ActivationSumBits = 12,  // bits of the window sum of one beat
    parameter integer WindowSumBits     = 20,
    parameter integer MuProductBits     = 26,
    parameter integer FractionBits      = 6,
    parameter integer CorrectionBits    = 32,
    parameter integer ScaleBits         = 6,
    parameter integer ShiftBits         = 4,
    parameter integer ShiftMin          = 12,
    parameter integer OutputBits        = 8,
    parameter integer ParameterBits     = 56   // of one lane
) (
    input  wire                                     clk_i,
    input  wire                                     rst_ni,        // asynchronous, active low
    input  wire                                     test_en_i,     // for scan; ignored without TestEnable
    input  wire [                   OutputBits-1:0] clamp_low_i,
    input  wire [                   OutputBits-1:0] clamp_high_i,
    // activations
    input  wire                                     act_valid_i,
    output wire                                     act_ready_o,
    input  wire [          Rows*ActivationBits-1:0] act_data_i,
    input  wire [                     SlotBits-1:0] act_slot_i,
    input  wire                                     act_first_i,
    input  wire                                     act_last_i,
    input  wire                                     act_swap_i,
    // weights
    input  wire                                     wgt_valid_i,
    output wire                                     wgt_ready_o,
    input  wire [WeightRows*Columns*WeightBits-1:0] wgt_data_i,
    // per-channel parameters
    input  wire                                     par_valid_i,
    output wire                                     par_ready_o,
    input  wire [          Lanes*ParameterBits-1:0] par_data_i,
    // outputs
    output wire                                     out_valid_o,
    input  wire                                     out_ready_i,
    output wire [             Lanes*OutputBits-1:0] out_data_o
);

  localparam integer Elements = Rows / ElementRows;  // of a column
  localparam integer LaneBits = ElementRows * ActivationBits;
  localparam integer PaddedColumns = DrainSteps * Lanes;

  // ---- streams, as they come or behind a register each
  localparam integer ActivationBeatBits = Rows * ActivationBits;
  localparam integer WeightBeatBits = WeightRows * Columns * WeightBits;
  wire                             act_valid;
  wire                             act_ready;
  wire [   ActivationBeatBits-1:0] act_data;
  wire [             SlotBits-1:0] act_slot;
  wire                             act_first;
  wire                             act_last;
  wire                             act_swap;
  wire                             wgt_valid;
  wire                             wgt_ready;
  wire [       WeightBeatBits-1:0] wgt_data;
  wire                             par_valid;
  wire                             par_ready;
  wire [  Lanes*ParameterBits-1:0] par_data;
  wire                             out_valid;
  wire                             out_ready;
  wire [     Lanes*OutputBits-1:0] out_data;
  generate
    if (RegisteredStreams != 0) begin : g_registered
      aslog_stream_register #(
          .Width     (ActivationBeatBits + SlotBits + 3),
          .TestEnable(TestEnable)
      ) u_act (
          .clk_i    (clk_i),
          .rst_ni   (rst_ni),
          .test_en_i(test_en_i),
          .valid_i  (act_valid_i),
          .ready_o  (act_ready_o),
          .data_i   ({act_slot_i, act_first_i, act_last_i, act_swap_i, act_data_i}),
          .valid_o  (act_valid),
          .ready_i  (act_ready),
          .data_o   ({act_slot, act_first, act_last, act_swap, act_data})
      );
      aslog_stream_register #(
          .Width     (WeightBeatBits),
          .TestEnable(TestEnable)
      ) u_wgt (
          .clk_i    (clk_i),
          .rst_ni   (rst_ni),
          .test_en_i(test_en_i),
          .valid_i  (wgt_valid_i),
          .ready_o  (wgt_ready_o),
          .data_i   (wgt_data_i),
          .valid_o  (wgt_valid),
          .ready_i  (wgt_ready),
          .data_o   (wgt_data)
      );
      aslog_stream_register #(
          .Width     (Lanes * ParameterBits),
          .TestEnable(TestEnable)
      ) u_par (
          .clk_i    (clk_i),
          .rst_ni   (rst_ni),
          .test_en_i(test_en_i),
          .valid_i  (par_valid_i),
          .ready_o  (par_ready_o),
          .data_i   (par_data_i),
          .valid_o  (par_valid),
          .ready_i  (par_ready),
          .data_o   (par_data)
      );
      aslog_stream_register #(
          .Width     (Lanes * OutputBits),
          .TestEnable(TestEnable)
      ) u_out (
          .clk_i    (clk_i),
          .rst_ni   (rst_ni),
          .test_en_i(test_en_i),
          .valid_i  (out_valid),
          .ready_o  (out_ready),
          .data_i   (out_data),
          .valid_o  (out_valid_o),
          .ready_i  (out_ready_i),
          .data_o   (out_data_o)
      );
    end else begin : g_direct
      assign act_valid   = act_valid_i;
      assign act_ready_o = act_ready;
      assign act_data    = act_data_i;
      assign act_slot    = act_slot_i;
      assign act_first   = act_first_i;
      assign act_last    = act_last_i;
      assign act_swap    = act_swap_i;
      assign wgt_valid   = wgt_valid_i;
      assign wgt_ready_o = wgt_ready;
      assign wgt_data    = wgt_data_i;
      assign par_valid   = par_valid_i;
      assign par_ready_o = par_ready;
      assign par_data    = par_data_i;
      assign out_valid_o = out_valid;
      assign out_ready   = out_ready_i;
      assign out_data_o  = out_data;
    end
  endgenerate

  wire                  lane_clk;
  wire                  swap_clk;
  wire [ TileBeats-1:0] load_clk;
  wire                  tree_clk;
  wire                  acc_clk;
  wire [    Pixels-1:0] slot_clk;
  wire                  drain_clk;
  wire                  correct_clk;
  wire                  shift_clk;
  wire                  scale_clk;
  wire [    Pixels-1:0] read;
  wire [DrainSteps-1:0] drain_select;

  aslog_control #(
      .TileBeats   (TileBeats),
      .Pixels      (Pixels),
      .SlotBits    (SlotBits),
      .DrainSteps  (DrainSteps),
      .TreeRegister(TreeRegister),
      .TestEnable  (TestEnable)
  ) u_control (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni),
      .test_en_i     (test_en_i),
      .act_valid_i   (act_valid),
      .act_ready_o   (act_ready),
      .act_slot_i    (act_slot),
      .act_first_i   (act_first),
      .act_last_i    (act_last),
      .act_swap_i    (act_swap),
      .wgt_valid_i   (wgt_valid),
      .wgt_ready_o   (wgt_ready),
      .par_valid_i   (par_valid),
      .par_ready_o   (par_ready),
      .out_valid_o   (out_valid),
      .out_ready_i   (out_ready),
      .lane_clk_o    (lane_clk),
      .swap_clk_o    (swap_clk),
      .load_clk_o    (load_clk),
      .tree_clk_o    (tree_clk),
      .acc_clk_o     (acc_clk),
      .slot_clk_o    (slot_clk),
      .drain_clk_o   (drain_clk),
      .correct_clk_o (correct_clk),
      .shift_clk_o   (shift_clk),
      .scale_clk_o   (scale_clk),
      .read_o        (read),
      .drain_select_o(drain_select)
  );

  // ---- lanes
  wire [Rows*ActivationBits-1:0] q;
  wire [Elements*MultipleBits-1:0] t;
  genvar r, c, w, l;
  generate
    for (r = 0; r < Elements; r = r + 1) begin : g_lane
      aslog_lane #(
          .ActivationBits(ActivationBits),
          .ElementRows   (ElementRows),
          .OddMultiples  (OddMultiples),
          .MultipleBits  (MultipleBits)
      ) u_lane (
`ifdef ASLOG_FPGA
          .clk_i     (clk_i),
`endif
          .lane_clk_i(lane_clk),
          .d_i       (act_data[r*LaneBits+:LaneBits]),
          .q_o       (q[r*LaneBits+:LaneBits]),
          .t_o       (t[r*MultipleBits+:MultipleBits])
      );
    end
  endgenerate

  // ---- columns; drained sums padded to whole drain steps
  wire [PaddedColumns*AccumulatorBits-1:0] drained;
  generate
    for (c = 0; c < Columns; c = c + 1) begin : g_column
      wire [WeightRows*WeightBits-1:0] weights;
      for (w = 0; w < WeightRows; w = w + 1) begin : g_weight_row
        assign weights[w*WeightBits+:WeightBits] = wgt_data[(w*Columns+c)*WeightBits+:WeightBits];
      end
      aslog_column #(
          .Rows           (Rows),
          .WeightRows     (WeightRows),
          .TileBeats      (TileBeats),
          .ActivationBits (ActivationBits),
          .WeightBits     (WeightBits),
          .ElementRows    (ElementRows),
          .MultipleBits   (MultipleBits),
          .Words          (Words),
          .WordBits       (WordBits),
          .WordShift      (WordShift),
          .DroppedBits    (DroppedBits),
          .ElementBits    (ElementBits),
          .SumBits        (SumBits),
          .AccumulatorBits(AccumulatorBits),
          .Pixels         (Pixels),
          .TreeRegister   (TreeRegister)
      ) u_column (
`ifdef ASLOG_FPGA
          .clk_i      (clk_i),
`endif
          .load_clk_i (load_clk),
          .swap_clk_i (swap_clk),
          .tree_clk_i (tree_clk),
          .acc_clk_i  (acc_clk),
          .slot_clk_i (slot_clk),
          .drain_clk_i(drain_clk),
          .weights_i  (weights),
          .q_i        (q),
          .t_i        (t),
          .read_i     (read),
          .drain_o    (drained[c*AccumulatorBits+:AccumulatorBits])
      );
    end
    for (c = Columns; c < PaddedColumns; c = c + 1) begin : g_no_column
      assign drained[c*AccumulatorBits+:AccumulatorBits] = {AccumulatorBits{1'b0}};
    end
  endgenerate

  // ---- window sum
  wire [WindowSumBits-1:0] window_sum;
  generate
    if (UseMu != 0 || UseWindowWeight != 0) begin : g_bce
      aslog_bce #(
          .Rows             (Rows),
          .ActivationBits   (ActivationBits),
          .ActivationSumBits(ActivationSumBits),
          .WindowSumBits    (WindowSumBits),
          .Pixels           (Pixels),
          .TreeRegister     (TreeRegister)
      ) u_bce (
`ifdef ASLOG_FPGA
          .clk_i      (clk_i),
`endif
          .tree_clk_i (tree_clk),
          .acc_clk_i  (acc_clk),
          .slot_clk_i (slot_clk),
          .drain_clk_i(drain_clk),
          .q_i        (q),
          .read_i     (read),
          .drain_o    (window_sum)
      );
    end else begin : g_no_bce
      assign window_sum = {WindowSumBits{1'b0}};
      wire unused_sum_bits = ActivationSumBits > 0;
    end
  endgenerate

  // ---- drain selection and PCF units: lane l serves columns l, Lanes + l, ...
  generate
    for (l = 0; l < Lanes; l = l + 1) begin : g_pcf
      wire [AccumulatorBits-1:0] raw;
      aslog_drain_select #(
          .DrainSteps     (DrainSteps),
          .Lanes          (Lanes),
          .Lane           (l),
          .AccumulatorBits(AccumulatorBits)
      ) u_drain_select (
          .select_i(drain_select),
          .data_i  (drained),
          .data_o  (raw)
      );

      localparam integer Base = l * ParameterBits;
      wire [MuBits-1:0] mu;
      if (UseMu != 0) begin : g_mu
        assign mu = par_data[Base+ScaleBits+ShiftBits+OutputBits+2+CorrectionBits+:MuBits];
      end else begin : g_no_mu
        assign mu = {MuBits{1'b0}};
      end

      aslog_pcf_unit #(
          .AccumulatorBits(AccumulatorBits),
          .UseMu          (UseMu),
          .UseWindowWeight(UseWindowWeight),
          .WindowShift    (WindowShift),
          .MuBits         (MuBits),
          .WindowSumBits  (WindowSumBits),
          .MuProductBits  (MuProductBits),
          .FractionBits   (FractionBits),
          .CorrectionBits (CorrectionBits),
          .ScaleBits      (ScaleBits),
          .ShiftBits      (ShiftBits),
          .ShiftMin       (ShiftMin),
          .OutputBits     (OutputBits)
      ) u_pcf_unit (
`ifdef ASLOG_FPGA
          .clk_i        (clk_i),
`endif
          .correct_clk_i(correct_clk),
          .shift_clk_i  (shift_clk),
          .scale_clk_i  (scale_clk),
          .raw_i        (raw),
          .window_sum_i (window_sum),
          .mu_i         (mu),
          .bias_i       (par_data[Base+ScaleBits+ShiftBits+OutputBits+2+:CorrectionBits]),
          .scale_i      (par_data[Base+:ScaleBits]),
          .shift_i      (par_data[Base+ScaleBits+:ShiftBits]),
          .offset_i     (par_data[Base+ScaleBits+ShiftBits+:OutputBits+2]),
          .clamp_low_i  (clamp_low_i),
          .clamp_high_i (clamp_high_i),
          .y_o          (out_data[l*OutputBits+:OutputBits])
      );
    end
  endgenerate

endmodule
