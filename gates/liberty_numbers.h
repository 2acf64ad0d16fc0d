// Numbers in the values of a Liberty file.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace aslog::gates {

// A number at the start of the text; the rest (a unit such as "nm") is left out.
std::optional<double> numberIn(std::string_view text);

double numberOr(std::string_view text, double otherwise);

// All numbers of "0.1, 0.2, 0.3".
std::vector<double> numbersIn(std::string_view text);

}  // namespace aslog::gates
