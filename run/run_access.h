// What every command that writes into a run folder begins with.
#pragma once

#include <filesystem>

#include "support/folder_lock.h"

namespace aslog {

// Holds an existing run folder. Throws support::InputError if it is none, support::Error if another
// process holds it.
support::FolderLock lockRunFolder(const std::filesystem::path& folder);

// Throws support::InputError if `spec` lies where aslog writes its results.
void requireSpecKept(const std::filesystem::path& spec, const std::filesystem::path& folder);

}  // namespace aslog
