// What has to be done, in which order, to simulate a netlist of cells without delays.
//
// Clocks are ideal, as timing analysis takes them. A change of inputs has three phases:
//   1. The clock network, from the clock inputs to the clock and enable pins, sees the new clocks
//      and everything else as it was; latches in clock gates hold.
//   2. Flip-flops whose clock rose take their data as it was, all at once.
//   3. The new inputs arrive; open latches follow, clear and preset act, logic settles, in the
//      order of `settle`. No clock may change here: a clock that does is a fault of the netlist.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gates/boolean.h"
#include "gates/cell_model.h"
#include "gates/netlist.h"

namespace aslog::gates {

// A value is one word of each 64 instances of its group, bit i of instance i. The values 0 and 1
// are the constants. Values of group 0, the top, are 0 or all ones, so that they fit every
// instance.
using ValueId = std::size_t;

struct Group {
    std::string module;
    std::size_t instances = 1;

    std::size_t words() const { return (instances + 63) / 64; }

    // The bits of a word that belong to instances; a value of the top fills its word.
    std::uint64_t mask(std::size_t word) const {
        const std::size_t left = instances - 64 * word;
        return instances == 1 || left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    }
};

struct Operand {
    ValueId value = 0;
    bool isInverted = false;
};

// Its variables are the operands.
struct Expression {
    BooleanFunction function;
    std::vector<Operand> operands;
};

struct Spread {
    std::vector<ValueId> sources;  // of the top, one for each instance
};

struct Pick {
    ValueId source = 0;  // of a group
    std::size_t instance = 0;
};

// Flip-flops and latches. Clear and preset act as soon as they are high.
struct StateCell {
    CellState::Kind kind = CellState::Kind::FlipFlop;
    Expression data;
    std::size_t clock = 0;  // index in Circuit::clocks
    std::optional<Expression> clear;
    std::optional<Expression> preset;
    bool clearWins = true;
};

// One operation: it writes `target`. A flip-flop without clear and preset is in no order: only its
// clock moves it.
struct Step {
    enum class Kind { Function, Spread, Pick, State };
    Kind kind = Kind::Function;
    ValueId target = 0;
    std::size_t group = 0;
    std::string name;       // of the cell and its pin
    Expression expression;  // of a Function
    Spread spread;
    Pick pick;
    StateCell state;
};

// What several clock or enable pins see: rises when `expression` does.
struct Clock {
    std::string name;  // the first of the pins
    std::size_t group = 0;
    Expression expression;
    ValueId now = 0;
    ValueId before = 0;
    std::vector<std::size_t> flipFlops;  // steps
};

struct CircuitPort {
    std::string name;
    bool isOutput = false;
    std::vector<ValueId> bits;
};

struct Circuit {
    std::vector<Group> groups;
    std::vector<std::size_t> groupOf;  // of each value
    std::vector<CircuitPort> ports;
    std::vector<ValueId> clockInputs;  // inputs that clock and enable pins depend on
    std::vector<Step> steps;
    std::vector<Clock> clocks;
    std::vector<std::size_t> clockNetwork;  // steps of phase 1, in their order
    std::vector<std::size_t> settle;        // steps of phase 3, in their order
    // Steps of phase 3 that are needed if nothing changed but that all clock inputs fell.
    std::vector<std::size_t> settleAfterFall;
    std::size_t cells = 0;  // of the library, all instances counted

    std::size_t valueCount() const { return groupOf.size(); }
};

// Throws support::InputError: what flatten() throws, and a loop of logic or latches, with the cells
// that form it.
Circuit makeCircuit(const Netlist& netlist, const CellModels& models);

// All values that a step reads, the old state excepted.
std::vector<ValueId> operandsOf(const Step& step);

}  // namespace aslog::gates
