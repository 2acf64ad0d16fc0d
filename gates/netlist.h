// A hierarchical netlist of cells, as yosys writes it (write_json), and as a value that passes may
// change. Order is kept, so that output is deterministic.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/json_file.h"

namespace aslog::gates {

// A net of a module, >= 2 as in yosys, or one of the constants.
using Bit = int;
inline constexpr Bit kZero = 0;
inline constexpr Bit kOne = 1;

inline bool isConstant(Bit bit) {
    return bit < 2;
}

struct Port {
    std::string name;
    bool isOutput = false;
    std::vector<Bit> bits;  // bit 0 first
};

// A cell of the library, a gate of yosys ("$_AND_") or an instance of a module.
struct Cell {
    std::string name;
    std::string type;
    std::vector<std::pair<std::string, std::vector<Bit>>> connections;
    std::map<std::string, std::string> parameters;  // of a yosys cell: binary, first bit highest

    const std::vector<Bit>* connection(const std::string& pin) const;
};

struct Module {
    std::string kind;  // name of its Verilog module; several modules may have one kind
    std::vector<Port> ports;
    std::vector<Cell> cells;
    std::map<std::string, std::string> parameters = {};  // values that make it this one: "-3"

    const Port* port(const std::string& name) const;

    // A net number that the module does not use yet.
    Bit unusedBit() const;
};

struct Netlist {
    std::string top;
    std::map<std::string, Module> modules;
};

// Reads what `write_json` wrote. Modules are named after their kind: the first "aslog_lane" that a
// walk from the top meets has that name, one with other parameters is "aslog_lane_2". In each
// module the walk goes first to what stands there most often, then by the names of instances
// ("g[2]" before "g[10]"), so names do not depend on yosys' hashes. Cells that yosys named are
// numbered ("_12_"), undefined constants become 0. Throws support::Error if the file is no netlist.
Netlist readNetlist(const std::filesystem::path& path, const std::string& top);

// For `read_json`. Of the modules in `blackBoxes` only the ports are declared.
support::Json toYosysJson(const std::map<std::string, Module>& modules,
                          const std::set<std::string>& blackBoxes);

// Structural Verilog of the modules that `top` needs, submodules first, each with its kind as an
// attribute: (* aslog_kind = "aslog_lane" *). Cells of yosys' own library are not allowed: throws
// support::Error.
std::string toVerilog(const Netlist& netlist);

// Reads what toVerilog() wrote; the last module is the top. Throws support::FileError;
// support::InputError with the line if it is anything else.
Netlist readVerilogNetlist(const std::filesystem::path& path);

// As readVerilogNetlist(); `name` stands for the file in messages.
Netlist parseVerilogNetlist(const std::string& text, const std::string& name);

// Names of the modules under `top`, submodules before those that use them, each once.
std::vector<std::string> bottomUp(const Netlist& netlist);

}  // namespace aslog::gates
