// A folder of its own for a test, removed at the end.
#pragma once

#include "support/temporary_folder.h"

namespace aslog::tests {

using support::TemporaryFolder;

}  // namespace aslog::tests
