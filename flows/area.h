// Where the area of a netlist goes, module by module.
#pragma once

#include <string>
#include <vector>

#include "gates/cell_library.h"
#include "gates/netlist.h"

namespace aslog::flows {

// A module at one place of the hierarchy, all instances together.
struct ModuleArea {
    std::string name;  // "aslog_lane", "aslog_lane_2"
    std::string kind;  // "aslog_lane"
    int depth = 0;     // 0: the array
    int instances = 0;
    double eachUm2 = 0;           // one instance with all that is in it
    double areaUm2 = 0;           // all instances with all that is in them
    double ownUm2 = 0;            // all instances without the modules in them
    double ownSequentialUm2 = 0;  // latches, flip-flops and clock gates of ownUm2
    int ownCells = 0;
};

// Modules in the order of the hierarchy, the array first. Fan-out buffers are counted apart.
struct AreaReport {
    double totalUm2 = 0;  // fan-out buffers included
    double sequentialUm2 = 0;
    double fanoutUm2 = 0;
    int fanoutCells = 0;
    int cells = 0;  // fan-out buffers included
    std::vector<ModuleArea> modules;

    // Sums over all rows of a kind: "aslog_accumulator" has one in the columns and one in the BCE.
    double areaOf(const std::string& kind) const;
    double ownOf(const std::string& kind) const;
};

// Throws support::Error if a cell is unknown or has no area.
AreaReport areaOf(const gates::Netlist& netlist, const gates::CellLibrary& library);

}  // namespace aslog::flows
