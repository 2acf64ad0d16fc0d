// Activation lane: the registers of the activations q of the rows that one arithmetic element
// serves, and of what all columns need beside them: odd multiples of a row's q, or the sum of two
// rows. One adder here replaces one in every element of the row.
module aslog_lane #(
    parameter integer ActivationBits = 8,  // width of q, unsigned
    parameter integer ElementRows    = 1,  // rows of an element; 2: t_o is the sum of their q
    parameter integer OddMultiples   = 1,  // 0: none; 1: 3q; 3: 3q, 5q and 7q
    parameter integer MultipleBits   = 10  // of t_o
) (
`ifdef ASLOG_FPGA
    input  wire                                  clk_i,
`endif
    input  wire                                  lane_clk_i,  // takes d_i
    input  wire [ElementRows*ActivationBits-1:0] d_i,         // activations, unsigned
    output wire [ElementRows*ActivationBits-1:0] q_o,         // q
    output wire [              MultipleBits-1:0] t_o          // {7q, 5q, 3q}, 3q, q0 + q1 or 0
);

  reg [ElementRows*ActivationBits-1:0] q_q;
  always @(posedge lane_clk_i) q_q <= d_i;
  assign q_o = q_q;

  generate
    if (OddMultiples == 3) begin : g_three_multiples
      reg [ActivationBits+1:0] by_3_q;
      reg [ActivationBits+2:0] by_5_q, by_7_q;
      always @(posedge lane_clk_i) begin
        by_3_q <= {2'b00, d_i} + {1'b0, d_i, 1'b0};
        by_5_q <= {3'b000, d_i} + {1'b0, d_i, 2'b00};
        by_7_q <= {d_i, 3'b000} - {3'b000, d_i};
      end
      assign t_o = {by_7_q, by_5_q, by_3_q};
    end else if (OddMultiples == 1) begin : g_odd_multiple
      reg [ActivationBits+1:0] t_q;
      always @(posedge lane_clk_i) t_q <= {2'b00, d_i} + {1'b0, d_i, 1'b0};
      assign t_o = t_q;
    end else if (ElementRows == 2) begin : g_sum
      reg [ActivationBits:0] sum_q;
      always @(posedge lane_clk_i)
        sum_q <= {1'b0, d_i[ActivationBits-1:0]} + {1'b0, d_i[ActivationBits+:ActivationBits]};
      assign t_o = sum_q;
    end else begin : g_no_multiple
      assign t_o = {MultipleBits{1'b0}};
    end
  endgenerate

endmodule
