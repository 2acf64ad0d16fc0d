// Arguments that a caller got wrong.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace aslog::golden {

/// Throws std::invalid_argument, with the name of the field, unless low <= found <= high.
inline void requireRange(const char* field, std::int64_t found, std::int64_t low,
                         std::int64_t high) {
    if (found < low || found > high) {
        throw std::invalid_argument(std::string(field) + " is " + std::to_string(found) +
                                    ", allowed is " + std::to_string(low) + " to " +
                                    std::to_string(high));
    }
}

}  // namespace aslog::golden
