// docs/spec.schema.json and docs/spec.md, made from the table of fields.
#pragma once

#include <string>
#include <vector>

#include "support/json_file.h"

namespace aslog {

// JSON Schema, draft 7. Rules between fields are beyond it; `aslog check` tests those.
support::Json specSchema();

// The page for people; `widthRules` are the rules that elaboration adds, one line each.
std::string specMarkdown(const std::vector<std::string>& widthRules);

}  // namespace aslog
