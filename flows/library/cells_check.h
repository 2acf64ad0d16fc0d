// Checks that the cells of a technology do what the flow takes them for: those of
// flows/tech/<name>/cells.v and the flip-flops that yosys chooses, against what the library says of
// its cells.
#pragma once

#include <filesystem>

#include "flows/library/technology.h"
#include "flows/workspace.h"
#include "gates/cell_model.h"

namespace aslog::flows {

// Maps adders, clock gate, latches and flip-flops as synthesis does, and drives them with all
// inputs in all states. `mappingLiberty`: see libraryForMapping(). Throws support::Error that names
// the cell, the inputs, and both outputs of the first difference; support::InputError if the
// library has no model of a cell.
void checkCells(const Workspace& workspace, const Technology& technology,
                const std::filesystem::path& liberty, const std::filesystem::path& mappingLiberty,
                const gates::CellModels& models);

}  // namespace aslog::flows
