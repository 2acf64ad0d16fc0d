// Where a user's programs keep what they can make again.
#pragma once

#include <filesystem>
#include <optional>

namespace aslog::support {

/// $XDG_CACHE_HOME/aslog, or $HOME/.cache/aslog; nothing if neither names a folder by its full path
/// (XDG Base Directory Specification). The folder need not be there.
std::optional<std::filesystem::path> cacheFolder();

}  // namespace aslog::support
