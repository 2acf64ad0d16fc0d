// Activation lane: the register of one row's activation q and of its odd multiple 3q,
// both broadcast to all columns. One adder here replaces one in every AE of the row.
module aslog_lane #(
    parameter integer ActivationBits = 8,  // width of q, unsigned
    parameter integer UseOddMultiple = 1   // 0: no element of the array needs 3q; t_o is 0
) (
`ifdef ASLOG_FPGA
    input  wire                      clk_i,
`endif
    input  wire                      lane_clk_i,  // takes d_i
    input  wire [ActivationBits-1:0] d_i,         // activation, unsigned
    output wire [ActivationBits-1:0] q_o,         // q
    output wire [ActivationBits+1:0] t_o          // 3q
);

  reg [ActivationBits-1:0] q_q;
  always @(posedge lane_clk_i) q_q <= d_i;
  assign q_o = q_q;

  generate
    if (UseOddMultiple != 0) begin : g_odd_multiple
      reg [ActivationBits+1:0] t_q;
      always @(posedge lane_clk_i) t_q <= {2'b00, d_i} + {1'b0, d_i, 1'b0};
      assign t_o = t_q;
    end else begin : g_no_odd_multiple
      assign t_o = {(ActivationBits + 2) {1'b0}};
    end
  endgenerate

endmodule
