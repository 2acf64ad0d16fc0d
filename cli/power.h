// aslog power: what the command takes, and the measurement for other commands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "power/measure.h"

namespace aslog::cli {

struct PowerCommand {
    power::PowerOptions options;
    std::string network;  // file; empty: the example
    std::vector<std::string> layers;
    std::string data;
    std::string dataRoot;
    std::size_t images = 3;
    std::uint64_t beats = 400;
};

// Measures with a line of progress. Throws as power::measurePower() does.
power::PowerResult measureAndReport(const PowerCommand& command);

}  // namespace aslog::cli
