// The ports of aslog_pcf_array but its clock.
#pragma once

#include <vector>

#include "generator/elab/design.h"

namespace aslog {

struct ArrayPort {
    const char* name;
    int bits;
    bool isInput;
};

// The data of a beat and what belongs to it stand together. The reset comes first.
std::vector<ArrayPort> arrayPorts(const Design& design);

}  // namespace aslog
