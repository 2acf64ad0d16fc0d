// What a synthesis has proven, in words.
#pragma once

#include <string>

#include "support/json_file.h"

namespace aslog::report {

/// What was proven, in one line; what was not, one line each. `proofs`: content of proofs.json.
std::string proofsText(const support::Json& proofs);

}  // namespace aslog::report
