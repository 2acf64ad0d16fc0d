// The models of cells as functional Verilog, for any simulator that reads Verilog: without delays,
// and starting at 0 rather than at an unknown value.
#pragma once

#include <set>
#include <string>

#include "gates/cell_model.h"
#include "gates/netlist.h"

namespace aslog::gates {

// A module for each of the cells. Latches copy their enable by a non-blocking assignment, as
// aslog_latch does: they open and close behind everything that samples at the same edge. Throws
// support::InputError that names a cell without a model.
std::string toVerilog(const CellModels& models, const std::set<std::string>& cells);

// The cells of the library that a netlist uses.
std::set<std::string> libraryCells(const Netlist& netlist);

}  // namespace aslog::gates
