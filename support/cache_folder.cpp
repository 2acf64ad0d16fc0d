#include "support/cache_folder.h"

#include <cstdlib>

namespace aslog::support {

namespace fs = std::filesystem;

std::optional<fs::path> cacheFolder() {
    struct Place {
        const char* variable;
        const char* below;
    };
    for (const Place& place : {Place{"XDG_CACHE_HOME", "aslog"}, Place{"HOME", ".cache/aslog"}}) {
        const char* folder = std::getenv(place.variable);  // NOLINT(concurrency-mt-unsafe)
        if (folder != nullptr && fs::path(folder).is_absolute()) {
            return fs::path(folder) / place.below;
        }
    }
    return std::nullopt;
}

}  // namespace aslog::support
