// A netlist of cells to a loadable model, which the suites drive as they drive a Verilated one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "gates/cell_model.h"
#include "gates/netlist.h"
#include "tb/models/compile.h"
#include "tb/models/device.h"

namespace aslog::tb {

struct NetlistModel {
    CompiledModel compiled;
    std::size_t cells = 0;  // of the library, in the whole netlist
};

/// Simulates `netlist` without delays (gates/simulate). Ports without a clock are driven as they
/// are; `clk_i` stands for the tick_i of tb/models/wrapper.h. The folder `buildFolder`/<name> keeps
/// the model for the next time. Throws support::InputError, with the name of the cell, for a
/// netlist that can not be simulated or has other ports than `ports`; support::MissingTool;
/// support::Error if the compiler fails.
[[nodiscard]] NetlistModel compileNetlist(const gates::Netlist& netlist,
                                          const gates::CellModels& models, const PortList& ports,
                                          const std::string& name,
                                          const std::filesystem::path& buildFolder,
                                          Optimise optimise = Optimise::run);

/// An array of cells as arrayModel() wraps it, with the pulses of its gated clocks counted
/// (kTicksPort of clock_ticks.h) at the ports of its control. Throws support::InputError if the
/// netlist has no control of its own.
struct NetlistBench {
    gates::Netlist netlist;
    PortList ports;
};
[[nodiscard]] NetlistBench netlistArray(const Device& device, gates::Netlist netlist);

/// The units of unitsModel() as cells of one top, as far as `modules` has them: all others are left
/// out, and so are their ports.
[[nodiscard]] NetlistBench netlistUnits(const PortList& ports,
                                        const std::map<std::string, gates::Module>& modules);

}  // namespace aslog::tb
