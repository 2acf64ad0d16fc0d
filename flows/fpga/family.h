// The FPGA families of `aslog synth --fpga`: how yosys is told to map to them, and what their cells
// count as.
#pragma once

#include <string>
#include <vector>

#include "support/json_file.h"

namespace aslog::flows {

// Cells of a mapped array.
struct FpgaCells {
    int luts = 0;  // those that carry cells need included
    int flipFlops = 0;
    int carries = 0;  // carry cells as the family has them: 1 bit, 2 bits, 4 bits
    int blockRams = 0;
    int dsps = 0;
};

struct FpgaCellKind {
    const char* prefix;       // of the type's name
    int FpgaCells::*counter;  // nullptr: free, as the multiplexer of a slice
    int luts = 0;             // that it takes beside
};

struct FpgaFamily {
    const char* name;       // "ice40"
    const char* title;      // "Lattice iCE40 HX"
    const char* synthesis;  // command of yosys
    // Its option that maps no multiplier to a DSP block; "": there are none.
    const char* withoutDsps;
    int lutInputs;
    std::vector<FpgaCellKind> cells;

    bool hasDsps() const { return *withoutDsps != '\0'; }
};

const std::vector<FpgaFamily>& fpgaFamilies();

// Throws support::InputError that lists the names.
const FpgaFamily& fpgaFamily(const std::string& name);

// `stat`: what yosys' `stat -json` writes. Throws support::Error for a cell that the table does not
// have: a figure without it would be too small.
FpgaCells countCells(const FpgaFamily& family, const support::Json& stat);

}  // namespace aslog::flows
