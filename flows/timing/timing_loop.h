// Makes an array fast enough: starts with the smallest of everything, and exchanges modules on
// paths that are too slow, one by one, for the smallest alternative that is fast enough.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "flows/array_design.h"
#include "flows/mapping/mapping.h"
#include "flows/timing/fanout.h"
#include "flows/timing/sta.h"
#include "flows/workspace.h"

namespace aslog::flows {

// What the loop works with.
struct TimingInputs {
    const Workspace& workspace;
    const Sta& sta;
    Mapper& mapper;
    FanoutRules fanout;
    double periodNs = 0;
    bool isTimedWhole = true;  // or two columns with the load of the others, representative.h
};

// A module that is not its smallest version.
struct TimingChoice {
    std::string module;
    std::string recipe;
    int rippleBits = 0;
    double addedUm2 = 0;  // one instance, against the smallest version
};

struct ClosedArray {
    gates::Netlist netlist;         // with its fan-out buffers
    std::filesystem::path verilog;  // the same, written
    Timing timing;                  // of the whole array, or of two columns
    double twoColumnSlackNs = 0;  // of the array with two columns, by the last analysis of the loop
    double crossingRatio = 0;     // fan-out rule that was needed
    int rounds = 0;               // analyses until the choice was made
    std::vector<TimingChoice> choices;
};

// Exchanges modules of `design`, all of which have been chosen smallest, and writes the netlist to
// netlists/<variant>.v. If the target can not be met the fastest array found is returned; its slack
// is negative.
ClosedArray closeTiming(const TimingInputs& inputs, ArrayDesign& design);

}  // namespace aslog::flows
