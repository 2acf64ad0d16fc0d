// What the cells compute that a netlist holds on its way from words to cells: those of a library,
// and the simple gates and registers of yosys.
#pragma once

#include <map>
#include <string>

#include "gates/cell_model.h"

namespace aslog::gates {

class LogicModels {
  public:
    explicit LogicModels(CellModels library);

    // A cell that neither the library nor yosys has.
    void add(CellModel model);

    // Throws support::InputError if the cell is not known or has no model.
    const CellModel& at(const std::string& cell) const;

  private:
    CellModels library_;
    std::map<std::string, CellModel> others_;
};

// Models of cells from the text of their groups in the Liberty format.
CellModels modelsFromCells(const std::string& cells);

}  // namespace aslog::gates
