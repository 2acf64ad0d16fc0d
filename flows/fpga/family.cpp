#include "flows/fpga/family.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"

namespace aslog::flows {

const std::vector<FpgaFamily>& fpgaFamilies() {
    using Cells = FpgaCells;
    static const std::vector<FpgaFamily> families = {
        // An iCE40 HX has no DSP blocks (an UltraPlus has).
        {"ice40",
         "Lattice iCE40 HX",
         "synth_ice40 -device hx",
         "",
         4,
         {{"SB_LUT4", &Cells::luts},
          {"SB_CARRY", &Cells::carries},
          {"SB_DFF", &Cells::flipFlops},
          {"SB_RAM40_4K", &Cells::blockRams}}},
        {"ecp5",
         "Lattice ECP5",
         "synth_ecp5",
         "-nodsp",
         4,
         {{"LUT4", &Cells::luts},
          {"CCU2C", &Cells::carries, 2},
          {"TRELLIS_FF", &Cells::flipFlops},
          {"DP16KD", &Cells::blockRams},
          {"MULT18X18D", &Cells::dsps},
          {"PFUMX", nullptr},
          {"L6MUX21", nullptr}}},
        {"xc7",
         "AMD 7 series",
         "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf",
         "-nodsp",
         6,
         {{"LUT", &Cells::luts},
          {"INV", &Cells::luts},
          {"SRL", &Cells::luts},
          {"CARRY4", &Cells::carries},
          {"FDRE", &Cells::flipFlops},
          {"FDSE", &Cells::flipFlops},
          {"FDCE", &Cells::flipFlops},
          {"FDPE", &Cells::flipFlops},
          {"RAMB", &Cells::blockRams},
          {"DSP48E1", &Cells::dsps},
          {"MUXF", nullptr}}},
    };
    return families;
}

const FpgaFamily& fpgaFamily(const std::string& name) {
    std::vector<std::string> names;
    for (const FpgaFamily& family : fpgaFamilies()) {
        if (name == family.name) {
            return family;
        }
        names.emplace_back(family.name);
    }
    throw support::InputError(
        fmt::format("no FPGA family \"{}\"; there are {}", name, fmt::join(names, ", ")));
}

FpgaCells countCells(const FpgaFamily& family, const support::Json& stat) {
    FpgaCells cells;
    for (const auto& [type, number] : stat.at("design").at("num_cells_by_type").items()) {
        const auto kind = std::ranges::find_if(
            family.cells,
            [&type = type](const FpgaCellKind& each) { return type.starts_with(each.prefix); });
        if (kind == family.cells.end()) {
            throw support::Error(fmt::format("aslog does not know what the cell {} of {} counts as",
                                             type, family.title));
        }
        if (kind->counter != nullptr) {
            cells.*(kind->counter) += number.get<int>();
        }
        cells.luts += kind->luts * number.get<int>();
    }
    return cells;
}

}  // namespace aslog::flows
