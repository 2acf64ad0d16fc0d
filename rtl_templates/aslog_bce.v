// Bias-correction element (BCE): the sum S of the activations of each window, once for all columns.
// It runs beside the columns, in the same slots and with the same clocks.
module aslog_bce #(
    parameter integer Rows              = 16,
    parameter integer ActivationBits    = 8,
    parameter integer ActivationSumBits = 12,  // bits of the sum of one beat
    parameter integer WindowSumBits     = 20,  // bits of S
    parameter integer Pixels            = 2,   // slots
    parameter integer TreeRegister      = 1    // as in the columns
) (
`ifdef ASLOG_FPGA
    input  wire                           clk_i,
`endif
    input  wire                           tree_clk_i,
    input  wire                           acc_clk_i,
    input  wire [             Pixels-1:0] slot_clk_i,
    input  wire                           drain_clk_i,
    input  wire [Rows*ActivationBits-1:0] q_i,          // activations, row 0 lowest
    input  wire [             Pixels-1:0] read_i,       // one-hot slot to add to, 0: start
    output wire [      WindowSumBits-1:0] drain_o       // S of the last finished window
);

  integer i;
  reg [ActivationSumBits-1:0] word;
  reg [ActivationSumBits-1:0] tree;
  always @* begin
    tree = {ActivationSumBits{1'b0}};
    for (i = 0; i < Rows; i = i + 1) begin
      word = {ActivationSumBits{1'b0}};
      word[ActivationBits-1:0] = q_i[i*ActivationBits+:ActivationBits];
      tree = tree + word;
    end
  end

  wire [ActivationSumBits-1:0] sum;
  generate
    if (TreeRegister != 0) begin : g_tree_register
      reg [ActivationSumBits-1:0] tree_q;
      always @(posedge tree_clk_i) tree_q <= tree;
      assign sum = tree_q;
    end else begin : g_no_tree_register
      assign sum = tree;
      wire unused_tree_clk = tree_clk_i;
    end
  endgenerate

  aslog_accumulator #(
      .SumBits        (ActivationSumBits),
      .AccumulatorBits(WindowSumBits),
      .Pixels         (Pixels)
  ) u_accumulator (
`ifdef ASLOG_FPGA
      .clk_i      (clk_i),
`endif
      .acc_clk_i  (acc_clk_i),
      .slot_clk_i (slot_clk_i),
      .drain_clk_i(drain_clk_i),
      .read_i     (read_i),
      .sum_i      (sum),
      .drain_o    (drain_o)
  );

endmodule
