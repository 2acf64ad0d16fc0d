// A netlist without hierarchy: instances of cells, nets, and where each instance stood.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gates/cell_model.h"
#include "gates/netlist.h"

namespace aslog::power {

using NetId = std::uint32_t;

inline constexpr NetId kNetZero = 0;  // the constants are nets, too
inline constexpr NetId kNetOne = 1;

// A kind of module at one place of the hierarchy: all instances of it.
struct ModulePlace {
    std::string name;    // "aslog_accumulator_2"
    std::string kind;    // "aslog_accumulator"
    std::size_t parent;  // index of the place around it; of the top its own
    int depth = 0;       // 0: the top
    int instances = 0;
};

struct FlatInstance {
    std::string path;  // "g_col[3].u_column/_12_"
    const gates::CellModel* model = nullptr;
    std::size_t place = 0;       // index into FlatNetlist::places
    std::vector<NetId> inputs;   // in the order of the model
    std::vector<NetId> outputs;  // in the order of the model; a net of its own if unconnected
};

struct FlatPort {
    std::string name;
    bool isOutput = false;
    std::vector<NetId> nets;  // bit 0 first
};

struct FlatNetlist {
    std::size_t nets = 0;
    std::vector<FlatPort> ports;
    std::vector<FlatInstance> instances;
    std::vector<ModulePlace> places;  // the top first, each before those in it

    const FlatPort& port(const std::string& name) const;  // throws support::Error
    bool hasPort(const std::string& name) const;
};

// `models` must outlive the result. Throws support::InputError for a cell without a model, and
// support::Error for an instance that does not fit its module or an input that is not connected.
FlatNetlist flatten(const gates::Netlist& netlist, const gates::CellModels& models);

}  // namespace aslog::power
