#include "cli/run_folder.h"

namespace aslog::cli {

std::filesystem::path runFolderOf(const Design& design, const std::string& given) {
    return given.empty() ? std::filesystem::path("out") / design.spec.name
                         : std::filesystem::path(given);
}

}  // namespace aslog::cli
