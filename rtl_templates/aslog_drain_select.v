// Drain selection of one PCF unit: the drained sum of the column that is served in this step.
module aslog_drain_select #(
    parameter integer Steps  = 16,  // drain steps
    parameter integer Stride = 1,   // columns between steps, the number of PCF units
    parameter integer Lane   = 0,   // this unit, 0 <= Lane < Stride
    parameter integer Width  = 24   // bits of a sum
) (
    input  wire [             Steps-1:0] select_i,  // one-hot
    input  wire [Steps*Stride*Width-1:0] data_i,    // all columns, column 0 lowest
    output reg  [             Width-1:0] data_o
);

  integer i;
  always @* begin
    data_o = {Width{1'b0}};
    for (i = 0; i < Steps; i = i + 1)
      data_o = data_o | (data_i[(i*Stride+Lane)*Width+:Width] & {Width{select_i[i]}});
  end

endmodule
