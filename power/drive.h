// Sends the traffic of a layer through a simulated array and compares all that comes out.
#pragma once

#include <cstdint>

#include "power/simulator.h"
#include "tb/streams/traffic.h"

namespace aslog::power {

// Activation beats between which transitions count; the others are warm-up and tail.
struct CountedBeats {
    std::uint64_t first = 0;
    std::uint64_t end = 0;
};

struct DriveReport {
    std::uint64_t cycles = 0;  // in all
    std::uint64_t countedCycles = 0;
    std::uint64_t countedBeats = 0;  // activation beats that moved in them
    std::uint64_t comparisons = 0;   // output values
};

// Resets the array, offers every stream in every cycle and takes every output. Throws
// support::Error with the place if an output is not the one that the golden model expects, if the
// array stands still, or if a net is still changing when a cycle ends.
DriveReport drive(Simulator& simulator, const FlatNetlist& netlist, const tb::Device& device,
                  const tb::Traffic& traffic, const CountedBeats& counted);

}  // namespace aslog::power
