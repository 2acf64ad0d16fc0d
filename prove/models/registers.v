// Registers as a formal tool sees them: one step is one cycle of the root clock, and a register
// takes its data in the steps in which its clock has a pulse. The root clock is tied to 1 (a pulse
// in every step), a gated clock is its enable (clock_gate.v). Maps yosys' flip-flop cells; a cell
// that these modules do not describe is left over and stops the proof.

(* techmap_celltype = "$dff" *)
module aslog_step_register (CLK, D, Q);
  parameter WIDTH = 1;
  parameter CLK_POLARITY = 1'b1;

  input CLK;
  input [WIDTH-1:0] D;
  output [WIDTH-1:0] Q;

  wire _TECHMAP_FAIL_ = !CLK_POLARITY;

  \$ff #(.WIDTH(WIDTH)) u_state (.D(CLK ? D : Q), .Q(Q));
endmodule

(* techmap_celltype = "$adff" *)
module aslog_step_register_with_reset (CLK, ARST, D, Q);
  parameter WIDTH = 1;
  parameter CLK_POLARITY = 1'b1;
  parameter ARST_POLARITY = 1'b1;
  parameter ARST_VALUE = {WIDTH{1'b0}};

  input CLK;
  input ARST;
  input [WIDTH-1:0] D;
  output [WIDTH-1:0] Q;

  wire _TECHMAP_FAIL_ = !CLK_POLARITY;

  wire [WIDTH-1:0] state;
  assign Q = ARST == ARST_POLARITY ? ARST_VALUE : state;
  // While reset is active Q is the reset value, and only that is stored.
  \$ff #(.WIDTH(WIDTH)) u_state (.D(ARST == ARST_POLARITY ? ARST_VALUE : CLK ? D : Q), .Q(state));
endmodule
