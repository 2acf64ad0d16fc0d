#include "flows/fpga/pins.h"

#include <vector>

#include <fmt/format.h>

#include "generator/rtl/array_ports.h"

namespace aslog::flows {
namespace {

// All but the reset, which has a pin.
std::vector<ArrayPort> portsOf(const Design& design) {
    std::vector<ArrayPort> ports = arrayPorts(design);
    ports.erase(ports.begin());
    return ports;
}

int bitsOf(const Design& design, bool inputs) {
    int bits = 0;
    for (const ArrayPort& port : portsOf(design)) {
        bits += port.isInput == inputs ? port.bits : 0;
    }
    return bits;
}

}  // namespace

int pinsRegisters(const Design& design) {
    return bitsOf(design, true) + bitsOf(design, false) + 1;
}

std::string pinsVerilog(const Design& design) {
    const int inputs = bitsOf(design, true);
    const int outputs = bitsOf(design, false);
    std::string declared = "  input clk_i,\n  input rst_ni";
    std::string connected = "    .clk_i(clk_i),\n    .rst_ni(rst_ni)";
    int input = 0;
    int output = 0;
    for (const ArrayPort& port : portsOf(design)) {
        declared += fmt::format(",\n  {} [{}:0] {}", port.isInput ? "input" : "output",
                                port.bits - 1, port.name);
        int& next = port.isInput ? input : output;
        connected += fmt::format(",\n    .{}({}[{}+:{}])", port.name,
                                 port.isInput ? "shift_q" : "answer", next, port.bits);
        next += port.bits;
    }
    return fmt::format(R"((* blackbox *)
module aslog_pcf_array (
{declared}
);
endmodule

module {top} (
  input  wire clk_i,
  input  wire rst_ni,
  input  wire serial_i,
  output reg  serial_o
);
  reg  [{inputs}:0] shift_q;
  wire [{outputs}:0] answer;
  reg  [{outputs}:0] answer_q;
  always @(posedge clk_i) begin
    shift_q  <= {{shift_q, serial_i}};
    answer_q <= answer;
    serial_o <= ^answer_q;
  end
  aslog_pcf_array u_array (
{connected}
  );
endmodule
)",
                       fmt::arg("declared", declared), fmt::arg("top", kPinsTop),
                       fmt::arg("inputs", inputs - 1), fmt::arg("outputs", outputs - 1),
                       fmt::arg("connected", connected));
}

}  // namespace aslog::flows
