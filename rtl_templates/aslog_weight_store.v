`ifdef ASLOG_FPGA
// Weight store of one column: a shadow and an active flip-flop for every weight bit. The next tile
// is loaded while this one computes.
`else
// Weight store of one column: a shadow latch and an active latch for every weight bit.
//
// The two are the halves of a flip-flop, pulled apart: the shadow is open in the low phase of a
// cycle that loads it, the active latch in the high phase that follows a swap. The next tile is
// loaded while this one computes.
`endif
module aslog_weight_store #(
    parameter integer Rows       = 16,  // weights held, >= 1
    parameter integer WeightBits = 4,   // bits of a weight code
    parameter integer WeightRows = 8,   // rows loaded by one weight beat
    parameter integer TileBeats  = 2    // beats of a tile, ceil(Rows / WeightRows)
) (
`ifdef ASLOG_FPGA
    input  wire                             clk_i,
    input  wire [            TileBeats-1:0] load_clk_i,  // load row group g
    input  wire                             swap_clk_i,  // shadow becomes active
`else
    input  wire [            TileBeats-1:0] load_clk_i,  // low-phase pulse: load row group g
    input  wire                             swap_clk_i,  // high-phase pulse: shadow becomes active
`endif
    input  wire [WeightRows*WeightBits-1:0] data_i,      // codes of one row group, row 0 lowest
    output wire [      Rows*WeightBits-1:0] weights_o    // active codes, row 0 lowest
);

  genvar r;
  generate
    for (r = 0; r < Rows; r = r + 1) begin : g_row
`ifdef ASLOG_FPGA
      // A tile may become active at the very edge that loads its last rows.
      wire                  load = load_clk_i[r/WeightRows];
      wire [WeightBits-1:0] code = data_i[(r%WeightRows)*WeightBits+:WeightBits];
      reg  [WeightBits-1:0] shadow_q;
      reg  [WeightBits-1:0] active_q;
      always @(posedge clk_i) if (load) shadow_q <= code;
      always @(posedge clk_i) if (swap_clk_i) active_q <= load ? code : shadow_q;
      assign weights_o[r*WeightBits+:WeightBits] = active_q;
`else
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
`endif
    end
  endgenerate

endmodule
