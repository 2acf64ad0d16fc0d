`ifdef ASLOG_FPGA
// Accumulator of one column (or of the window sum): adder, Pixels slots, drain word. A slot and the
// drain word take the sum at the edge that ends its cycle.
`else
// Accumulator of one column (or of the window sum): adder, Pixels slots, drain latch.
//
// The sum is formed in a flip-flop word and moved to its slot, a latch word, in the high phase of
// the next cycle; the same phase moves a finished window to the drain latch. Since the sum stands
// still in that cycle, a slot may be read while it is written.
`endif
module aslog_accumulator #(
    parameter integer SumBits         = 16,  // bits of sum_i
    parameter integer AccumulatorBits = 24,  // bits of the accumulator, >= SumBits
    parameter integer Pixels          = 2    // slots, >= 1
) (
`ifdef ASLOG_FPGA
    input  wire                       clk_i,
`endif
    input  wire                       acc_clk_i,    // add
    input  wire [         Pixels-1:0] slot_clk_i,   // store into slot k
    input  wire                       drain_clk_i,  // store the window that ends
    input  wire [         Pixels-1:0] read_i,       // one-hot: slot to add to; 0 starts a window
    input  wire [        SumBits-1:0] sum_i,        // unsigned
    output wire [AccumulatorBits-1:0] drain_o       // last finished window, unsigned
);

  wire [       AccumulatorBits-1:0] next;  // the sum at the end of this cycle
  wire [Pixels*AccumulatorBits-1:0] slots;

  integer i;
  reg [AccumulatorBits-1:0] operand;
  always @* begin
    operand = {AccumulatorBits{1'b0}};
    for (i = 0; i < Pixels; i = i + 1)
      operand = operand | (slots[i*AccumulatorBits+:AccumulatorBits] & {AccumulatorBits{read_i[i]}});
  end

  wire [AccumulatorBits-1:0] addend;
  assign addend[SumBits-1:0] = sum_i;
  generate
    if (AccumulatorBits > SumBits) begin : g_extend
      assign addend[AccumulatorBits-1:SumBits] = {(AccumulatorBits - SumBits) {1'b0}};
    end
  endgenerate

  assign next = operand + addend;

`ifdef ASLOG_FPGA
  reg [AccumulatorBits-1:0] drain_q;
  always @(posedge clk_i) if (drain_clk_i) drain_q <= next;
  assign drain_o = drain_q;

  genvar k;
  generate
    for (k = 0; k < Pixels; k = k + 1) begin : g_slot
      wire store = Pixels == 1 ? acc_clk_i : slot_clk_i[k];
      reg [AccumulatorBits-1:0] slot_q;
      always @(posedge clk_i) if (store) slot_q <= next;
      assign slots[k*AccumulatorBits+:AccumulatorBits] = slot_q;
    end
  endgenerate
  wire unused_pulses = &{1'b0, acc_clk_i, slot_clk_i};
`else
  reg [AccumulatorBits-1:0] value_q;
  always @(posedge acc_clk_i) value_q <= next;

  genvar k;
  generate
    if (Pixels == 1) begin : g_single
      // The sum word itself is the slot.
      assign slots = value_q;
      wire unused_slot_clk = slot_clk_i[0];
    end else begin : g_slots
      for (k = 0; k < Pixels; k = k + 1) begin : g_slot
        aslog_latch #(
            .Width(AccumulatorBits)
        ) u_slot (
            .en_i(slot_clk_i[k]),
            .d_i (value_q),
            .q_o (slots[k*AccumulatorBits+:AccumulatorBits])
        );
      end
    end
  endgenerate

  aslog_latch #(
      .Width(AccumulatorBits)
  ) u_drain (
      .en_i(drain_clk_i),
      .d_i (value_q),
      .q_o (drain_o)
  );
`endif

endmodule
