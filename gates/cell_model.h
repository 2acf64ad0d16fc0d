// What a cell of a library computes, read from the Liberty file itself: `function`, `ff`, `latch`,
// and the clock gates that have a `clock_gating_integrated_cell` instead.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gates/boolean.h"
#include "gates/liberty.h"

namespace aslog::gates {

// A flip-flop or a latch, which holds its data and not their inverse, whatever the Liberty file
// calls the state (only where `data` depends on more than one pin it may hold the inverse). Its
// functions are of the inputs of the cell and, behind them, of the
// state itself and its inverse (a flip-flop with an enable keeps its state by its `data`).
struct CellState {
    enum class Kind { FlipFlop, Latch };
    Kind kind = Kind::FlipFlop;
    BooleanFunction data;   // flip-flop: taken when `clock` rises; latch: followed while it is high
    BooleanFunction clock;  // clocked_on, or enable
    std::optional<BooleanFunction> clear;   // forces 0 while high
    std::optional<BooleanFunction> preset;  // forces 1 while high
    bool clearWins = true;                  // if both are high
};

struct CellOutput {
    std::string pin;
    BooleanFunction function;  // of inputs, state and inverse, as those of CellState
};

// A clock gate is a latch that follows its enable in the low phase of the clock, with an output of
// clock and state.
struct CellModel {
    std::string name;
    std::vector<std::string> inputs;  // pins in the order of the library
    std::vector<CellOutput> outputs;
    std::optional<CellState> state;  // absent: combinational
    bool isClockGate = false;

    std::size_t inputIndex(const std::string& pin) const;  // inputs.size() if there is none
};

// Models of all cells of a library that aslog can model.
class CellModels {
  public:
    static CellModels of(const LibertyFile& library);

    // Throws support::InputError that names the cell and why it has no model (three-state output,
    // state table, a bank of flip-flops, an output without function ...), or that there is no such
    // cell.
    const CellModel& at(const std::string& cell) const;

    const std::map<std::string, CellModel>& all() const { return models_; }

    // Cells without a model, and why.
    const std::map<std::string, std::string>& refused() const { return refused_; }

  private:
    std::string source_;  // name of the library
    std::map<std::string, CellModel> models_;
    std::map<std::string, std::string> refused_;
};

}  // namespace aslog::gates
