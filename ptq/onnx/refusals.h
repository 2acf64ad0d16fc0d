// Why an operator is refused.
#pragma once

#include <string>

namespace aslog::ptq {

// Of one that is not among supportedOperators(): the reason, and what to do where there is
// something.
std::string refusalOf(const std::string& type);

}  // namespace aslog::ptq
