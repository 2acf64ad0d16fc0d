// Self-checking test bench of the array for event-driven simulators: one layer, with what goes in and
// what has to come out in the files beside this one. The last line says "passed" or "FAILED".
//   +stalls=0    every stream offers and takes in every cycle; 1, the default: at random
//   +seed=N      of the stalls
//   +vcd=FILE    waveforms
// With ASLOG_AXIS defined the beats go through the AXI4-Stream shell.
`timescale 1ns / 1ps
module aslog_tb;
  parameter integer ActivationBeatBits = 128;
  parameter integer SlotBits = 1;
  parameter integer WeightBeatBits = 512;
  parameter integer ParameterBeatBits = 112;
  parameter integer OutputBeatBits = 16;
  parameter integer OutputBits = 8;
  parameter integer DrainSteps = 8;
  parameter integer ActivationBeats = 1;
  parameter integer WeightBeats = 1;
  parameter integer ParameterBeats = 1;
  parameter integer OutputBeats = 1;
  parameter integer ClampLow = 0;
  parameter integer ClampHigh = 255;
  parameter integer Patience = 100000;  // cycles without an output

  localparam integer ActBits = ActivationBeatBits + SlotBits + 3;

  // {swap, last, first, slot, data}; the others as the ports; {bits that count, outputs}
  reg [            ActBits-1:0] activations[0:ActivationBeats-1];
  reg [     WeightBeatBits-1:0] weights    [    0:WeightBeats-1];
  reg [  ParameterBeatBits-1:0] parameters [ 0:ParameterBeats-1];
  reg [2*OutputBeatBits-1:0] outputs    [    0:OutputBeats-1];

  reg clk = 1'b0;
  reg rst_n = 1'b0;
  always #5 clk = ~clk;

  integer stalls = 1;
  integer seed = 1;
  reg [8*1024-1:0] vcd;
  initial begin
    $readmemh("activations.hex", activations);
    $readmemh("weights.hex", weights);
    $readmemh("parameters.hex", parameters);
    $readmemh("outputs.hex", outputs);
    if (!$value$plusargs("stalls=%d", stalls)) stalls = 1;
    if (!$value$plusargs("seed=%d", seed)) seed = 1;
    if ($value$plusargs("vcd=%s", vcd)) begin
      $dumpfile(vcd);
      $dumpvars(0, aslog_tb);
    end
    #42 rst_n = 1'b1;
  end

  // Stalls are as likely as not, and come in runs.
  reg act_open = 1'b1, wgt_open = 1'b1, par_open = 1'b1, out_open = 1'b1;
  always @(posedge clk)
    if (stalls != 0) begin
      if ($random(seed) % 4 == 0) act_open <= ~act_open;
      if ($random(seed) % 4 == 0) wgt_open <= ~wgt_open;
      if ($random(seed) % 4 == 0) par_open <= ~par_open;
      if ($random(seed) % 4 == 0) out_open <= ~out_open;
    end

  // ---- producers: a beat that is on offer stays until it has moved; otherwise its data is unknown
  integer act_index = 0, wgt_index = 0, par_index = 0;
  reg act_valid = 1'b0, wgt_valid = 1'b0, par_valid = 1'b0;
  wire act_ready, wgt_ready, par_ready;
  integer act_next, wgt_next, par_next;
  always @(posedge clk)
    if (rst_n) begin
      act_next = act_index + (act_valid & act_ready);
      wgt_next = wgt_index + (wgt_valid & wgt_ready);
      par_next = par_index + (par_valid & par_ready);
      act_index <= act_next;
      wgt_index <= wgt_next;
      par_index <= par_next;
      act_valid <= (act_valid & ~act_ready) | (act_open & (act_next < ActivationBeats));
      wgt_valid <= (wgt_valid & ~wgt_ready) | (wgt_open & (wgt_next < WeightBeats));
      par_valid <= (par_valid & ~par_ready) | (par_open & (par_next < ParameterBeats));
    end
  wire [ActBits-1:0] act = act_valid ? activations[act_index] : {ActBits{1'bx}};
  wire [WeightBeatBits-1:0] wgt = wgt_valid ? weights[wgt_index] : {WeightBeatBits{1'bx}};
  wire [ParameterBeatBits-1:0] par = par_valid ? parameters[par_index] : {ParameterBeatBits{1'bx}};

  // ---- the array
  wire [OutputBits-1:0] clamp_low = ClampLow;
  wire [OutputBits-1:0] clamp_high = ClampHigh;
  wire out_valid;
  wire [OutputBeatBits-1:0] out;
`ifdef ASLOG_AXIS
  wire [8*((ActivationBeatBits+7)/8)-1:0] act_bytes = act[ActivationBeatBits-1:0];
  wire [8*((WeightBeatBits+7)/8)-1:0] wgt_bytes = wgt;
  wire [8*((ParameterBeatBits+7)/8)-1:0] par_bytes = par;
  wire [8*((OutputBeatBits+7)/8)-1:0] out_bytes;
  wire out_last;
  assign out = out_bytes[OutputBeatBits-1:0];
  aslog_axis dut (
      .aclk             (clk),
      .aresetn          (rst_n),
      .test_en_i        (1'b0),
      .clamp_low_i      (clamp_low),
      .clamp_high_i     (clamp_high),
      .s_axis_act_tvalid(act_valid),
      .s_axis_act_tready(act_ready),
      .s_axis_act_tdata (act_bytes),
      .s_axis_act_tuser ({act[ActBits-1], act[ActivationBeatBits+:SlotBits+1]}),
      .s_axis_act_tlast (act[ActBits-2]),
      .s_axis_wgt_tvalid(wgt_valid),
      .s_axis_wgt_tready(wgt_ready),
      .s_axis_wgt_tdata (wgt_bytes),
      .s_axis_par_tvalid(par_valid),
      .s_axis_par_tready(par_ready),
      .s_axis_par_tdata (par_bytes),
      .m_axis_out_tvalid(out_valid),
      .m_axis_out_tready(out_open),
      .m_axis_out_tdata (out_bytes),
      .m_axis_out_tlast (out_last)
  );
`else
  aslog_pcf_array dut (
      .clk_i       (clk),
      .rst_ni      (rst_n),
      .test_en_i   (1'b0),
      .clamp_low_i (clamp_low),
      .clamp_high_i(clamp_high),
      .act_valid_i (act_valid),
      .act_ready_o (act_ready),
      .act_data_i  (act[ActivationBeatBits-1:0]),
      .act_slot_i  (act[ActivationBeatBits+:SlotBits]),
      .act_first_i (act[ActBits-3]),
      .act_last_i  (act[ActBits-2]),
      .act_swap_i  (act[ActBits-1]),
      .wgt_valid_i (wgt_valid),
      .wgt_ready_o (wgt_ready),
      .wgt_data_i  (wgt),
      .par_valid_i (par_valid),
      .par_ready_o (par_ready),
      .par_data_i  (par),
      .out_valid_o (out_valid),
      .out_ready_i (out_open),
      .out_data_o  (out)
  );
`endif

  // ---- consumer
  integer out_index = 0, errors = 0, silent = 0, cycles = 0;
  wire [OutputBeatBits-1:0] counts = outputs[out_index][2*OutputBeatBits-1:OutputBeatBits];
  wire [OutputBeatBits-1:0] expected = outputs[out_index][OutputBeatBits-1:0];
  always @(posedge clk)
    if (rst_n) begin
      cycles = cycles + 1;
      silent = silent + 1;
      if ((out_valid & out_open) !== 1'b0) begin
        silent = 0;
        if (((out ^ expected) & counts) !== {OutputBeatBits{1'b0}}) begin
          errors = errors + 1;
          if (errors < 10)
            $display("output beat %0d: %h, expected %h (of the bits %h)", out_index, out, expected, counts);
        end
`ifdef ASLOG_AXIS
        if (out_last !== (out_index % DrainSteps == DrainSteps - 1)) begin
          errors = errors + 1;
          $display("output beat %0d: TLAST is %b", out_index, out_last);
        end
`endif
        out_index = out_index + 1;
      end
      if (out_index == OutputBeats || silent > Patience) begin
        if (out_index == OutputBeats && errors == 0)
          $display("passed: %0d output beats in %0d cycles", out_index, cycles);
        else
          $display("FAILED: %0d of %0d output beats, %0d wrong", out_index, OutputBeats, errors);
        $finish;
      end
    end

endmodule
