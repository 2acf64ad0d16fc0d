// A module as Boolean functions: cut at its registers and at the modules that it uses, so that two
// versions of it can be compared function by function.
#pragma once

#include <map>
#include <string>

#include "gates/aig.h"
#include "gates/logic_models.h"
#include "gates/netlist.h"

namespace aslog::gates {

// Names say what a function is of, and are the same in all versions of a module:
//   inputs    "port a[0]"  "state r"  "child u (type) y[0]", an output of an instance
//   outputs   "port y[0]"             "child u (type) a[0]", an input of an instance
//             "data r", "clock r", "clear r", "preset r", "latch r" of the register r: what it
//             takes, when, what forces it to 0 or 1, and the constant 1 if it is a latch
// A register that nothing depends on has no "state r".
struct CutLogic {
    AndInverterGraph graph;
    std::map<std::string, AndInverterGraph::Literal> inputs;
    std::map<std::string, AndInverterGraph::Literal> outputs;
};

// `children`: the modules that it uses; only their ports count. Throws support::Error that names
// the module if a net has no driver, more than one, or depends on itself without a register;
// support::InputError if a cell has no model.
CutLogic cutAtRegisters(const std::string& name, const Module& module, const LogicModels& models,
                        const std::map<std::string, Module>& children);

// `logic` with fewer registers: one that `kept` lacks is replaced by its twin, a register with the
// same functions that `kept` has. Synthesis makes one of two that always hold the same.
CutLogic withoutTwins(const CutLogic& logic, const CutLogic& kept);

// `logic` with registers that hold the inverse of what they held: those that can only be cleared
// where `like` can only be preset, and the other way round. Synthesis makes the one of the other,
// between inverters, where a library has no such cell.
CutLogic withPolarityOf(const CutLogic& logic, const CutLogic& like);

}  // namespace aslog::gates
