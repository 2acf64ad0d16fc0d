/// What can be said of a design.json without making its design again.
#pragma once

#include "support/json_file.h"

namespace aslog {

/// True if some aslog wrote it, whatever its version, and nobody has changed it since: its
/// `design_hash` is that of the rest.
[[nodiscard]] bool matchesItsHash(const support::Json& designJson);

}  // namespace aslog
