// Which cells of a library can do what aslog asks of cells, found by what they compute.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gates/cell_library.h"
#include "gates/cell_model.h"

namespace aslog::flows {

enum class Role {
    Inverter,
    FullAdder,
    HalfAdder,
    LatchHigh,  // open while its enable is high
    LatchLow,
    ClockGate,  // a latch of the low phase and an AND
    FlipFlop,
    FlipFlopCleared,  // by an asynchronous reset
    FlipFlopPreset,
};

std::string toString(Role role);

// A pin of the cell that does what an output of the role is to do, or its inverse.
struct RoleOutput {
    std::string pin;
    bool isInverted = false;
};

// How a cell stands for a role.
struct RoleCell {
    std::string cell;
    double areaUm2 = 0;
    std::vector<std::string> inputs;   // pins, in the order of the role's inputs
    bool isResetHigh = false;          // of a flip-flop that is cleared or preset: active level
    std::map<std::string, bool> tied;  // other inputs, and the constant that they need
    std::vector<RoleOutput> outputs;   // in the order of the role's outputs
};

// The cells to look at.
struct RoleCandidates {
    const gates::CellModels& models;
    const gates::CellLibrary& cells;
    std::set<std::string> never;  // not these
};

// The cell that is smallest with the inverters that it needs. Inputs and outputs of a role, in
// order: a, b, c and sum, carry of a full adder; enable, data and state of a latch; clock, enable
// and clock of a clock gate; clock, data (reset) and state of a flip-flop.
std::optional<RoleCell> cellFor(Role role, const RoleCandidates& candidates);

// A few buffers, smallest first, each clearly stronger than the one before. Cells that delay on
// purpose are larger than a buffer of their strength, so they are not among them.
std::vector<RoleCell> buffersOf(const RoleCandidates& candidates);

}  // namespace aslog::flows
