// An array with two columns that is timed like one with all of them.
//
// All columns are the same module. Two of them stay, the first and the last; of the others only
// the load stays that they put on the nets that the columns share, as cells with as many inputs and
// just that capacitance. OpenSTA takes a fraction of the time.
#pragma once

#include <string>

#include "flows/timing/fanout.h"
#include "gates/netlist.h"

namespace aslog::flows {

struct Representative {
    gates::Netlist netlist;
    std::string loadLibrary;  // Liberty text of the load cells
    int columns = 0;          // in the whole array
};

// `loads`: from bufferFanout() of the same netlist. `columnKind`: kind of the columns' module.
Representative representativeOf(const gates::Netlist& netlist, const InputLoads& loads,
                                const std::string& columnKind);

}  // namespace aslog::flows
