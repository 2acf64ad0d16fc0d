// Weight store of one column: a shadow latch and an active latch for every weight bit.
//
// The two are the halves of a flip-flop, pulled apart: the shadow is open in the low phase of a
// cycle that loads it, the active latch in the high phase that follows a swap. The next tile is
// loaded while this one computes.
module aslog_weight_store #(
    parameter integer Rows       = 16,  // weights held, >= 1
    parameter integer WeightBits = 4,   // bits of a weight code
    parameter integer WeightRows = 8,   // rows loaded by one weight beat
    parameter integer TileBeats  = 2    // beats of a tile, ceil(Rows / WeightRows)
) (
    input  wire [            TileBeats-1:0] load_clk_i,  // low-phase pulse: load row group g
    input  wire                             swap_clk_i,  // high-phase pulse: shadow becomes active
    input  wire [WeightRows*WeightBits-1:0] data_i,      // codes of one row group, row 0 lowest
    output wire [      Rows*WeightBits-1:0] weights_o    // active codes, row 0 lowest
);

  genvar r;
  generate
    for (r = 0; r < Rows; r = r + 1) begin : g_row
      wire [WeightBits-1:0] shadow;
      aslog_latch #(
          .Width(WeightBits)
      ) u_shadow (
          .en_i(load_clk_i[r/WeightRows]),
          .d_i (data_i[(r%WeightRows)*WeightBits+:WeightBits]),
          .q_o (shadow)
      );
      aslog_latch #(
          .Width(WeightBits)
      ) u_active (
          .en_i(swap_clk_i),
          .d_i (shadow),
          .q_o (weights_o[r*WeightBits+:WeightBits])
      );
    end
  endgenerate

endmodule
