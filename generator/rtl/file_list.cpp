#include "generator/rtl/file_list.h"

#include <sstream>
#include <string>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"

namespace aslog {

namespace fs = std::filesystem;

std::vector<fs::path> readFileList(const fs::path& list) {
    if (!fs::exists(list)) {
        throw support::InputError(
            fmt::format("{} is not there; run `aslog generate` first", list.string()));
    }
    std::istringstream lines(support::readFile(list));
    std::vector<fs::path> files;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && !line.starts_with("//")) {
            files.push_back((list.parent_path() / line).lexically_normal());
        }
    }
    if (files.empty()) {
        throw support::InputError(list.string() + " lists no files");
    }
    return files;
}

}  // namespace aslog
