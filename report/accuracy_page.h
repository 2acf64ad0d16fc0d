// The figures of docs/accuracy.md, from what quantize and evaluate print with --json.
#pragma once

#include <filesystem>
#include <string>

namespace aslog::report {

// `folder`: NAME.quantize.json beside NAME.evaluate.json. Throws support::InputError if there is
// none, or if the two of a name do not belong together.
std::string accuracyPage(const std::filesystem::path& folder);

}  // namespace aslog::report
