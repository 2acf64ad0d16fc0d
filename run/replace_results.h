// Results of a stage take the place of older ones.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace aslog {

// The results `names` of the folder `fresh` take the place of those in `target`, and whatever else
// a user has put there stays; `fresh` is removed. The last name is what every reader looks for:
// wherever it is stopped there are no results, or whole ones of one run. Throws support::FileError.
void replaceResults(const std::filesystem::path& fresh, const std::filesystem::path& target,
                    const std::vector<std::string>& names);

}  // namespace aslog
