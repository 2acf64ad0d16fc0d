// A circuit as C++ that simulates it: functions on one array of words, without any dependence on
// aslog. tb/adapter/netlist_adapter.cpp makes a model of the test bench of them.
#pragma once

#include <string>
#include <vector>

#include "gates/simulate/circuit.h"

namespace aslog::gates {

struct SimulatorPorts {
    std::string clock;  // an input that setClock() sets; "" if clocks are inputs as any other
    std::vector<std::string> inputs;   // in the order of the words
    std::vector<std::string> outputs;  // in the order of the words
    // One of the outputs, or "": of each of its nets the rising edges are counted, and its words
    // are the counters, of so many bits each (1, 2, 4, 8, 16 or 32).
    std::string counted;
    int counterBits = 8;
};

// The text defines, all static:
//
//   kWords                          words of the array `v` that all functions take
//   powerOn(v, random)              states from random(), everything else 0
//   copyInputs(v, in)               from 32-bit words, each port at a word of its own
//   copyClocks(v, in)               only the inputs that clock pins depend on
//   setClock(v, high)
//   runClocks(v)                    phase 1 of circuit.h
//   runFlipFlops(v)                 phase 2
//   settle(v), settleAfterFall(v)   phase 3
//   changedClock(v)                 name of a clock that changed with its data, or nullptr
//   kCounters                       nets of the counted output
//   countEdges(v, seen, counts)     what rose since the last call; `seen` and `counts` start as 0
//   copyOutputs(v, counts, out)
//
// Throws support::InputError if a port does not exist, is not in the list, or if a clock depends on
// an input that is not `clock`, where one is given.
std::string toSimulator(const Circuit& circuit, const SimulatorPorts& ports);

}  // namespace aslog::gates
