// How figures are written in tables and documents.
#pragma once

#include <string>

#include <fmt/format.h>

namespace aslog::report {

/// "12.3 %"
inline std::string percent(double share) {
    return fmt::format("{:.1f} %", 100 * share);
}

/// "1.76 x"
inline std::string times(double ratio) {
    return fmt::format("{:.2f} x", ratio);
}

}  // namespace aslog::report
