// The netlist of an array as it was written, proven equal to the words of its modules.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "flows/array_design.h"
#include "flows/mapping/equivalence.h"
#include "flows/mapping/mapping.h"
#include "flows/workspace.h"

namespace aslog::flows {

struct ModuleProof {
    std::string module;
    Proof proof;
};

// Reads the Verilog back with yosys and compares each module, fan-out buffers included, with what
// the mapper had to map; every module of `design` must have been mapped at its smallest. Throws
// support::Error that names array, module and difference if one is wrong.
std::vector<ModuleProof> proveNetlist(const Workspace& workspace, const Mapper& mapper,
                                      Prover& prover, const ArrayDesign& design,
                                      const std::filesystem::path& verilog);

}  // namespace aslog::flows
