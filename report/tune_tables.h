// What `aslog tune` found, for people and for scripts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/json_file.h"
#include "tune/search.h"

namespace aslog::report {

/// What all trials of a search have in common.
struct TuneConditions {
    std::string design;
    std::string technology;
    double clockMhz = 0;
    std::string noiseOf;              // what the noise is of
    std::vector<std::string> layers;  // what ran while energy was measured
    std::uint64_t beats = 0;          // of each
};

/// The trials that no other beats, and how many were tried; reasons of those that can not be
/// chosen.
std::string tuneTables(const std::vector<tune::Trial>& trials, const TuneConditions& conditions);

/// The conditions, and "arrays": every trial with its fields, what was measured of it
/// ("area_um2_per_mac", "fj_per_mac", "noise", "fmax_mhz"; null if it was not), "unproven",
/// "reason" (null if it can be chosen), "on_front", "folder".
support::Json tuneJson(const std::vector<tune::Trial>& trials, const TuneConditions& conditions);

}  // namespace aslog::report
