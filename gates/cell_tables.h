// What a Liberty file says of delays and energies: NLDM tables, internal power, leakage.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gates/boolean.h"
#include "gates/cell_model.h"
#include "gates/liberty.h"
#include "gates/lookup_table.h"

namespace aslog::gates {

enum class Edge : std::size_t { Fall = 0, Rise = 1 };

// One entry for each edge.
template <class T>
using PerEdge = std::array<T, 2>;

enum class Sense { Positive, Negative, Both };  // of an output's edge to that of the input

// From an input to the output that has it: delay and transition time in ns. A table is missing if
// the arc has no such edge of the output.
struct DelayArc {
    std::size_t input = 0;  // index into CellModel::inputs
    Sense sense = Sense::Both;
    std::optional<BooleanFunction> when;
    PerEdge<std::optional<LookupTable>> delay;
    PerEdge<std::optional<LookupTable>> transition;
};

// Energy of a cell in fJ, without that of the net at its output, for an edge of the pin that has
// it: of an output after an edge of `input`, or of an input whatever comes of it ("hidden power").
struct InternalEnergy {
    std::optional<std::size_t> input;  // of an output: the related pin; absent: any
    std::string supply;                // "related_pg_pin", or empty; what each supply gives adds up
    std::optional<BooleanFunction> when;
    PerEdge<LookupTable> energy;  // of an input: whose load is 0
};

struct PinTables {
    double capacitanceFf = 0;  // the larger one, if they differ for the edges
    std::vector<DelayArc> arcs;
    std::vector<InternalEnergy> energies;
};

struct LeakageState {
    BooleanFunction when;
    double powerNw = 0;
};

// The variables of all `when` are the cell's inputs, then its outputs.
struct CellTables {
    std::vector<PinTables> inputs;    // in the order of CellModel::inputs
    std::vector<PinTables> outputs;   // in the order of CellModel::outputs
    std::optional<double> leakageNw;  // in no known state
    std::vector<LeakageState> leakageStates;
};

// Reads the tables of the cells of `models`. Throws support::InputError that names cell and pin if
// a table depends on something else than slew and load, or a unit is missing.
std::map<std::string, CellTables> readCellTables(const LibertyFile& library,
                                                 const std::vector<const CellModel*>& models);

}  // namespace aslog::gates
