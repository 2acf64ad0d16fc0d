// Numbers, units and truths in the values of a Liberty file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gates/liberty.h"

namespace aslog::gates {

// A number at the start of the text; the rest (a unit such as "nm") is left out.
std::optional<double> numberIn(std::string_view text);

double numberOr(std::string_view text, double otherwise);

// With quotes or without.
bool isTrue(std::string_view text);

// All numbers of "0.1, 0.2, 0.3".
std::vector<double> numbersIn(std::string_view text);

// Femtofarads per unit of capacitance of a library. Throws support::InputError, with `fileName`, if
// it has none in ff or pf.
double capacitanceUnitFf(const LibertyGroup& library, const std::string& fileName);

}  // namespace aslog::gates
