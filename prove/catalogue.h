// All proofs of a run folder.
#pragma once

#include <filesystem>
#include <vector>

#include "generator/elab/design.h"
#include "prove/proof.h"

namespace aslog::prove {

// In the order in which they are reported: arithmetic, control, and, if wanted, the elements of the
// baselines. Throws support::InputError if rtl/ lacks a file that the design needs.
std::vector<Proof> allProofs(const std::filesystem::path& runFolder, const Design& design,
                             bool baselines);

}  // namespace aslog::prove
