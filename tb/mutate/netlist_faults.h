// Faults of the flow itself: what a mapper, a buffer pass or a cells.v might do wrong to a netlist.
#pragma once

#include <string>
#include <vector>

#include "gates/cell_model.h"
#include "gates/netlist.h"

namespace aslog::tb {

struct NetlistFault {
    std::string kind;   // "sum and carry swapped"
    std::string where;  // module and cell; "everywhere"
    gates::Netlist netlist;
};

/// Copies of the netlist with one fault each:
///   sum and carry of every full adder swapped, and of one in each module;
///   every latch of the weights open in the other phase, and one in each module;
///   an output of each module forced to 0 (a mapping that lies);
///   a fan-out buffer that inverts; the first and last inverter of each module lost (that of a sign
///   among them);
///   a constant lost: the first 0 and the first 1 of each module at a cell's pin are the other one;
///   the enable of each clock gate stuck at 1 and at 0.
/// Kinds that the netlist has no cells for are not in the list.
[[nodiscard]] std::vector<NetlistFault> netlistFaults(const gates::Netlist& netlist,
                                                      const gates::CellModels& models);

}  // namespace aslog::tb
