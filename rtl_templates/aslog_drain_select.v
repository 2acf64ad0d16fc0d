// Drain selection of one PCF unit: the drained sum of the column that is served in this step.
module aslog_drain_select #(
    parameter integer DrainSteps      = 16,
    parameter integer Lanes           = 1,   // PCF units: columns between steps
    parameter integer Lane            = 0,   // this unit, 0 <= Lane < Lanes
    parameter integer AccumulatorBits = 24   // bits of a sum
) (
    input  wire [                      DrainSteps-1:0] select_i,  // one-hot
    input  wire [DrainSteps*Lanes*AccumulatorBits-1:0] data_i,    // all columns, column 0 lowest
    output reg  [                 AccumulatorBits-1:0] data_o
);

  integer i;
  always @* begin
    data_o = {AccumulatorBits{1'b0}};
    for (i = 0; i < DrainSteps; i = i + 1)
      data_o = data_o
          | (data_i[(i*Lanes+Lane)*AccumulatorBits+:AccumulatorBits] & {AccumulatorBits{select_i[i]}});
  end

endmodule
