// Arithmetic element on the window sum: raw = sign ? ~(L*q) : L*q, forms mu*S.
// docs/arithmetic.md, sections 2, 3 and 5. Combinational. Its levels are powers of two: no 3q.
module aslog_mu_ae (
    input  wire [ 3:0] code_i,
    input  wire [19:0] q_i,
    output wire [25:0] p_o
);
  wire sign = code_i[3];
  reg [25:0] product;
  always @* begin
    case (code_i[2:0])
      3'd0: product = {6'd0, q_i};
      3'd1: product = {5'd0, q_i, 1'd0};
      3'd2: product = {4'd0, q_i, 2'd0};
      3'd3: product = {3'd0, q_i, 3'd0};
      3'd4: product = {2'd0, q_i, 4'd0};
      3'd5: product = {1'd0, q_i, 5'd0};
      3'd6: product = {q_i, 6'd0};
      default: product = 26'd0;
    endcase
  end
  assign p_o = product ^ {26{sign}};
endmodule
