// AXI4-Stream shell of the array: data in whole bytes, TLAST at the ends of windows. Flags of an
// activation beat: TLAST is act_last_i, TUSER is {swap, first, slot}.
module aslog_axis #(
    parameter integer ActivationBeatBits = 128,
    parameter integer SlotBits           = 1,
    parameter integer WeightBeatBits     = 512,
    parameter integer ParameterBeatBits  = 112,
    parameter integer OutputBeatBits     = 16,
    parameter integer OutputBits         = 8,
    parameter integer DrainSteps         = 8     // output beats of a window
) (
    input  wire                                    aclk,
    input  wire                                    aresetn,            // asynchronous, active low
    input  wire                                    test_en_i,
    input  wire [                  OutputBits-1:0] clamp_low_i,
    input  wire [                  OutputBits-1:0] clamp_high_i,
    // activations
    input  wire                                    s_axis_act_tvalid,
    output wire                                    s_axis_act_tready,
    input  wire [8*((ActivationBeatBits+7)/8)-1:0] s_axis_act_tdata,
    input  wire [                    SlotBits+1:0] s_axis_act_tuser,
    input  wire                                    s_axis_act_tlast,
    // weights
    input  wire                                    s_axis_wgt_tvalid,
    output wire                                    s_axis_wgt_tready,
    input  wire [    8*((WeightBeatBits+7)/8)-1:0] s_axis_wgt_tdata,
    // per-channel parameters
    input  wire                                    s_axis_par_tvalid,
    output wire                                    s_axis_par_tready,
    input  wire [ 8*((ParameterBeatBits+7)/8)-1:0] s_axis_par_tdata,
    // outputs
    output wire                                    m_axis_out_tvalid,
    input  wire                                    m_axis_out_tready,
    output wire [    8*((OutputBeatBits+7)/8)-1:0] m_axis_out_tdata,   // padded with zeros
    output wire                                    m_axis_out_tlast    // last beat of a window
);

  wire [OutputBeatBits-1:0] out_data;
  generate
    if (8 * ((OutputBeatBits + 7) / 8) == OutputBeatBits) begin : g_whole_bytes
      assign m_axis_out_tdata = out_data;
    end else begin : g_padding
      assign m_axis_out_tdata = {{(7 - (OutputBeatBits + 7) % 8) {1'b0}}, out_data};
    end
  endgenerate

  aslog_pcf_array u_array (
      .clk_i       (aclk),
      .rst_ni      (aresetn),
      .test_en_i   (test_en_i),
      .clamp_low_i (clamp_low_i),
      .clamp_high_i(clamp_high_i),
      .act_valid_i (s_axis_act_tvalid),
      .act_ready_o (s_axis_act_tready),
      .act_data_i  (s_axis_act_tdata[ActivationBeatBits-1:0]),
      .act_slot_i  (s_axis_act_tuser[SlotBits-1:0]),
      .act_first_i (s_axis_act_tuser[SlotBits]),
      .act_last_i  (s_axis_act_tlast),
      .act_swap_i  (s_axis_act_tuser[SlotBits+1]),
      .wgt_valid_i (s_axis_wgt_tvalid),
      .wgt_ready_o (s_axis_wgt_tready),
      .wgt_data_i  (s_axis_wgt_tdata[WeightBeatBits-1:0]),
      .par_valid_i (s_axis_par_tvalid),
      .par_ready_o (s_axis_par_tready),
      .par_data_i  (s_axis_par_tdata[ParameterBeatBits-1:0]),
      .out_valid_o (m_axis_out_tvalid),
      .out_ready_i (m_axis_out_tready),
      .out_data_o  (out_data)
  );

  // ---- the last beat of a window: one-hot, as the drain of the array
  generate
    if (DrainSteps == 1) begin : g_one_step
      assign m_axis_out_tlast = 1'b1;
    end else begin : g_steps
      reg [DrainSteps-1:0] step_q;
      assign m_axis_out_tlast = step_q[DrainSteps-1];
      always @(posedge aclk or negedge aresetn)
        if (!aresetn) step_q <= {{(DrainSteps - 1) {1'b0}}, 1'b1};
        else if (m_axis_out_tvalid & m_axis_out_tready)
          step_q <= {step_q[DrainSteps-2:0], step_q[DrainSteps-1]};
    end
  endgenerate

  // Bits that fill up bytes mean nothing.
  wire unused_padding = ^{s_axis_act_tdata, s_axis_wgt_tdata, s_axis_par_tdata};

endmodule
