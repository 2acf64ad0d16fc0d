// Replays a recorded simulation in Icarus Verilog, an event-driven simulator.
#pragma once

#include <filesystem>
#include <vector>

#include "tb/compile.h"
#include "tb/model.h"

namespace aslog::tb::test {

/// The outputs of every recorded cycle, in the words of Model::outputs(); a bit that Icarus does
/// not know reads as 0. Throws support::Error.
std::vector<std::vector<std::uint32_t>> replayInIcarus(const ModelSource& source,
                                                       const std::vector<RecordedCycle>& recording,
                                                       const std::filesystem::path& folder);

}  // namespace aslog::tb::test
