#include "run/replace_results.h"

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"

namespace aslog {

namespace fs = std::filesystem;

void replaceResults(const fs::path& fresh, const fs::path& target,
                    const std::vector<std::string>& names) {
    try {
        fs::remove(target / names.back());
        for (const std::string& name : names) {
            fs::remove_all(target / name);
        }
        support::makeFolder(target);
        for (const std::string& name : names) {
            if (fs::exists(fresh / name)) {
                fs::rename(fresh / name, target / name);
            }
        }
        fs::remove_all(fresh);
    } catch (const fs::filesystem_error& error) {
        throw support::FileError(fmt::format("cannot replace the results in {}: {}",
                                             target.string(), error.code().message()));
    }
}

}  // namespace aslog
