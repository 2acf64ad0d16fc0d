// From the bytes of a spec file to a JSON value, with errors that say where.
#pragma once

#include <optional>
#include <string_view>

#include "support/diagnostics.h"
#include "support/json_file.h"

namespace aslog {

// Nothing, and at least one error, if the text is empty, not UTF-8, no JSON or nested too deeply.
// A name that stands twice in one object is an error too; the value is returned all the same.
std::optional<support::Json> parseJsonText(std::string_view text,
                                           support::Diagnostics& diagnostics);

}  // namespace aslog
