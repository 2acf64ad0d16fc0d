// Buffers for nets with more load than their driver can take: pins, and the wires that the
// library's wire-load model makes of their number, as OpenSTA counts them (mode top: a net has all
// its pins, in whatever modules they are).
//
// Works on a hierarchical netlist, bottom up: a module is buffered once for all of its instances,
// and a net that crosses modules is split where its branches part. Nets with a clock, latch enable
// or asynchronous reset on them are left alone: they are trees of their own, made after placement,
// and ideal here.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "flows/timing/buffer_tree.h"
#include "gates/cell_library.h"
#include "gates/netlist.h"

namespace aslog::flows {

struct FanoutRules {
    std::vector<BufferCell> buffers;  // at least one
    double innerRatio = 0.9;          // share of max_capacitance that nets inside a module may use
    double crossingRatio = 0.9;       // and those that cross modules; less is faster
    double defaultMaxLoadFf = 0;      // for outputs without max_capacitance in the library
};

// Name that every inserted buffer starts with; no other cell does.
inline constexpr const char* kFanoutPrefix = "fanout_";

// What is known of the inputs of a module after its nets were buffered.
struct InputBit {
    Load load;             // inside the module
    bool isIdeal = false;  // its net was left alone
};

// Inputs of each module, by the name of the port.
using InputLoads = std::map<std::string, std::map<std::string, std::vector<InputBit>>>;

// What an output pin may drive.
double maxLoadFf(const gates::LibraryPin& pin, const FanoutRules& rules);

// Inserts the buffers. Of the trees that keep within the limits the one with the smallest area is
// taken. Throws support::InputError if the library lacks a buffer of the rules.
InputLoads bufferFanout(gates::Netlist& netlist, const gates::CellLibrary& library,
                        const FanoutRules& rules);

// The ideal inputs of a module: "clk_i", "slot_clk_i[0]".
std::vector<std::string> idealInputs(const InputLoads& loads, const gates::Module& module,
                                     const std::string& name);

}  // namespace aslog::flows
