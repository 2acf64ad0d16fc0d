// How much an output may drive before its edges are slower than the library allows.
#pragma once

#include "gates/cell_library.h"
#include "gates/liberty.h"

namespace aslog::gates {

// Gives the outputs of cells that have a model their slewLoadFf: the largest load at which no edge
// is slower than the output's own max_transition or that of most inputs of the library, even after
// an input edge just as slow. (An output's own is not enough: sky130's buf_8 has 7.65 ns, the
// inputs behind it 1.5 ns.) An output that is too slow without any load gets none, nor does a cell
// whose tables can not be read. Does nothing, and reads no table, if the library limits no slew.
// `file`: what `library` was read from.
void limitLoadsBySlew(CellLibrary& library, const LibertyFile& file);

}  // namespace aslog::gates
