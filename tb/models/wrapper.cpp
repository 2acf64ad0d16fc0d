#include "tb/models/wrapper.h"

#include <string_view>

#include <fmt/format.h>

#include "generator/rtl/array_ports.h"
#include "generator/rtl/target.h"
#include "tb/streams/clock_ticks.h"

namespace aslog::tb {
namespace {

/// A port of the module under test: the wrapper's own port has the same name, after `prefix`.
using Pin = ArrayPort;

std::string range(int bits) {
    return fmt::format("[{}:0]", bits - 1);
}

std::string header(const PortList& ports) {
    std::string text = "module aslog_bench (\n";
    if (ports.clocked) {
        text += "    input  wire tick_i,\n    input  wire late_i,\n";
    }
    const char* separator = "";
    const auto add = [&](const char* direction, const std::vector<Port>& list) {
        for (const Port& port : list) {
            text += fmt::format("{}    {} wire {} {}", separator, direction, range(port.bits),
                                port.name);
            separator = ",\n";
        }
    };
    add("input ", ports.inputs);
    add("output", ports.outputs);
    return text + "\n);\n";
}

void addPorts(const std::string& prefix, const std::vector<Pin>& pins, PortList& ports) {
    for (const Pin& pin : pins) {
        (pin.isInput ? ports.inputs : ports.outputs).push_back({prefix + pin.name, pin.bits});
    }
}

std::string instance(const std::string& module, const std::string& prefix,
                     const std::vector<Pin>& pins) {
    std::string text = fmt::format("  {} u_{} (", module, module);
    const char* separator = "";
    for (const Pin& pin : pins) {
        text += fmt::format("{}\n      .{}({}{})", separator, pin.name, prefix, pin.name);
        separator = ",";
    }
    return text + "\n  );\n";
}

/// A unit of the array. What the bench drives as gated clocks are for an FPGA the enables, and the
/// clock is all of them together: the edge comes when one is given.
std::string unitInstance(const Design& design, const std::string& module, const std::string& prefix,
                         const std::vector<Pin>& pins) {
    if (!design.spec.isForFpga()) {
        return instance(module, prefix, pins);
    }
    std::string connections;
    std::string clocks;
    for (const Pin& pin : pins) {
        const std::string enable = enableNames(pin.name);
        connections += fmt::format(",\n      .{}({}{})", enable, prefix, pin.name);
        if (enable != pin.name) {
            clocks += fmt::format("{}{}{}", clocks.empty() ? "" : ", ", prefix, pin.name);
        }
    }
    return fmt::format("  {0} u_{0} (\n      .clk_i(|{{{1}}}){2}\n  );\n", module, clocks,
                       connections);
}

/// The element alone; returns its instances.
std::string addElement(const Design& d, PortList& ports) {
    const int activationBits = d.spec.format.activationBits;
    const std::vector<Pin> pins = {{"code_i", d.element.rows * d.element.weightBits, true},
                                   {"q_i", d.element.rows * activationBits, true},
                                   {"t_i", d.element.laneBits, true},
                                   {"p_o", d.element.allPartialBits, false}};
    addPorts("ae_", pins, ports);
    ports.outputs.push_back({"element_raw_o", d.productBits});
    return instance("aslog_ae", "ae_", pins) +
           "  aslog_element u_aslog_element (\n"
           "      .code_i(ae_code_i),\n      .q_i(ae_q_i),\n      .raw_o(element_raw_o)\n  );\n";
}

std::vector<Pin> bcePins(const Design& d) {
    return {{"tree_clk_i", 1, true},
            {"acc_clk_i", 1, true},
            {"slot_clk_i", d.pixels, true},
            {"drain_clk_i", 1, true},
            {"q_i", d.activationBeatBits, true},
            {"read_i", d.pixels, true},
            {"drain_o", d.windowSumBits, false}};
}

std::vector<Pin> pcfPins(const Design& d) {
    const int outputBits = d.spec.pcf.outputBits;
    return {{"correct_clk_i", 1, true},
            {"shift_clk_i", 1, true},
            {"scale_clk_i", 1, true},
            {"raw_i", d.accumulatorBits, true},
            {"window_sum_i", d.windowSumBits, true},
            {"mu_i", d.hasBiasCorrection() ? d.muBits : 1, true},
            {"bias_i", d.correctionBits, true},
            {"scale_i", d.spec.pcf.scaleBits, true},
            {"shift_i", d.shiftBits, true},
            {"offset_i", d.offsetBits, true},
            {"clamp_low_i", outputBits, true},
            {"clamp_high_i", outputBits, true},
            {"y_o", outputBits, false}};
}

}  // namespace

namespace {

constexpr std::string_view kReset = "rst_ni";

const std::vector<Pin> kMultiplierPins = {{"a_i", 8, true}, {"b_i", 8, true}, {"p_o", 16, false}};

/// The array behind registers, and `beside` it what has no clock; `ports` are those of `beside`.
ModelSource registeredArray(const Device& device, const PortList& ports,
                            const std::string& beside) {
    const std::vector<Pin> pins = arrayPorts(device.design);
    ModelSource source{.name = device.name + "_array", .files = device.files};
    addPorts("", pins, source.ports);
    std::string registers;
    std::string assignments;
    std::string connections = "      .clk_i(clk)";
    for (const Pin& pin : pins) {
        if (pin.isInput && pin.name == kReset) {
            registers += fmt::format(
                "  reg {0}_q;\n  always @(rst_ni) {0}_q <= {0};  // asynchronous\n", kReset);
        } else if (pin.isInput) {
            registers += fmt::format("  reg {} {}_q;\n", range(pin.bits), pin.name);
            assignments += fmt::format("    {0}_q <= {0};\n", pin.name);
        }
        connections +=
            fmt::format(",\n      .{}({}{})", pin.name, pin.name, pin.isInput ? "_q" : "");
    }
    for (const Port& port : ports.inputs) {
        source.ports.inputs.push_back(port);
    }
    for (const Port& port : ports.outputs) {
        source.ports.outputs.push_back(port);
    }
    source.wrapper = header(source.ports) +
                     "  reg clk;\n"
                     "  always @(posedge tick_i or negedge tick_i) clk <= tick_i;\n" +
                     registers +
                     "  always @(posedge clk or negedge clk) if (clk ^ late_i) begin\n" +
                     assignments + "  end\n" + "  aslog_pcf_array u_array (\n" + connections +
                     "\n  );\n" + beside + "endmodule\n";
    source.keptModules = {{"aslog_column", {"weights_i"}}};
    return source;
}

/// A counter for each gated clock of the array.
std::string addTickCounters(const Device& device, PortList& ports) {
    const std::vector<std::string> clocks = gatedClocks(device);
    std::string text;
    std::string all;
    const bool enables = device.design.spec.isForFpga();
    for (std::size_t i = 0; i < clocks.size(); ++i) {
        const std::string event =
            (enables ? "posedge clk) if (u_array." : "posedge u_array.") + clocks[i];
        text += fmt::format(
            "  reg {0} ticks_{1}_q;\n"
            "  always @({2}) ticks_{1}_q <= ticks_{1}_q + {3}'d1;\n",
            range(kTickBits), i, event, kTickBits);
        all = fmt::format("ticks_{}_q{}{}", i, all.empty() ? "" : ", ", all);
    }
    ports.outputs.push_back({kTicksPort, static_cast<int>(clocks.size()) * kTickBits});
    return text + fmt::format("  assign {} = {{{}}};\n", kTicksPort, all);
}

}  // namespace

ModelSource arrayModel(const Device& device, Internals internals) {
    PortList ports;
    std::string beside = device.isBaseline() ? addElement(device.design, ports) : std::string();
    beside += internals == Internals::seen ? addTickCounters(device, ports) : std::string();
    ModelSource source = registeredArray(device, ports, beside);
    if (device.isBaseline()) {
        constexpr std::size_t kLarge = 1024;
        source.optimise = device.cells() > kLarge ? Optimise::nothing : Optimise::compile;
    }
    return source;
}

ModelSource mutantModel(const Device& device, int mutantBits) {
    PortList ports;
    ports.inputs.push_back({"mutant_i", mutantBits});
    std::string beside = fmt::format("  wire {} mutant_q = mutant_i;\n", range(mutantBits));
    beside += addElement(device.design, ports);
    addPorts("mult_", kMultiplierPins, ports);
    beside += instance("aslog_multiplier", "mult_", kMultiplierPins);
    beside += addTickCounters(device, ports);
    ModelSource source = registeredArray(device, ports, beside);
    source.name = "mutants";
    source.optimise = Optimise::compile;
    source.allowsWarnings = true;
    return source;
}

ModelSource unitsModel(const Device& device) {
    const Design& d = device.design;
    ModelSource source{
        .name = device.name + "_units", .files = device.files, .optimise = Optimise::compile};
    source.ports.clocked = false;
    std::string body = addElement(d, source.ports);
    const auto add = [&](const char* module, const std::string& prefix,
                         const std::vector<Pin>& pins) {
        addPorts(prefix, pins, source.ports);
        body += instance(module, prefix, pins);
    };
    const auto addUnit = [&](const char* module, const std::string& prefix,
                             const std::vector<Pin>& pins) {
        addPorts(prefix, pins, source.ports);
        body += unitInstance(d, module, prefix, pins);
    };
    if (d.hasBiasCorrection()) {
        add("aslog_mu_ae", "mu_",
            {{"code_i", d.muBits, true},
             {"q_i", d.windowSumBits, true},
             {"p_o", d.muProductBits, false}});
    }
    if (d.hasWindowSum()) {
        addUnit("aslog_bce", "bce_", bcePins(d));
    }
    addUnit("aslog_pcf_unit", "pcf_", pcfPins(d));
    add("aslog_multiplier", "mult_", kMultiplierPins);
    source.wrapper = header(source.ports) + body + "endmodule\n";
    return source;
}

}  // namespace aslog::tb
