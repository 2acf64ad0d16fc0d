// Replays a recorded simulation in Icarus Verilog, an event-driven simulator.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "tb/models/compile.h"
#include "tb/models/model.h"

namespace aslog::tb::test {

/// Outputs in the words of Model::outputs().
struct IcarusOutputs {
    std::vector<std::uint32_t> ones;
    std::vector<std::uint32_t> unknown;  // neither 0 nor 1; bits between two ports are
};

/// The outputs behind every recorded step; the data of a stream that offers nothing is unknown.
/// Throws support::Error.
std::vector<IcarusOutputs> replayInIcarus(const ModelSource& source,
                                          const std::vector<RecordedStep>& recording,
                                          const std::filesystem::path& folder);

}  // namespace aslog::tb::test
