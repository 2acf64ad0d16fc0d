// Stream register: a register for a beat, and a spare one for the beat that comes in the cycle in which
// the first is not taken. No path leads through it, neither of valid and data nor of ready, and a beat
// moves in every cycle.
module aslog_stream_register #(
    parameter integer Width      = 8,  // bits of a beat
    parameter integer TestEnable = 0   // 1: test_en_i opens the clock gates
) (
    input  wire             clk_i,
    input  wire             rst_ni,     // asynchronous, active low
    input  wire             test_en_i,
    // upstream
    input  wire             valid_i,
    output wire             ready_o,    // low while the spare register holds a beat, and in reset
    input  wire [Width-1:0] data_i,
    // downstream
    output wire             valid_o,
    input  wire             ready_i,
    output wire [Width-1:0] data_o
);

  reg valid_q;  // the register holds a beat
  reg ready_q;  // the spare one is empty; low with an empty register: no edge since the reset
  wire take = valid_i & ready_q;
  wire give = valid_q & ready_i;
  wire spare_waits = valid_q & ~ready_q;

  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) begin
      valid_q <= 1'b0;
      ready_q <= 1'b0;
    end else begin
      valid_q <= take | spare_waits | (valid_q & ~give);
      ready_q <= ~valid_q | give | (ready_q & ~take);
    end

  wire test_en = (TestEnable != 0) & test_en_i;
  wire data_clk;
  wire spare_clk;
`ifdef ASLOG_FPGA
  assign data_clk  = (take & (~valid_q | give)) | (spare_waits & give);
  assign spare_clk = take & valid_q & ~give;
  wire unused_test_en = test_en;
`else
  aslog_clock_gate u_data_clk (
      .clk_i(clk_i),
      .en_i ((take & (~valid_q | give)) | (spare_waits & give) | test_en),
      .clk_o(data_clk)
  );
  aslog_clock_gate u_spare_clk (
      .clk_i(clk_i),
      .en_i ((take & valid_q & ~give) | test_en),
      .clk_o(spare_clk)
  );
`endif

  reg [Width-1:0] data_q;
  reg [Width-1:0] spare_q;
  always @(posedge data_clk) data_q <= spare_waits ? spare_q : data_i;
  always @(posedge spare_clk) spare_q <= data_i;

  assign ready_o = ready_q;
  assign valid_o = valid_q;
  assign data_o  = data_q;

endmodule
