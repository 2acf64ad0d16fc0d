// Activation lane: the registers of the activations q of the rows that one arithmetic element
// serves, and of what all columns need beside them: the odd multiple 3q of a row, or the sum of two
// rows. One adder here replaces one in every element of the row.
module aslog_lane #(
    parameter integer ActivationBits = 8,  // width of q, unsigned
    parameter integer ElementRows    = 1,  // rows of an element; 2: t_o is the sum of their q
    parameter integer UseOddMultiple = 1   // 0: no element of the array needs 3q
) (
`ifdef ASLOG_FPGA
    input  wire                                  clk_i,
`endif
    input  wire                                  lane_clk_i,  // takes d_i
    input  wire [ElementRows*ActivationBits-1:0] d_i,         // activations, unsigned
    output wire [ElementRows*ActivationBits-1:0] q_o,         // q
    output wire [            ActivationBits+1:0] t_o          // 3q, q0 + q1 or 0
);

  reg [ElementRows*ActivationBits-1:0] q_q;
  always @(posedge lane_clk_i) q_q <= d_i;
  assign q_o = q_q;

  generate
    if (UseOddMultiple != 0) begin : g_odd_multiple
      reg [ActivationBits+1:0] t_q;
      always @(posedge lane_clk_i) t_q <= {2'b00, d_i} + {1'b0, d_i, 1'b0};
      assign t_o = t_q;
    end else if (ElementRows == 2) begin : g_sum
      reg [ActivationBits:0] sum_q;
      always @(posedge lane_clk_i)
        sum_q <= {1'b0, d_i[ActivationBits-1:0]} + {1'b0, d_i[ActivationBits+:ActivationBits]};
      assign t_o = {1'b0, sum_q};
    end else begin : g_no_multiple
      assign t_o = {(ActivationBits + 2) {1'b0}};
    end
  endgenerate

endmodule
