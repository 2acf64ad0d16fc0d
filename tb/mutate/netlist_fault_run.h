// Puts every fault of netlist_faults.h into the netlist of a design, one at a time, and sees
// whether the suites find it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "support/json_file.h"

namespace aslog::tb {

struct NetlistFaultResult {
    std::string kind;
    std::string where;
    std::string foundBy;  // a suite, or "simulator" if it refuses the netlist; empty: not found
    std::string how;      // the first mismatch, or what the simulator says
};

struct NetlistFaultReport {
    std::string design;
    std::string technology;
    std::vector<NetlistFaultResult> results;
    double seconds = 0;

    [[nodiscard]] std::size_t found() const;
};

/// `runFolder`: after `aslog synth`, with netlists of `technology`. Only the suites of the array
/// look, at a quarter of their stimulus. Throws support::Error, also if they find a fault where
/// none was put.
[[nodiscard]] NetlistFaultReport runNetlistFaults(
    const std::filesystem::path& runFolder, const std::string& technology,
    const std::vector<std::filesystem::path>& liberty, const std::filesystem::path& workFolder,
    const std::function<void(const std::string&)>& progress);

[[nodiscard]] support::Json toJson(const NetlistFaultReport& report);

}  // namespace aslog::tb
