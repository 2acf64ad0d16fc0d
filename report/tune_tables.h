// What `aslog tune` found, for people and for scripts.
#pragma once

#include <string>
#include <vector>

#include "support/json_file.h"
#include "tune/search.h"

namespace aslog::report {

/// The trials that no other beats, and how many were tried; reasons of those that can not be
/// chosen.
std::string tuneTables(const std::vector<tune::Trial>& trials, const std::string& noiseOf);

/// Every trial: its fields, "area_um2_per_mac", "fj_per_mac", "noise", "fmax_mhz", "reason" (null
/// if it can be chosen), "on_front", "folder".
support::Json tuneJson(const std::vector<tune::Trial>& trials);

}  // namespace aslog::report
