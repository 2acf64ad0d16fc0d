// One column: weight store, one arithmetic element (AE) per row or pair of rows, adder tree,
// accumulator.
//
// An AE delivers Words unsigned words; word k counts 2^(k*WordShift). SLogII has one. Of the product
// the lowest DroppedBits columns are not there: the sum counts 2^DroppedBits. The tree is written as
// a plain sum: synthesis turns it into carry-save adders, simulation runs it as words.
module aslog_column #(
    parameter integer Rows            = 16,
    parameter integer WeightRows      = 8,   // rows loaded by one weight beat
    parameter integer TileBeats       = 2,   // ceil(Rows / WeightRows)
    parameter integer ActivationBits  = 8,
    parameter integer WeightBits      = 4,
    parameter integer ElementRows     = 1,   // rows that an AE serves; divides Rows
    parameter integer MultipleBits    = 10,  // bits of what a lane forms of their activations
    parameter integer Words           = 1,   // words that an AE delivers
    parameter integer WordBits        = 12,  // bits of a whole word
    parameter integer WordShift       = 0,   // word k counts 2^(k*WordShift)
    parameter integer DroppedBits     = 0,   // lowest columns that no word has
    parameter integer ElementBits     = 12,  // bits of all words of an AE
    parameter integer SumBits         = 16,  // bits of the sum over all rows
    parameter integer AccumulatorBits = 24,
    parameter integer Pixels          = 2,   // accumulator slots
    parameter integer TreeRegister    = 1    // 1: a register between tree and accumulator
) (
`ifdef ASLOG_FPGA
    input  wire                               clk_i,
`endif
    input  wire [              TileBeats-1:0] load_clk_i,
    input  wire                               swap_clk_i,
    input  wire                               tree_clk_i,   // takes the sum of the tree
    input  wire                               acc_clk_i,
    input  wire [                 Pixels-1:0] slot_clk_i,
    input  wire                               drain_clk_i,
    input  wire [  WeightRows*WeightBits-1:0] weights_i,
    input  wire [    Rows*ActivationBits-1:0] q_i,          // activations, row 0 lowest
    input  wire [Rows/ElementRows*MultipleBits-1:0] t_i,  // what the lanes form of them
    input  wire [                 Pixels-1:0] read_i,       // one-hot slot to add to, 0: start
    output wire [        AccumulatorBits-1:0] drain_o       // last finished window
);

  localparam integer Elements = Rows / ElementRows;
  localparam integer CodeBits = ElementRows * WeightBits;
  localparam integer InputBits = ElementRows * ActivationBits;
  wire [       Rows*WeightBits-1:0] weights;
  wire [Elements*Words*SumBits-1:0] addends;  // each word at its place in the sum

  aslog_weight_store #(
      .Rows      (Rows),
      .WeightBits(WeightBits),
      .WeightRows(WeightRows),
      .TileBeats (TileBeats)
  ) u_weight_store (
`ifdef ASLOG_FPGA
      .clk_i     (clk_i),
`endif
      .load_clk_i(load_clk_i),
      .swap_clk_i(swap_clk_i),
      .data_i    (weights_i),
      .weights_o (weights)
  );

  // Where word n begins: its bits below column DroppedBits are not there.
  function integer start_of;
    input integer n;
    integer j;
    begin
      start_of = 0;
      for (j = 0; j < n; j = j + 1)
        start_of = start_of + WordBits
            - (j * WordShift < DroppedBits ? DroppedBits - j * WordShift : 0);
    end
  endfunction

  genvar e, k;
  generate
    for (e = 0; e < Elements; e = e + 1) begin : g_row
      wire [ElementBits-1:0] words;
      aslog_ae u_ae (
          .code_i(weights[e*CodeBits+:CodeBits]),
          .q_i   (q_i[e*InputBits+:InputBits]),
          .t_i   (t_i[e*MultipleBits+:MultipleBits]),
          .p_o   (words)
      );
      for (k = 0; k < Words; k = k + 1) begin : g_word
        localparam integer From = start_of(k);
        localparam integer Bits = start_of(k + 1) - From;
        localparam integer Place = k * WordShift + WordBits - Bits - DroppedBits;
        reg [SumBits-1:0] word;
        always @* begin
          word = {SumBits{1'b0}};
          word[Place+:Bits] = words[From+:Bits];
        end
        assign addends[(e*Words+k)*SumBits+:SumBits] = word;
      end
    end
  endgenerate

  integer i;
  reg [SumBits-1:0] tree;
  always @* begin
    tree = {SumBits{1'b0}};
    for (i = 0; i < Elements * Words; i = i + 1) tree = tree + addends[i*SumBits+:SumBits];
  end

  wire [SumBits-1:0] sum;
  generate
    if (TreeRegister != 0) begin : g_tree_register
      reg [SumBits-1:0] tree_q;
      always @(posedge tree_clk_i) tree_q <= tree;
      assign sum = tree_q;
    end else begin : g_no_tree_register
      assign sum = tree;
      wire unused_tree_clk = tree_clk_i;
    end
  endgenerate

  aslog_accumulator #(
      .SumBits        (SumBits),
      .AccumulatorBits(AccumulatorBits),
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
