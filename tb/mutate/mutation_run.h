// Puts every fault into the Verilog of a design, one at a time, and sees whether the bench finds
// it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "support/json_file.h"
#include "tb/mutate/mutants.h"

namespace aslog::tb {

enum class MutantFate {
    killed,      // a suite found a mismatch
    equivalent,  // proven: the module behaves the same (see equivalence.h)
    alive,       // neither found nor proven
    absent,      // in a generate block that this design has not
};

struct MutantResult {
    Mutant mutant;
    MutantFate fate = MutantFate::alive;
    std::string by;  // suite that found it, or how the equivalence was proven
};

struct MutationReport {
    std::string design;
    std::uint64_t seed = 1;
    std::vector<MutantResult> results;
    double compileSeconds = 0;
    double seconds = 0;

    [[nodiscard]] std::size_t count(MutantFate fate) const;
};

using MutationProgress = std::function<void(const std::string&)>;

/// `runFolder`: of `aslog generate`; models and proofs are made in `workFolder`. All mutants are
/// compiled into one model. Throws support::Error, also if the Verilog fails without any fault.
[[nodiscard]] MutationReport runMutations(const std::filesystem::path& runFolder,
                                          const std::filesystem::path& workFolder,
                                          std::uint64_t seed, const MutationProgress& progress);

[[nodiscard]] support::Json toJson(const MutationReport& report);

[[nodiscard]] std::string fateName(MutantFate fate);

}  // namespace aslog::tb
