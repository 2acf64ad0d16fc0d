// aslog_stream_register against a queue of two beats. Beats are not looked into, so those of its
// default width stand for all.
module stream_register_properties (
    input wire       rst_ni,
    input wire       valid_i,
    input wire [7:0] data_i,
    input wire       ready_i
);

  wire ready, valid;
  wire [7:0] data, spare;
  aslog_stream_register u_register (  // its own width
      .clk_i  (1'b1),
      .test_en_i(1'b0),
      .rst_ni (rst_ni),
      .valid_i(valid_i),
      .ready_o(ready),
      .data_i (data_i),
      .valid_o(valid),
      .ready_i(ready_i),
      .data_o (data),
      .spare_q(spare)
  );

  initial assume (!rst_ni);

  reg       awake;  // an edge has come since the reset
  reg [1:0] beats;
  reg [7:0] first, second;
  wire      comes = valid_i & ready;
  wire      goes = valid & ready_i;
  always @($global_clock)
    if (!rst_ni) begin
      awake <= 0;
      beats <= 0;
    end else begin
      awake <= 1;
      beats <= beats + comes - goes;
    end
  always @($global_clock) begin
    if (comes && beats == goes) first <= data_i;
    else if (goes) first <= second;
    if (comes && beats != goes) second <= data_i;
  end

  always @*
    if (rst_ni) begin
      at_most_two: assert (beats <= 2 && (awake || beats == 0));
      ready_by_state: assert (ready == (awake && beats < 2));
      valid_by_state: assert (valid == (beats > 0));
      in_order: assert (beats == 0 || data == first);
      spare_is_second: assert (beats < 2 || spare == second);
    end else nothing_moves_in_reset: assert (!ready && !valid);

endmodule
