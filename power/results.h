// The results of a power measurement as JSON. Keys: docs/flows.md, "Power".
#pragma once

#include <string>

#include "power/measure.h"
#include "support/json_file.h"

namespace aslog::power {

// The array of a family that takes the least energy, "plain" ones apart; nullptr if there is none.
const ArrayPower* strongest(const PowerResult& result, const std::string& family);

// nullptr if there is none of this name.
const ArrayPower* arrayNamed(const PowerResult& result, const std::string& name);

// Energy of another array to that of aslog's own, each layer and image with itself.
struct PairedRatio {
    double mean = 0;
    double smallest = 0;
    double largest = 0;
};
PairedRatio pairedRatio(const PowerResult& result, const ArrayPower& other);

// A module at one place, with all that is in it.
double inclusiveFj(const ArrayPower& array, const Energy& energy, std::size_t place);

support::Json powerJson(const PowerResult& result);

}  // namespace aslog::power
