// Limits on figures of result files, as data: tests/rules/*.json. A figure that gets worse than its
// limit fails until the limit is changed on purpose.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/json_file.h"

namespace aslog::tests {

// "area.json", "/per_mac_um2", "<=", 1234.5
struct Rule {
    std::string file;  // below the folder of the results
    std::string key;   // JSON pointer
    std::string op;    // "<=" or ">="
    double value = 0;
};

// The rules of one design in one technology.
struct RuleSet {
    std::string spec;  // relative to the source tree
    std::string technology;
    std::vector<Rule> rules;
};

// Throws support::InputError if the file is no set of rules, has none, or an operator that is none.
RuleSet readRules(const std::filesystem::path& file);

// What is not kept, a line each: a figure beyond its limit, one that is missing or no number, a
// file that is missing.
std::vector<std::string> brokenRules(const RuleSet& set, const std::filesystem::path& results);

// The set with limits at the figures of `results` and this share beyond them, 7 digits. Throws
// support::Error if a figure is missing.
support::Json withNewLimits(const RuleSet& set, const std::filesystem::path& results, double share);

}  // namespace aslog::tests
