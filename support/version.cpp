#include "support/version.h"

#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::support {
namespace {

namespace fs = std::filesystem;

bool holdsData(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_directory(folder / "rtl_templates", ignored);
}

}  // namespace

std::string_view version() {
    return ASLOG_VERSION;
}

fs::path dataFolder() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in aslog changes the environment
    if (const char* variable = std::getenv("ASLOG_DATA_DIR"); variable != nullptr) {
        if (!holdsData(variable)) {
            throw Error(
                fmt::format("ASLOG_DATA_DIR is {}, where there is no rtl_templates/", variable));
        }
        return variable;
    }
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        const fs::path installed = program.parent_path().parent_path() / "share" / "aslog";
        if (holdsData(installed)) {
            return installed;
        }
    }
    if (holdsData(ASLOG_SOURCE_DIR)) {
        return ASLOG_SOURCE_DIR;
    }
    throw Error(
        "the files that belong to aslog (rtl_templates/, flows/) are not there; install aslog "
        "again, or set ASLOG_DATA_DIR to the folder that holds them");
}

}  // namespace aslog::support
