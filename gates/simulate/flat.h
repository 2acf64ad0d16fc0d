// A netlist in one piece, with names for people. Modules that stand several times directly below
// the top (the columns and lanes of an array) are there once: their instances are the lanes of
// words, so that one operation evaluates all of them.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "gates/cell_model.h"
#include "gates/netlist.h"

namespace aslog::gates {

// Nets 0 and 1 are the constants. A net of the top has one value; a net of a group has one value
// for each instance.
using NetId = std::size_t;
inline constexpr NetId kNoNet = static_cast<NetId>(-1);

// Group 0 is the top with all that is flattened into it.
struct FlatGroup {
    std::string module;
    std::vector<std::string> instances;
};

struct FlatNet {
    std::size_t group = 0;
    std::string name;
};

struct FlatCell {
    std::string name;
    std::size_t group = 0;
    const CellModel* model = nullptr;
    std::vector<NetId> inputs;   // in the order of the model
    std::vector<NetId> outputs;  // kNoNet where nothing is connected
};

// A net of a group that is another net of the top for each instance.
struct FlatSpread {
    NetId net = kNoNet;
    std::vector<NetId> sources;
};

// A net of the top that is the net of one instance.
struct FlatPick {
    NetId net = kNoNet;
    NetId source = kNoNet;
    std::size_t instance = 0;
};

struct FlatPort {
    std::string name;
    bool isOutput = false;
    std::vector<NetId> bits;
};

struct FlatNetlist {
    std::vector<FlatGroup> groups;
    std::vector<FlatNet> nets;
    std::vector<FlatCell> cells;
    std::vector<FlatSpread> spreads;
    std::vector<FlatPick> picks;
    std::vector<FlatPort> ports;
};

// `dissolved`: modules that are flattened into the top although they stand there several times.
// `models` must outlive the result. Throws support::InputError that
// names the cell or net: a cell without a model, a pin that the cell does not have, an input
// without connection, a net with two drivers or with none.
FlatNetlist flatten(const Netlist& netlist, const CellModels& models,
                    const std::set<std::string>& dissolved);

}  // namespace aslog::gates
