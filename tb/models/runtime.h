// Verilator's own library, which is the same for every model: compiled once for a user.
#pragma once

#include <filesystem>

#include "tb/models/waves.h"

namespace aslog::tb {

/// The compiled library, to be linked into a model. It is looked for in support::cacheFolder(),
/// by the texts that it is compiled from, tools and flags; where it is not there or damaged, it is
/// compiled in `buildFolder` and copied to the cache, if that can be written. Throws
/// support::MissingTool, support::Error, support::FileError.
[[nodiscard]] std::filesystem::path runtimeObject(const std::filesystem::path& buildFolder,
                                                  Waves waves);

}  // namespace aslog::tb
