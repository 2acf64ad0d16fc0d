// Proofs that a fault changes nothing, by yosys.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tb/mutate/mutants.h"

namespace aslog::tb {

/// How the equivalence was proven, in a few words; empty if it was not.
[[nodiscard]] std::string proveEquivalent(const std::vector<MutableFile>& files,
                                          const Mutant& mutant,
                                          const std::filesystem::path& folder);

}  // namespace aslog::tb
